import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REPORT_FORMATS, STATUS_FORMATS } from "../../src/report/formats.js";
import { startStandIn } from "../stand-in/server.js";
import { ROOT, tfinvite } from "../support/program.js";
import { stateOf } from "../support/states.js";

const FIXTURE = path.join(ROOT, "fixtures/hostile/secrets-by-evaluation");

/** Neither it nor a half of it is a word of any text. */
const SECRET = "Zq7MarkedSecretWx9";

interface Way {
  /** How the configuration refers to the value. */
  readonly expression: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

const WAYS: Readonly<Record<string, Way>> = {
  "an environment variable": { expression: "var.secret", env: { TF_VAR_secret: SECRET } },
  "a text for a variable of another type": {
    expression: "var.secret",
    env: { TF_VAR_secret: SECRET, TF_VAR_typed: SECRET },
  },
  "a name in a variable file": {
    expression: "var.secret",
    files: { "terraform.tfvars": `secret = ${SECRET}\ntyped = [${SECRET}()]\n` },
  },
  "a sensitive variable": { expression: "var.declared", env: { TF_VAR_declared: SECRET } },
  "a variable file": { expression: "var.secret", files: { "terraform.tfvars": `secret = "${SECRET}"\n` } },
  "a part of a variable": {
    expression: "var.listed[0].role",
    files: { "x.auto.tfvars": `listed = [\n  { name = "x", role = "${SECRET}" },\n]\n` },
  },
  "the command line": { expression: "var.secret", args: ["--var", `secret=${SECRET}`] },
  "arguments of the environment": { expression: "var.secret", env: { TF_CLI_ARGS_plan: `-var secret=${SECRET}` } },
  "a file": { expression: 'chomp(file("secret.txt"))', files: { "secret.txt": `${SECRET}\n` } },
  YAML: { expression: 'yamldecode(file("x.yaml")).a.b', files: { "x.yaml": `a:\n  b: ${SECRET}\n` } },
  sensitive: { expression: `sensitive(var.secret)`, env: { TF_VAR_secret: SECRET } },
};

/** Ways in which the secret is hidden even as an instance key: a part of a collection is shown as a part. */
const isPart = (name: string) => name === "a part of a variable" || name === "YAML";

/** The ways that are tested with every command. */
const EVERYWHERE: ReadonlySet<string> = new Set(["an environment variable", "YAML"]);

/** The forms in which the secret could be found. */
function needles(secret: string): readonly string[] {
  const halves = [secret.slice(0, 9), secret.slice(9)];
  const base64 = (text: string) => Buffer.from(text).toString("base64").replace(/=+$/, "").slice(0, -1);
  return [
    ...halves,
    ...halves.map((half) => [...half].toReversed().join("")),
    ...[secret, ...halves].map(base64),
    secret.slice(1, 8),
    secret.replaceAll("e", ""),
    [...secret].join(","),
  ].map((text) => text.toLowerCase());
}

function leaks(text: string, secret = SECRET): string[] {
  const lower = text.toLowerCase();
  return needles(secret).filter((needle) => lower.includes(needle));
}

describe("a value that the author of a pull request does not know", () => {
  let folder = "";
  let api: Awaited<ReturnType<typeof startStandIn>>;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-secrets-"));
    cpSync(FIXTURE, folder, { recursive: true });
    api = await startStandIn({ now: () => Date.UTC(2026, 10, 24, 21, 0, 0) });
  });
  afterEach(async () => {
    await api.close();
    rmSync(folder, { recursive: true });
  });

  const prepare = ({ expression, files = {} }: Way) => {
    const main = path.join(folder, "main.tf");
    writeFileSync(main, readFileSync(main, "utf8").replace("stolen = PLACE", `stolen = ${expression}`));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    writeFileSync(
      path.join(folder, "terraform.tfstate"),
      stateOf([{ name: "gone", id: "invite-1", email: "z@example.com" }]),
    );
  };
  const written = (before: ReadonlySet<string>) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => !before.has(name) && statSync(path.join(folder, name)).isFile())
      .map((name) => readFileSync(path.join(folder, name), "utf8"))
      .join("\n");
  const allow = (name: string, text: string) =>
    isPart(name)
      ? text
          .replaceAll(`["${SECRET}"]`, "")
          .replaceAll(`[\\"${SECRET}\\"]`, "")
          .replaceAll(`[&quot;${SECRET}&quot;]`, "")
      : text;

  it.each(Object.entries(WAYS))("%s: is in no output", async (name, way) => {
    prepare(way);
    const before = new Set(readdirSync(folder, { recursive: true, encoding: "utf8" }));
    const formats = Object.keys(REPORT_FORMATS).flatMap((format) => ["--format", `${format}:out.${format}`]);
    const statuses = Object.keys(STATUS_FORMATS).flatMap((format) => ["--format", `${format}:status.${format}`]);
    const lintings = [["lint", "--format", "pretty", ...formats]];
    const others = [
      ["lint"],
      ["lint", "--fix-dry-run"],
      ["status", "--orphans", "--format", "pretty", ...statuses],
      ["check", ...formats],
      ["check", "--offline", "--format", "pretty"],
      ["repair"],
      ["repair", "--as", "json"],
      ["repair", "--as", "blocks", "--write", "--yes"],
      ["repair", "--write", "--dry-run"],
      ["lint", "--fix"],
    ];
    // Values are the same for all commands.
    const commands = [...lintings, ...(EVERYWHERE.has(name) ? others : [])];
    const env = { OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url, ...way.env };
    for (const command of commands) {
      const args = [...command, ...(way.args ?? [])];
      const { stdout, stderr } = await tfinvite(args, { cwd: folder, env });
      expect(stderr, command.join(" ")).not.toContain("bug in tfinvite");
      expect(leaks(allow(name, `${stdout}\n${stderr}`)), `${command.join(" ")}\n${stdout}${stderr}`).toEqual([]);
    }
    expect(leaks(allow(name, written(before)))).toEqual([]);
    expect(readFileSync(path.join(folder, "out.json"), "utf8")).toContain('"hidden"');
  });

  it("says where the value is from", async () => {
    prepare({ expression: "var.secret" });
    const { stdout } = await tfinvite(["lint", "--format", "compact"], { cwd: folder, env: { TF_VAR_secret: SECRET } });
    expect(stdout).toContain("(from var.secret) is not a valid organization role");
    expect(stdout).toContain('openai_invite.made_key["(from var.secret) 1"]');
  });

  it("an OpenAI key is masked in any place", async () => {
    const key = "sk-admin-Ab3dEf6hIj9kLm2n";
    prepare({ expression: `"${key}"` });
    for (const args of [
      ["lint", "--format", "pretty"],
      ["lint", "--format", "json"],
      ["lint", "--fix-dry-run"],
      ["check", "--offline"],
    ]) {
      const { stdout, stderr } = await tfinvite(args, { cwd: folder });
      expect(`${stdout}${stderr}`).not.toContain(key.slice(3));
    }
  });
});

describe("what may be shown of a value from outside", () => {
  it("email addresses and keys, as they were given", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-shown-"));
    writeFileSync(
      path.join(folder, "main.tf"),
      `variable "people" {}
resource "openai_invite" "people" {
  for_each = { for name, one in var.people : name => one if one.active }
  email    = each.value.email
  role     = each.value.role
}
`,
    );
    writeFileSync(
      path.join(folder, "terraform.tfvars"),
      'people = { ann = { email = "Ann@example.com", role = "boss", active = true } }\n',
    );
    const { stdout: document } = await tfinvite(["lint", "--format", "json"], { cwd: folder });
    const address = 'openai_invite.people["ann"]';
    const hidden = { address, email: "Ann@example.com", role: null, hidden: ["role"] };
    expect(JSON.parse(document)).toMatchObject({ invites: [hidden] });
    const { stdout } = await tfinvite(["lint", "--format", "pretty"], { cwd: folder });
    expect(stdout).toContain('"Ann@example.com"');
    expect(stdout).toContain("(from var.people) is not a valid organization role");
    expect(stdout).not.toContain("boss");
    rmSync(folder, { recursive: true });
  });
});
