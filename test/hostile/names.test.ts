import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inCase } from "../cases/case.js";
import { tfinvite } from "../support/program.js";

/** Texts that would end the block that they are written into. */
const INJECTIONS = [
  'a lifecycle { destroy = true } } resource "terraform_data" "x" { provisioner "local-exec" { command = "id" } }',
  "a\n}\n",
  'a["x"]',
  "a.b",
  "a b",
  "$" + '{file("x")}',
  "",
  "9lives",
  "a\u0000",
  "a\u202eb",
];

const invite = (over: object) => ({
  mode: "managed",
  type: "openai_invite",
  name: "a",
  provider: 'provider["registry.terraform.io/openai/openai"]',
  instances: [{ schema_version: 0, attributes: { id: "invite-1", email: "a@example.com", role: "reader" } }],
  ...over,
});
const state = (over: object) => ({
  version: 4,
  terraform_version: "1.11.4",
  serial: 1,
  lineage: "x",
  outputs: {},
  resources: [invite(over)],
});

describe("a state or plan with names that Terraform would not write", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-names-"));
    writeFileSync(path.join(folder, "main.tf"), "");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(INJECTIONS)("is refused with its place, and nothing is written: %j", async (text) => {
    for (const over of [{ name: text }, ...(text === "" ? [] : [{ module: `module.${text}` }])]) {
      writeFileSync(path.join(folder, "terraform.tfstate"), JSON.stringify(state(over)));
      const run = await tfinvite(["repair", "--as", "blocks", "--write", "--yes"], { cwd: folder });
      // Terraform itself writes addresses with several modules, and with keys.
      if ("module" in over && text === 'a["x"]') continue;
      expect([run.code, readdirSync(folder).sort()]).toEqual([2, ["main.tf", "terraform.tfstate"]]);
      expect(run.stderr).toMatch(/resource 1, at line 1.* has (?:a type or a name that|an invalid module address)/);
    }
  });

  it.each(INJECTIONS)("is refused in a plan: %j", async (name) => {
    const change = { actions: ["delete"], before: { id: "invite-1", email: "a@example.com" }, after: null };
    const plan = {
      format_version: "1.2",
      terraform_version: "1.11.4",
      resource_changes: [{ ...invite({ name }), address: `openai_invite.${name}`, change }],
    };
    writeFileSync(path.join(folder, "plan.json"), JSON.stringify(plan));
    const { code, stderr } = await tfinvite(["check", "--plan", "plan.json", "--offline"], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain("has a type or a name that Terraform doesn't allow");
  });

  it.each(INJECTIONS.filter((text) => text !== ""))("is an error in a configuration: %j", async (name) => {
    writeFileSync(
      path.join(folder, "main.tf.json"),
      JSON.stringify({ resource: { openai_invite: { [name]: { email: "a@example.com", role: "reader" } } } }),
    );
    const { code, stderr } = await tfinvite(["lint"], { cwd: folder });
    expect(stderr).toContain("main.tf.json:1");
    expect(code).toBe(2);
  });
});

describe("invalid HCL", () => {
  it("is an error in lint, and no file of its module is edited", () =>
    inCase("invalid-hcl", async ({ json, run, read }) => {
      const before = await Promise.all(["main.tf", "lead.tf"].map(read));
      const { code, document } = await json(["lint"]);
      expect(code).toBe(2);
      const places = document.errors.map(({ file, line }: { file: string; line: number }) => `${file}:${line}`);
      expect(places).toEqual(expect.arrayContaining(["main.tf:2", "lead.tf:5"]));
      expect((await run(["lint", "--fix"])).code).toBe(2);
      expect(await Promise.all(["main.tf", "lead.tf"].map(read))).toEqual(before);
    }));

  it.each(["utf16le", "utf16be"])("in %s is an error, not an empty file", async (encoding) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-encoding-"));
    const text = Buffer.from('\ufeffresource "openai_invite" "a" {\n  email = "a@example.com"\n}\n', "utf16le");
    writeFileSync(path.join(folder, "main.tf"), 'resource "openai_invite" "b" {\n  email = "b@example.com"\n}\n');
    writeFileSync(path.join(folder, "other.tf"), encoding === "utf16le" ? text : text.swap16());
    const { code, stderr } = await tfinvite(["lint"], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining("other.tf:1")]);
    rmSync(folder, { recursive: true });
  });
});
