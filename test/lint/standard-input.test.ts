import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tfinvite, withoutRulePages } from "../support/program.js";

const VERSIONS = `terraform {
  required_providers {
    openai = {
      source  = "openai/openai"
      version = "~> 1.1"
    }
  }
}
`;
const BAD = 'resource "openai_invite" "kim" {\n  email = "kim@example.com"\n  role  = "Owner"\n}\n';
const ROLE = BAD.replace('"Owner"', "var.role");
const JSON_BAD =
  '{ "resource": { "openai_invite": { "kim": {\n  "email": "kim@example.com", "role": "Owner"\n} } } }\n';

describe("lint - --stdin-filename", () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(path.join(os.tmpdir(), "tfinvite-stdin-"));
    mkdirSync(path.join(cwd, "squad"));
    writeFileSync(path.join(cwd, "squad/versions.tf"), VERSIONS);
    writeFileSync(path.join(cwd, "squad/role.tf"), `variable "role" {\n  default = "reader"\n}\n\n${ROLE}`);
    writeFileSync(path.join(cwd, "squad/saved.tf"), 'resource "openai_invite" "sam" {\n  role = "Saved"\n}\n');
  });

  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });

  /** Places and rules of standard output; the rest is unchanged. */
  async function lint(filename: string | undefined, input: string | Buffer) {
    const name = filename === undefined ? [] : ["--stdin-filename", filename];
    const { code, stdout, stderr } = await tfinvite(["lint", "-", "--fail-on", "never", ...name], { cwd, input });
    return {
      code,
      found: stdout
        .replace(/^(.*?:\d+:\d+): .*\[(.*)\]$/gm, "$1 $2")
        .split("\n")
        .slice(0, -1),
      stderr: withoutRulePages(stderr),
    };
  }

  it.each([
    ["squad/new.tf", "a file that is not saved yet", BAD.replaceAll("kim", "joe"), ["squad/new.tf:3:11 invalid-role"]],
    ["squad/new.tofu", "OpenTofu's own", BAD.replaceAll("kim", "joe"), ["squad/new.tofu:3:11 invalid-role"]],
    ["squad/new.tf.json", "JSON", JSON_BAD.replaceAll("kim", "joe"), ["squad/new.tf.json:2:39 invalid-role"]],
    ["squad/saved.tf", "another text than the saved one", "", []],
    [
      "squad/saved.tf",
      "with a byte order mark and CR LF",
      `\ufeff\n${BAD}`.replaceAll("\n", "\r\n").replaceAll("kim", "joe"),
      ["squad/saved.tf:4:11 invalid-role"],
    ],
  ])("%s: %s, in its module, and nothing about its neighbours", async (filename, _, input, found) => {
    expect(await lint(filename, input)).toEqual({ code: 0, found, stderr: "" });
  });

  it("is a module of its own in a folder that does not exist yet", async () => {
    expect(await lint("new/deep/main.tf", VERSIONS + BAD)).toEqual({
      code: 0,
      found: ["new/deep/main.tf:11:11 invalid-role"],
      stderr: "",
    });
  });

  it("needs no name, and then reads nothing from the disk", async () => {
    const { found, code } = await lint(undefined, BAD);
    expect([code, found]).toEqual([0, ["stdin.tf:1:1 unknown-provider", "stdin.tf:3:11 invalid-role"]]);
  });

  it("accepts a variable file, and lints its module with it", async () => {
    rmSync(path.join(cwd, "squad/saved.tf"));
    expect((await lint("squad/terraform.tfvars", 'role = "reader"\n')).found).toEqual([]);
    expect(await lint("squad/terraform.tfvars", '\nrole = "Owner"\n')).toEqual({
      code: 0,
      found: ["squad/terraform.tfvars:2:8 invalid-role"],
      stderr: "",
    });
    expect(await lint("squad/terraform.tfvars", "role = {")).toEqual({
      code: 2,
      found: [],
      stderr: expect.stringMatching(/^error: squad\/terraform\.tfvars:1:\d+: .*\nexit 2: .*\n$/),
    });
  });

  it("reports bytes that are not UTF-8, and the findings before them", async () => {
    const bytes = Buffer.concat([Buffer.from(BAD.replaceAll("kim", "joe")), Buffer.from([0, 0xff, 0xfe, 0xc3, 0x28])]);
    const { code, found, stderr } = await lint("squad/saved.tf", bytes);
    expect([code, found]).toEqual([2, ["squad/saved.tf:3:11 invalid-role"]]);
    expect(stderr).toMatch(/^error: squad\/saved\.tf:5:1: /);
  });

  it.each(["", ".", "squad", "notes.txt"])("refuses the name %j", async (filename) => {
    const { code, found, stderr } = await lint(filename, BAD);
    expect([code, found]).toEqual([2, []]);
    expect(stderr).toMatch(/^error: --stdin-filename: .* is not the name of a configuration file\n.*\n$/);
  });
});
