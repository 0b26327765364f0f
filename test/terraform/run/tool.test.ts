import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findExecutable } from "../../../src/terraform/run/find-executable.js";
import {
  chooseTool,
  findTool,
  gatherToolFacts,
  lockFileHosts,
  type ToolFacts,
} from "../../../src/terraform/run/tool.js";

const NOTHING: ToolFacts = {
  requested: undefined,
  onPath: new Set(),
  lockHosts: new Set(),
  hasTofuFiles: false,
  hasEncryption: false,
};

describe("chooseTool", () => {
  const requests: readonly (readonly [string, string, readonly string[]])[] = [
    ["terraform", "terraform", ["terraform"]],
    ["tofu", "tofu", ["tofu"]],
    ["/opt/opentofu-1.9/bin/tofu", "tofu", ["/opt/opentofu-1.9/bin/tofu"]],
    ["'/opt/my tools/terraform' -chdir=x", "terraform", ["/opt/my tools/terraform", "-chdir=x"]],
    ["C:\\Tools\\OpenTofu.exe", "tofu", ["C:\\Tools\\OpenTofu.exe"]],
    ["terragrunt run --", "terraform", ["terragrunt", "run", "--"]],
    ["mise exec -- tofu", "tofu", ["mise", "exec", "--", "tofu"]],
    ["/home/tofu/bin/terraform", "terraform", ["/home/tofu/bin/terraform"]],
  ];
  it.each(requests)("takes %s for %s", (requested, kind, argv) => {
    expect(chooseTool({ ...NOTHING, requested })).toEqual({ ok: true, tool: { kind, argv }, ignoresTofuFiles: false });
  });

  it("decides by the files for a wrapper without a known name", () => {
    const requested = "terragrunt run --";
    expect(chooseTool({ ...NOTHING, requested, hasTofuFiles: true })).toMatchObject({ tool: { kind: "tofu" } });
    expect(chooseTool({ ...NOTHING, requested: "terraform", hasTofuFiles: true })).toMatchObject({
      tool: { kind: "terraform" },
    });
  });

  it.each(["", "  ", '""', "terraform 'x", 'it"s'])("refuses %j", (requested) => {
    expect(chooseTool({ ...NOTHING, requested })).toMatchObject({
      ok: false,
      message: expect.stringContaining("--terraform-bin"),
    });
  });

  const both = new Set(["terraform", "tofu"] as const);
  it.each<readonly [string, Partial<ToolFacts>, string]>([
    ["the only one on the PATH", { onPath: new Set(["tofu"] as const) }, "tofu"],
    ["tofu where files are for it alone", { onPath: new Set(["terraform"] as const), hasTofuFiles: true }, "tofu"],
    ["tofu where the state is from it", { onPath: new Set(["terraform"] as const), state: "tofu-registry" }, "tofu"],
    [
      "terraform where it ran the last init, for any state",
      { lockHosts: new Set(["registry.terraform.io"]), state: "tofu-registry" },
      "terraform",
    ],
    [
      "tofu when something is encrypted, with any lock file",
      { lockHosts: new Set(["registry.terraform.io"]), state: "encrypted" },
      "tofu",
    ],
    [
      "tofu where the configuration encrypts",
      { lockHosts: new Set(["registry.terraform.io"]), hasEncryption: true },
      "tofu",
    ],
    [
      "tofu where only the other is there but the lock file is OpenTofu's",
      { onPath: new Set(["terraform"] as const), lockHosts: new Set(["registry.opentofu.org"]) },
      "tofu",
    ],
    [
      "terraform when the lock file is Terraform's, with any files",
      { onPath: both, lockHosts: new Set(["registry.terraform.io"]), hasTofuFiles: true },
      "terraform",
    ],
    ["terraform where both are", { onPath: both }, "terraform"],
    [
      "tofu where both are and the lock file is OpenTofu's",
      { onPath: both, lockHosts: new Set(["registry.opentofu.org"]) },
      "tofu",
    ],
    ["tofu where both are and there are .tofu files", { onPath: both, hasTofuFiles: true }, "tofu"],
    ["terraform where none is", {}, "terraform"],
    ["tofu where none is and there are .tofu files", { hasTofuFiles: true }, "tofu"],
  ])("chooses %s", (_, facts, kind) => {
    expect(chooseTool({ ...NOTHING, ...facts })).toMatchObject({ ok: true, tool: { kind, argv: [kind] } });
  });
});

describe("lockFileHosts", () => {
  it("lists each host once, and nothing from comments", () => {
    const text = [
      '# provider "commented.example.com/a/b" {',
      'provider "registry.opentofu.org/openai/openai" {',
      '  version = "1.1.0"',
      "}",
      'provider "registry.opentofu.org/hashicorp/aws" {',
      "}",
    ].join("\n");
    expect([...lockFileHosts(text)]).toEqual(["registry.opentofu.org"]);
  });
});

describe.skipIf(process.platform === "win32")("on a real file system (POSIX modes)", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "tfinvite-tool-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const file = async (name: string, text = "", mode = 0o644) => {
    const target = path.join(folder, name);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
    await chmod(target, mode);
    return target;
  };

  it("gathers the facts from the PATH and the directory", async () => {
    await file("bin/tofu", "", 0o755);
    await file("bin/terraform", "", 0o755);
    await file("root/.terraform.lock.hcl", 'provider "registry.terraform.io/openai/openai" {\n}\n');
    await file("root/main.tofu");
    const env = { PATH: `relative:${path.join(folder, "none")}:${path.join(folder, "bin")}` };
    const options = { directory: path.join(folder, "root"), env, platform: process.platform };
    expect(await gatherToolFacts(options)).toEqual({
      requested: undefined,
      onPath: new Set(["terraform", "tofu"]),
      lockHosts: new Set(["registry.terraform.io"]),
      hasTofuFiles: true,
      hasEncryption: false,
    });
    expect(await findTool(options)).toEqual({
      ok: true,
      tool: { kind: "terraform", argv: ["terraform"] },
      ignoresTofuFiles: true,
    });
    expect(await findTool({ ...options, directory: path.join(folder, "none"), env: {} })).toEqual({
      ok: true,
      tool: { kind: "terraform", argv: ["terraform"] },
      ignoresTofuFiles: false,
    });
  });

  it("passes over folders, files that are not executable, and relative folders on the PATH", async () => {
    await mkdir(path.join(folder, "a/terraform"), { recursive: true });
    const dull = await file("b/terraform");
    const good = await file("c/terraform", "", 0o755);
    const search = (PATH: string) => findExecutable("terraform", { env: { PATH }, cwd: folder, platform: "linux" });
    const at = (...names: string[]) => names.map((name) => path.join(folder, name)).join(":");
    expect(await search(at("a", "b", "c"))).toEqual({ ok: true, path: good });
    expect(await search(at("a", "b"))).toEqual({ ok: false, reason: "not-executable", path: dull });
    expect(await search("c:.:")).toEqual({ ok: false, reason: "not-found" });
    expect(await search("")).toEqual({ ok: false, reason: "not-found" });
  });

  it("looks up a word with a slash from the user's folder, not on the PATH", async () => {
    const good = await file("c/terraform", "", 0o755);
    const search = { env: {}, cwd: folder, platform: "linux" } as const;
    expect(await findExecutable("./c/terraform", search)).toEqual({ ok: true, path: good });
    expect(await findExecutable("./terraform", search)).toEqual({ ok: false, reason: "not-found" });
  });
});
