import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isKey, isSecret } from "../../../src/invites/rules/admin-keys.js";
import { maskKeys } from "../../../src/report/masking.js";
import { casesIn } from "../../support/lint-case.js";
import { ROOT, tfinvite } from "../../support/program.js";

const FOUND = path.join(ROOT, "fixtures/rules/hardcoded-admin-key/found");
const FORMATS = [
  "pretty",
  "compact",
  "json",
  "sarif",
  "github",
  "gitlab",
  "checkstyle",
  "junit",
  "rdjson",
  "markdown",
] as const;
/** The text after the prefix of every key in these files, and the key without a prefix. */
const SECRETS = ["0123456789abcdefghij", "Zm9yIHRlc3RzIG9ubHk", "plain-and-simple"];

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "tfinvite-keys-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** All output of lint for a root module, in every format and on both streams. */
async function allOutput(cwd: string, ...more: string[]): Promise<string> {
  const formats = FORMATS.flatMap((format) => ["--format", `${format}:${path.join(folder, format)}`]);
  const { stdout, stderr } = await tfinvite(["lint", "--format", "pretty", ...formats, ...more], { cwd });
  const written = (await readdir(folder)).filter((name) => (FORMATS as readonly string[]).includes(name));
  expect(written.toSorted()).toEqual(FORMATS.toSorted());
  const texts = await Promise.all(written.map((name) => readFile(path.join(folder, name), "utf8")));
  // The pages of rules, which SARIF carries, have keys of their own.
  return [stdout, stderr, ...texts].join("\n").replaceAll(/"markdown": "# .*"/g, '"markdown": ""');
}

describe("a key in the configuration", () => {
  it.each(casesIn(FOUND))("is in no format's output: %s", async (name) => {
    const output = await allOutput(path.join(FOUND, name));
    expect(output).toContain("an API key is written into the configuration");
    expect(SECRETS.filter((secret) => output.includes(secret))).toEqual([]);
  });

  it.each([[], ["--rule", "hardcoded-admin-key=off"]])(
    "is not shown with another finding on its line either (%j)",
    async (...more: string[]) => {
      await writeFile(
        path.join(folder, "main.tf"),
        'terraform {\n  required_providers {\n    openai = {\n      source = "openai/openai"\n    }\n  }\n}\n\nprovider "openai" {\n  admin_key = "plain-and-simple"\n}\n\nresource "openai_invite" "sam" {\n  email = "Sam@example.com" # sk-0123456789abcdefghij\n  role  = "reader"\n}\n',
      );
      const output = await allOutput(folder, ...more);
      expect(output).toContain("unsupported-argument");
      expect(output).toContain("mixed-case-email");
      expect(SECRETS.filter((secret) => output.includes(secret))).toEqual([]);
    },
  );
});

describe("maskKeys", () => {
  it.each([
    ['  admin_key = "sk-admin-0123456789"', '  admin_key = "•••••••••••••••••••"'],
    ["# was sk-0123456789", "# was sk-••••••••••"],
    ['{ "admin_token": "a\\"b", "role": "owner" }', '{ "admin_token": "••••", "role": "owner" }'],
    ['  admin_api_key = "${var.key}"', '  admin_api_key = "${var.key}"'],
    ["task-0123456789 disk-0123456789", "task-0123456789 disk-0123456789"],
  ])("%s", (line, shown) => {
    expect(maskKeys(line)).toBe(shown);
    expect(shown.length).toBe(line.length);
  });
});

describe("what counts as a key", () => {
  it.each([
    "sk-admin-0123456789abcdefghij",
    "sk-proj-0123456789_abcdefghij-k",
    "sk-0123456789abcdefghijABCDEFGHIJ",
    "\nsk-svcacct-0123456789abcdef\n",
  ])("%j does, in any place", (text) => {
    expect([isKey(text), isSecret(text)]).toEqual([true, true]);
  });

  it.each(["0f0f0f0f", "sk-admin-0f0f"])("%j does in an argument for keys only", (text) => {
    expect([isKey(text), isSecret(text)]).toEqual([false, true]);
  });

  it.each([
    "",
    "  ",
    "sk-...",
    "sk-admin-...",
    "sk-admin-",
    "sk-admin-YOUR-KEY-GOES-HERE",
    "sk-xxxxxxxxxxxxxxxxxxxxxxxx",
    "YOUR_KEY",
    "changeme",
    "<admin key>",
    "***",
    "sk-admin-example-0123456789",
  ])("%j does not", (text) => {
    expect([isKey(text), isSecret(text)]).toEqual([false, false]);
  });

  it("does not treat every name that begins with sk- as a key", () => {
    expect(isKey("sk-terraform-states-of-production")).toBe(false);
  });
});
