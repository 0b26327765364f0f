import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tfinvite } from "../support/program.js";

const VERSIONS =
  'terraform {\n  required_providers {\n    openai = {\n      source  = "openai/openai"\n      version = "~> 1.1"\n    }\n  }\n}\n';
const FORMATS = ["pretty", "compact", "json", "sarif", "github", "gitlab", "checkstyle", "junit", "rdjson", "markdown"];

describe("a key in the configuration", () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(path.join(os.tmpdir(), "tfinvite-keys-"));
  });

  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });

  it.each([
    ["of OpenAI's form", "admin_api_key", "sk-admin-0123456789abcdefghij"],
    ["of another form", "admin_api_key", "plain0123456789secret"],
    ["in an argument that the provider does not have", "admin_key", "plain0123456789secret"],
    ["in one line with something else", "admin_key", "plain0123456789secret", true],
  ])("%s is in no format, whichever rule reports its line", async (_, argument, key, oneLine = false) => {
    const invite = 'resource "openai_invite" "a" {\n  email = "A@example.com"\n  role  = "reader"\n}\n';
    const provider = oneLine
      ? `provider "openai" { ${argument} = "${key}" }\n`
      : `provider "openai" {\n  ${argument} = "${key}"\n}\n`;
    writeFileSync(path.join(cwd, "main.tf"), VERSIONS + provider + invite);
    mkdirSync(path.join(cwd, "out"));
    const formats = FORMATS.flatMap((format) => ["--format", `${format}:out/${format}`]);
    for (const more of [[], ["--rule", "hardcoded-admin-key=off"]]) {
      const ran = await tfinvite(["lint", ...formats, ...more], { cwd });
      const written = FORMATS.map((format) => readFileSync(path.join(cwd, "out", format), "utf8"));
      for (const text of [ran.stdout, ran.stderr, ...written]) expect(text).not.toContain(key);
    }
    const diff = await tfinvite(["lint", "--fix-dry-run"], { cwd });
    expect(diff.stdout).toContain('+  email = "a@example.com"');
    expect(diff.stdout + diff.stderr).not.toContain(key);
  });
});
