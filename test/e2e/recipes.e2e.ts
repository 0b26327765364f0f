import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../support/program.js";

/** Part of a recipe: what is omitted together, what fails then, and how that names the part. */
interface Part {
  readonly files: readonly string[];
  /** `tsc`, or arguments for vitest: a test file, and `-t` with the name of a test where the others would take long. */
  readonly check: readonly string[];
  readonly names: string;
}

interface Recipe {
  /** A folder of `fixtures/recipes/`: new files, and the lines inserted into others. */
  readonly name: string;
  readonly parts: readonly Part[];
  /** What the recipe says to run: scripts of the repository or vitest, each with its environment. */
  readonly commands: readonly { readonly argv: readonly string[]; readonly env?: Readonly<Record<string, string>> }[];
  /** A call of the built program in a folder with an invite, and what it prints. */
  readonly call: { readonly args: readonly string[]; readonly invite: string; readonly prints: string };
}

const TSC = ["tsc"];
const VITEST = "node_modules/vitest/vitest.mjs";
const FORMER = ["bin", "docs", "fixtures", "schema", "scripts", "src", "test", "demo", "bench", "fuzz"];
const ROOT_FILES = /\.(?:json|md|ts)$/;

const inviteOf = (source: string, more = ""): string =>
  `terraform {\n  required_providers {\n    openai = {\n      source = "${source}"\n    }\n  }\n}\n\nresource "openai_invite" "kim" {\n  email = "kim@example.com"\n  role  = "owner"\n${more}}\n`;

const RECIPES: readonly Recipe[] = [
  {
    name: "rule",
    commands: [
      { argv: [VITEST, "run", "test/invites/rules", "-t", "owner-invite"], env: { UPDATE_DOCS: "1" } },
      { argv: ["scripts/build.mjs"] },
      { argv: ["build/write-schema.js"] },
      { argv: [VITEST, "run", "test/cli/explain.test.ts", "-t", "answers", "-u"] },
      { argv: [VITEST, "run", "test/pages.test.ts", "-t", "has every rule"], env: { UPDATE_DOCS: "1" } },
    ],
    call: { args: ["lint"], invite: inviteOf("openai/openai"), prints: "[owner-invite]" },
    parts: [
      { files: ["src/invites/rules/owner-invite.ts"], check: TSC, names: "owner-invite.js" },
      { files: ["src/invites/rules/registry.ts"], check: TSC, names: "'\"owner-invite\"' does not exist" },
      { files: ["src/report/messages/static-rules.ts"], check: TSC, names: "'\"owner-invite\"' is missing" },
      {
        files: ["docs/rules/owner-invite.md"],
        check: ["test/invites/rules/registry.test.ts", "-t", "owner-invite"],
        names: "docs/rules/owner-invite.md",
      },
      ...["found", "clean"].map((kind) => ({
        files: readdirSync(path.join(ROOT, `fixtures/recipes/rule/fixtures/rules/owner-invite/${kind}/openai`))
          .concat(kind === "found" ? ["expected.txt"] : [])
          .map((file) => `fixtures/rules/owner-invite/${kind}/openai/${file}`),
        check: ["test/invites/rules/registry.test.ts", "-t", "owner-invite"],
        names: "owner-invite > has cases of both kinds",
      })),
      {
        files: ["docs/rules/README.md"],
        check: ["test/pages.test.ts", "-t", "has every rule"],
        names: "owner-invite",
      },
      {
        files: ["schema/settings-v1.json"],
        check: ["test/policy/read-settings.test.ts", "-t", "npm run schema"],
        names: "owner-invite",
      },
      {
        files: ["test/cli/__snapshots__/explain.test.ts.snap"],
        check: ["test/cli/explain.test.ts", "-t", "answers"],
        names: "owner-invite",
      },
    ],
  },
  {
    name: "provider",
    commands: [
      { argv: [VITEST, "run", "test/invites/providers/registry.dialect-rules.test.ts", "-u"] },
      { argv: [VITEST, "run", "test/pages.test.ts", "-t", "has its table"], env: { UPDATE_DOCS: "1" } },
      { argv: ["scripts/build.mjs"] },
    ],
    call: {
      args: ["lint"],
      invite: inviteOf("acme/openai", '\n  projects {\n    id = "proj_a"\n  }\n'),
      prints: 'acme/openai has no "projects" on an invite',
    },
    parts: [
      { files: ["src/invites/providers/acme.ts"], check: TSC, names: "acme.js" },
      {
        files: ["src/invites/providers/registry.ts"],
        check: ["test/invites/providers/registry.test.ts"],
        names: "acme",
      },
      { files: ["test/stand-in-provider/dialects/acme.ts"], check: TSC, names: "dialects/acme.js" },
      { files: ["test/e2e/providers.ts"], check: TSC, names: "'acme' is missing" },
      { files: ["test/invites/outcomes/outcome.test.ts"], check: TSC, names: "'acme' is missing" },
      {
        files: ["test/invites/providers/registry.dialect-rules.test.ts"],
        check: ["test/invites/providers/registry.dialect-rules.test.ts", "-t", "is covered"],
        names: "acme",
      },
    ],
  },
  {
    name: "format",
    commands: [
      { argv: ["scripts/build.mjs"] },
      { argv: [VITEST, "run", "test/report/tsv.test.ts", "test/report/rule-pages.test.ts"] },
      { argv: [VITEST, "run", "test/cli/main.bad-input.test.ts", "-t", "help", "-u"] },
    ],
    call: {
      args: ["lint", "--format", "tsv"],
      invite: inviteOf("openai/openai", "  projects = []\n"),
      prints: "rule\tdirectory\tmessage\tdocs\n",
    },
    parts: [
      { files: ["src/report/tsv.ts"], check: TSC, names: "tsv.js" },
      { files: ["src/report/formats.ts"], check: ["test/report/formats.test.ts"], names: "tsv" },
      { files: ["test/report/tsv.test.ts"], check: ["test/report/formats.test.ts"], names: "tsv" },
      { files: ["docs/report.md"], check: ["test/report/formats.test.ts"], names: "tsv" },
      {
        files: ["test/cli/transcripts/help.txt"],
        check: ["test/cli/main.bad-input.test.ts", "-t", "help"],
        names: "tsv",
      },
    ],
  },
  {
    name: "command",
    commands: [
      { argv: ["scripts/build.mjs"] },
      { argv: [VITEST, "run", "test/count", "test/architecture.test.ts"] },
      { argv: [VITEST, "run", "test/cli/main.bad-input.test.ts", "-t", "help", "-u"] },
    ],
    call: { args: ["count", "."], invite: inviteOf("openai/openai"), prints: "1\n" },
    parts: [
      { files: ["src/count/count.ts"], check: TSC, names: "count/count.js" },
      { files: ["src/cli/count.ts"], check: TSC, names: "./count.js" },
      { files: ["src/cli/program.ts"], check: ["test/cli/program.test.ts"], names: "count" },
      {
        files: ["test/architecture.test.ts"],
        check: ["test/architecture.test.ts"],
        names: "count/count.ts is on no floor",
      },
      { files: ["test/count/count.test.ts"], check: ["test/cli/program.test.ts"], names: "count" },
      { files: ["docs/README.md"], check: ["test/cli/program.test.ts"], names: "count" },
      {
        files: ["test/cli/transcripts/help.txt"],
        check: ["test/cli/main.bad-input.test.ts", "-t", "help"],
        names: "count",
      },
    ],
  },
];

interface Insertion {
  /** The start, without indentation, of the line below the inserted ones. */
  readonly above: string;
  readonly insert: string;
}

const folders = mkdtempSync(path.join(os.tmpdir(), "tfinvite-recipes-"));
afterAll(() => rmSync(folders, { recursive: true, force: true }));

/** A copy of everything that is compiled, built and tested. */
function copyRepository(copy: string): void {
  mkdirSync(copy, { recursive: true });
  const files = readdirSync(ROOT).filter((name) => ROOT_FILES.test(name));
  for (const name of [...FORMER, ...files]) {
    cpSync(path.join(ROOT, name), path.join(copy, name), {
      recursive: true,
      filter: (source) => !source.startsWith(path.join(ROOT, "fixtures/recipes")),
    });
  }
  symlinkSync(path.join(ROOT, "node_modules"), path.join(copy, "node_modules"), "junction");
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

function writeInto(copy: string, file: string, text: string): void {
  mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
  writeFileSync(path.join(copy, file), text);
}

/** Removes a file, and the folders that are empty then: Git has none. */
function removeFrom(copy: string, file: string): void {
  rmSync(path.join(copy, file));
  let folder = path.dirname(path.join(copy, file));
  while (readdirSync(folder).length === 0) {
    rmdirSync(folder);
    folder = path.dirname(folder);
  }
}

function withInsertions(text: string, insertions: readonly Insertion[]): string {
  return insertions.reduce((before, { above, insert }) => {
    const lines = before.split("\n");
    const at = lines.findIndex((line) => line.trimStart().startsWith(above));
    if (at < 0) throw new Error(`no line begins with ${above}`);
    return [...lines.slice(0, at), insert, ...lines.slice(at)].join("\n");
  }, text);
}

/** The example of a recipe, and the code that CONTRIBUTING shows for it. */
function applyRecipe(name: string, copy: string): void {
  const folder = path.join(ROOT, "fixtures/recipes", name);
  for (const file of filesIn(folder)) {
    if (file !== "insertions.json") writeInto(copy, file, readFileSync(path.join(folder, file), "utf8"));
  }
  const inserted: Readonly<Record<string, readonly Insertion[]>> = JSON.parse(
    readFileSync(path.join(folder, "insertions.json"), "utf8"),
  );
  for (const [file, insertions] of Object.entries(inserted))
    writeInto(copy, file, withInsertions(readFileSync(path.join(copy, file), "utf8"), insertions));
  if (name === "rule") writeInto(copy, "src/invites/rules/owner-invite.ts", shownRule());
}

function shownRule(): string {
  const contributing = readFileSync(path.join(ROOT, "CONTRIBUTING.md"), "utf8");
  const [, code = ""] = /```ts\n([\s\S]*?ownerInvite[\s\S]*?)```/.exec(contributing) ?? [];
  return code.replaceAll(/^ {3}/gm, "").trimEnd().concat("\n");
}

/** Everything in which a copy differs from the repository. */
function changedFiles(copy: string): string[] {
  return [
    "README.md",
    "CONTRIBUTING.md",
    ...FORMER.flatMap((folder) => filesIn(path.join(copy, folder)).map((file) => `${folder}/${file}`)),
  ]
    .filter((file) => textOf(ROOT, file) !== textOf(copy, file))
    .sort();
}

function textOf(folder: string, file: string): string | undefined {
  return existsSync(path.join(folder, file)) ? readFileSync(path.join(folder, file), "utf8") : undefined;
}

function run(argv: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  const { VITEST: _v, VITEST_WORKER_ID: _w, VITEST_POOL_ID: _p, VITEST_MODE: _m, ...outside } = process.env;
  const child = spawn(process.execPath, [...argv], { cwd, env: { ...outside, NO_COLOR: "1", ...env } });
  const output: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => output.push(piece));
  child.stderr.on("data", (piece: Buffer) => output.push(piece));
  return new Promise<{ readonly code: number | null; readonly output: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output: Buffer.concat(output).toString() }));
  });
}

/** Runs the compiler or a test of the copy. */
function runCheck(check: readonly string[], copy: string) {
  return check === TSC
    ? run(
        [
          "node_modules/typescript/bin/tsc",
          "--incremental",
          "--tsBuildInfoFile",
          `../${path.basename(copy)}.tsbuildinfo`,
        ],
        copy,
      )
    : run([VITEST, "run", ...check], copy);
}

describe.concurrent.each(RECIPES)("the recipe of a new $name", ({ name, parts, commands, call }) => {
  const copy = path.join(folders, name);
  const files = parts.flatMap((part) => part.files);

  it("makes something that compiles, passes its tests and runs; and each missing part is named", async () => {
    copyRepository(copy);
    applyRecipe(name, copy);
    expect(await runCheck(TSC, copy)).toEqual({ code: 0, output: "" });
    for (const { argv, env } of commands) {
      const ran = await run(argv, copy, env);
      expect(ran.code, `${argv.join(" ")}\n${ran.output}`).toBe(0);
    }
    expect(changedFiles(copy)).toEqual(expect.arrayContaining(files));

    const folder = path.join(folders, `${name}-call`);
    writeInto(folder, "main.tf", call.invite);
    const { output } = await run([path.join(copy, "bin/tfinvite.js"), ...call.args], folder);
    expect(output).toContain(call.prints);

    for (const part of parts) {
      const whole = part.files.map((file) => [file, textOf(copy, file) ?? ""] as const);
      for (const file of part.files) {
        const before = textOf(ROOT, file);
        if (before === undefined) removeFrom(copy, file);
        else writeInto(copy, file, before);
      }
      const failed = await runCheck(part.check, copy);
      expect(failed, part.files.join(", ")).toMatchObject({ output: expect.stringContaining(part.names) });
      expect(failed.code, part.files.join(", ")).not.toBe(0);
      for (const [file, text] of whole) writeInto(copy, file, text);
    }
  }, 600_000);
});
