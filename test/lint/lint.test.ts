import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunOptions, tfinvite, transcript } from "../support/program.js";

const VERSIONS = `terraform {
  required_providers {
    openai = {
      source  = "openai/openai"
      version = "~> 1.1"
    }
  }
}
`;

const invite = (name: string, email: string, role = "reader") =>
  `resource "openai_invite" "${name}" {\n  email = "${email}"\n  role  = "${role}"\n}\n`;

describe("tfinvite lint", () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(path.join(os.tmpdir(), "tfinvite-lint-"));
  });

  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });

  function write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
      writeFileSync(path.join(cwd, name), text);
    }
  }

  const run = (args: readonly string[], options: Partial<RunOptions> = {}) =>
    tfinvite(["lint", ...args], { cwd, ...options });
  const shown = async (args: readonly string[], options: Partial<RunOptions> = {}) =>
    transcript(["lint", ...args], await run(args, options));

  it("reads unsaved text instead of its file, and the rest of the module from the disk", async () => {
    write({
      "versions.tf": VERSIONS,
      "main.tf": invite("saved", "saved@example.com"),
      "other.tf": invite("kim", "kim@example.com"),
    });
    const input = invite("unsaved", "kim@example.com", "Owner");
    expect(await shown(["-", "--stdin-filename", "main.tf"], { input })).toMatchSnapshot();
    expect(
      await shown(["-"], { input: 'resource "openai_invite" "half" {\n  role = "Owner"\n  email = "x' }),
    ).toMatchSnapshot();
  });

  it.each([
    [["-", "main.tf"]],
    [["--stdin-filename", "main.tf"]],
    [["-", "--stdin-filename", "notes.txt"]],
    [["-", "--fix"]],
    [["missing"]],
    [["*.nothing"]],
    [["--baseline", "missing.json"]],
  ])("refuses %j with an error", async (args) => {
    write({ "main.tf": VERSIONS });
    expect(await shown(args, { input: "" })).toMatchSnapshot();
  });

  it("finds root modules and their child modules, and skips what git ignores", async () => {
    write({
      ".gitignore": "/vendor/\n",
      "vendor/main.tf": VERSIONS + invite("vendored", "Vendored@example.com"),
      "a/main.tf": `module "team" {\n  source = "../team"\n}\n`,
      "b/main.tf": `module "team" {\n  source = "../team"\n}\n`,
      "a/.terraform/modules/x/main.tf": VERSIONS + invite("installed", "Installed@example.com"),
      "team/main.tf": VERSIONS + invite("shared", "Shared@example.com"),
      "none/main.tf": 'resource "terraform_data" "x" {}\n',
    });
    mkdirSync(path.join(cwd, ".git"));
    expect(await shown([])).toMatchSnapshot();
    expect(await shown(["team/main.tf"])).toMatchSnapshot();
  });

  it("applies comments, settings and flags", async () => {
    write({
      ".tfinvite.json": JSON.stringify({
        rules: { "mixed-case-email": "error", "invalid-role": { ignorable: false } },
        paths: [{ paths: ["legacy/**"], rules: { "mixed-case-email": "off" } }],
      }),
      "new/main.tf": `${VERSIONS}\n# tfinvite-ignore: invalid-role, mixed-case-emial -- the team lead said so\n${invite("a", "A@example.com", "Owner")}`,
      "legacy/main.tf": VERSIONS + invite("b", "B@example.com"),
      "quiet/main.tf": `${VERSIONS}\n# tfinvite-ignore: mixed-case-email -- the HR system writes it this way\n${invite("c", "C@example.com")}`,
    });
    mkdirSync(path.join(cwd, ".git"));
    expect(await shown([])).toMatchSnapshot();
    expect(
      await shown(["new", "--rule", "mixed-case-email=off", "--rule", "invalid-role=notice", "--fail-on", "warning"]),
    ).toMatchSnapshot();
  });

  it("says where a settings file is wrong", async () => {
    write({
      ".tfinvite.json": '{\n  "rules": { "acepted-invite": "off" },\n  "baseline": "../x.json"\n}\n',
      "main.tf": VERSIONS + invite("a", "a@example.com"),
    });
    expect(await shown(["."])).toMatchSnapshot();
  });

  it("says which targets the settings exclude, also where no target remains", async () => {
    write({ ".tfinvite.json": '{ "exclude": ["old/"] }', "old/main.tf": VERSIONS + invite("a", "A@example.com") });
    expect(await shown(["old"])).toMatchSnapshot();
  });

  it("reports nothing on an excluded file and its comments, where other files of its module are linted", async () => {
    const quiet = "# tfinvite-ignore: invalid-role -- silences nothing\n";
    write({
      ".tfinvite.json": '{ "exclude": ["*.generated.tf", "vendored/"] }',
      "main.tf": `${VERSIONS}${invite("a", "A@example.com")}module "v" {\n  source = "./vendored"\n}\n`,
      "x.generated.tf": quiet + invite("b", "B@example.com"),
      "broken.generated.tf": 'resource "openai_invite" "c" {\n  role = "x"\n',
      "vendored/main.tf": quiet + VERSIONS + invite("d", "D@example.com"),
    });
    const findings = expect.stringMatching(/^main\.tf:\d+:\d+: notice: openai_invite\.a: .*\n$/);
    expect(await run(["."])).toMatchObject({ code: 0, stdout: findings });
    // Their content is still read: the person is invited twice.
    write({ "main.tf": `${VERSIONS}${invite("a", "b@example.com")}`, "y.tf": invite("z", "b@example.com") });
    expect((await run(["."])).stdout).toContain("main.tf:");
    expect((await run(["main.tf"])).stdout).not.toContain("generated");
  });

  it("applies the excludes of each folder's own settings, from any start folder", async () => {
    const invites = VERSIONS + invite("a", "A@example.com");
    write({
      ".tfinvite.json": '{ "exclude": ["examples/", "*.gen.tf"] }',
      "main.tf": invites,
      "examples/.tfinvite.json": "{}",
      "examples/main.tf": invites,
      "team/.tfinvite.json": '{ "exclude": ["old/"] }',
      "team/old/main.tf": invites,
      "team/new/main.gen.tf": invites,
      "other/old/main.tf": invites,
      "other/old/main.gen.tf": "",
      "broken/main.tf": "",
      "ignored/.tfinvite.json": "{ no settings",
      ".gitignore": "ignored/\n",
    });
    mkdirSync(path.join(cwd, ".git"));
    const places = async (args: readonly string[], from = cwd) =>
      (await run(args, { cwd: from })).stdout.split("\n").flatMap((line) => line.split(":")[0] || []);
    const inTeam = "new/main.gen.tf";
    expect(await places([])).toEqual(["main.tf", "other/old/main.tf", `team/${inTeam}`]);
    expect(await places(["team", "other"])).toEqual(["other/old/main.tf", `team/${inTeam}`]);
    expect(await places([], path.join(cwd, "team"))).toEqual([inTeam]);
    expect(await places(["**/*.tf"])).toEqual(["main.tf", "other/old/main.tf", `team/${inTeam}`]);
    write({ "broken/.tfinvite.json": "{ no settings" });
    expect(await run([])).toMatchObject({ code: 2, stderr: expect.stringContaining("broken/.tfinvite.json:1:3") });
  });

  it("alone reads the baseline: status and repair do not fail where the settings name one that does not exist", async () => {
    write({ ".tfinvite.json": '{ "baseline": "known.json" }', "main.tf": VERSIONS + invite("a", "a@example.com") });
    expect(await run(["."])).toMatchObject({ code: 2 });
    const status = await tfinvite(["status", "--offline"], { cwd });
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining("1 not sent") });
    const repair = await tfinvite(["repair"], { cwd });
    expect(repair.stderr).not.toContain("baseline");
  });

  it("updates a part of a baseline, and reports stale entries", async () => {
    write({
      "one/main.tf": VERSIONS + invite("a", "A@example.com"),
      "two/main.tf": VERSIONS + invite("b", "B@example.com"),
    });
    expect(await shown(["--baseline", "known.json", "--update-baseline"])).toMatchSnapshot();
    const known = readFileSync(path.join(cwd, "known.json"), "utf8");
    expect(known).toMatchSnapshot();
    write({ "one/main.tf": `\n\n${VERSIONS}${invite("a", "A@example.com")}${invite("new", "New@example.com")}` });
    expect(await shown(["--baseline", "known.json"])).toMatchSnapshot();
    write({ "two/main.tf": VERSIONS + invite("b", "b@example.com") });
    expect(await shown(["two", "--baseline", "known.json", "--fail-on", "notice"])).toMatchSnapshot();
    await run(["one", "--baseline", "known.json", "--update-baseline"]);
    expect(readFileSync(path.join(cwd, "known.json"), "utf8")).toMatchSnapshot();
  });

  it("prints the next step and a link after compact output, on standard error", async () => {
    write({ "main.tf": VERSIONS + invite("a", "A@example.com", "Owner") + invite("b", "B@example.com") });
    const next = `Next:
  tfinvite lint --fix  apply the safe fixes for 2 findings
More: tfinvite explain RULE, or https://unpkg.com/tfinvite@0.1.0/docs/rules/RULE.md
`;
    const ended = "exit 1: 1 error\n";
    expect((await run([])).stderr).toBe(next + ended);
    expect((await run(["--format", "json:a.json", "--format", "compact"])).stderr).toBe(next + ended);
    expect((await run(["--format", "compact:a.txt", "--format", "json"])).stderr).toBe(ended);
    expect((await run(["--rule", "invalid-role=off", "--rule", "mixed-case-email=off"])).stderr).toBe("");
  });

  it("writes several formats at once, the same each time", async () => {
    write({ "main.tf": VERSIONS + invite("a", "A@example.com", "Owner") });
    const formats = [
      "json",
      "sarif",
      "github",
      "gitlab",
      "checkstyle",
      "junit",
      "rdjson",
      "markdown",
      "compact",
      "pretty",
    ];
    const args = formats.flatMap((format) => ["--format", `${format}:out/${format}`]);
    mkdirSync(path.join(cwd, "out"));
    const read = () => formats.map((format) => readFileSync(path.join(cwd, "out", format), "utf8"));
    expect(await run(args)).toMatchObject({ code: 1, stdout: "" });
    const first = read();
    await run(args);
    expect(read()).toEqual(first);
    for (const text of first) expect(text).toContain("invalid-role");
  });
});
