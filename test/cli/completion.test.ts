import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BIN, tfinvite } from "../support/program.js";
import { onPath, pipeInto } from "../support/shells.js";
import { ALL, typeInto } from "../support/typed-keys.js";

const TAB = "\t";
let cwd = "";
let programs = "";

/** Keys that a shell would run, expand or split, were they ever more than text to it. */
const KEYS = [
  "bob@example.com",
  "$(touch hit-1)",
  "`touch hit-2`",
  "it's; touch hit-3",
  "a b",
  "*",
  "${x:=y}",
  "line\nbreak",
  "\u001b[31m",
];

beforeAll(async () => {
  cwd = mkdtempSync(path.join(os.tmpdir(), "tfinvite-test-"));
  programs = path.join(cwd, "programs");
  mkdirSync(programs);
  writeFileSync(path.join(programs, "tfinvite"), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, {
    mode: 0o755,
  });
  mkdirSync(path.join(cwd, "infra"));
  writeFileSync(path.join(cwd, "plan.json"), "{}");
  const instance = (key: string) => ({ index_key: key, attributes: {} });
  const provider = 'provider["registry.terraform.io/openai/openai"]';
  const resource = { mode: "managed", type: "openai_invite", provider };
  const state = {
    version: 4,
    terraform_version: "1.14.0",
    serial: 1,
    lineage: "l",
    outputs: {},
    resources: [
      { ...resource, name: "team", instances: KEYS.map(instance) },
      { ...resource, name: "zoe", instances: [{ attributes: {} }] },
      { ...resource, mode: "data", name: "all", instances: [{ attributes: {} }] },
    ],
  };
  writeFileSync(path.join(cwd, "terraform.tfstate"), JSON.stringify(state));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** The files that something typed, or a name in the state, would have made. */
const hits = () => readdirSync(cwd).filter((name) => name.startsWith("hit"));

/** As Terraform writes them. */
const ADDRESSES = [
  'openai_invite.team["bob@example.com"]',
  'openai_invite.team["$(touch hit-1)"]',
  'openai_invite.team["`touch hit-2`"]',
  `openai_invite.team["it's; touch hit-3"]`,
  'openai_invite.team["a b"]',
  'openai_invite.team["*"]',
  'openai_invite.team["$${x:=y}"]',
  'openai_invite.team["line\\nbreak"]',
  'openai_invite.team["\\u001b[31m"]',
  "openai_invite.zoe",
];

it("prints the addresses in the local state, one a line", async () => {
  const { code, stdout } = await tfinvite(["completion", "--addresses"], { cwd });
  expect([code, stdout]).toEqual([0, `${ADDRESSES.join("\n")}\n`]);
});

/** What is typed, and what the line holds afterwards. */
const LINES: readonly (readonly [typed: string, line: string])[] = [
  [`tfinvite che${TAB}`, "tfinvite check "],
  [`tfinvite help li${TAB}`, "tfinvite help lint "],
  [`tfinvite check --fo${TAB}`, "tfinvite check --format "],
  [`tfinvite check --format sa${TAB}`, "tfinvite check --format sarif "],
  [`tfinvite check --format=sa${TAB}`, "tfinvite check --format=sarif "],
  [`tfinvite check --format json:pl${TAB}`, "tfinvite check --format json:plan.json "],
  [`tfinvite check --rule resend=e${TAB}`, "tfinvite check --rule resend=error "],
  [`tfinvite status --status accepted,jo${TAB}`, "tfinvite status --status accepted,joined "],
  [`tfinvite check --deadline ${TAB}`, "tfinvite check --deadline "],
  [`tfinvite check in${TAB}`, "tfinvite check infra/"],
  [`tfinvite check infra --plan pl${TAB}`, "tfinvite check infra --plan plan.json "],
  [`tfinvite explain accepted-${TAB}`, "tfinvite explain accepted-invite "],
  [`tfinvite completion f${TAB}`, "tfinvite completion fish "],
  [`tfinvite repair --only openai_invite.z${TAB}`, "tfinvite repair --only openai_invite.zoe "],
  [
    `tfinvite repair --only 'openai_invite.team["bob@${TAB}`,
    `tfinvite repair --only 'openai_invite.team["bob@example.com"]' `,
  ],
];

/** Nothing of these may run. */
const HOSTILE = [
  `tfinvite $(touch hit-4) --fo${TAB}`,
  `tfinvite check $(touch hit-5)${TAB}${TAB}`,
  `tfinvite check --format $(touch hit-6)${TAB}`,
  `tfinvite check --format=$(touch hit-7)${TAB}`,
  `tfinvite status --only $(touch hit-8)${TAB}`,
  `tfinvite status --status $(touch hit-9),${TAB}`,
  "tfinvite check `touch hit-10`\t\t",
  `tfinvite check $(touch hit-11)/${TAB}`,
  `tfinvite check "$(touch hit-12)/${TAB}`,
  `tfinvite check x[$(touch hit-13)]=${TAB}`,
];

describe.each(["bash", "zsh"] as const)("in %s", (shell) => {
  const missing = [shell, "script"].find((program) => onPath(program) === undefined);

  it.skipIf(missing !== undefined)(
    `completes what is typed, and runs nothing of it${missing === undefined ? "" : ` (${missing} is not installed)`}`,
    async () => {
      const { stdout } = await tfinvite(["completion", shell], { cwd });
      writeFileSync(path.join(cwd, "completion"), stdout);
      const every = `tfinvite repair --only openai_invite.${ALL}`;
      const shown = await typeInto(shell, [...LINES.map(([typed]) => typed), every, ...HOSTILE], { cwd, programs });
      expect(shown.slice(0, LINES.length)).toEqual(LINES.map(([, line]) => line));
      // What it inserted is, to the shell itself, the addresses.
      const words = shown[LINES.length]?.replace("tfinvite repair --only", "printf '%s\\n'") ?? "";
      expect(pipeInto([shell], words, { cwd }).stdout.trimEnd().split("\n").sort()).toEqual(ADDRESSES.toSorted());
      expect(shown).toHaveLength(LINES.length + 1 + HOSTILE.length);
      expect(hits()).toEqual([]);
    },
  );
});

const skipped = (program: string) => (onPath(program) === undefined ? ` (${program} is not installed)` : "");

describe("in fish", () => {
  it.skipIf(onPath("fish") === undefined)(
    `completes what is typed, and runs nothing of it${skipped("fish")}`,
    async () => {
      const { stdout } = await tfinvite(["completion", "fish"], { cwd });
      const typed = [...LINES.map(([line]) => line), "tfinvite repair --only openai_invite.", ...HOSTILE];
      const asked = typed.map((line) => `complete -C '${line.replace(/\t+$/, "").replace(/'/g, "\\'")}'; printf '\\0'`);
      const shell = pipeInto(["fish", "--no-config"], `${stdout}\n${asked.join("\n")}\n`, {
        cwd,
        env: { PATH: `${programs}:${process.env["PATH"]}` },
      });
      const found = shell.stdout
        .split("\0")
        .map((lines) => lines.split("\n").flatMap((line) => line.split("\t")[0] || []));
      const offered = LINES.map(([, line]) => line.trimEnd().replace(/^.* /, "").replace(/^'/, "").replace(/'$/, ""));
      for (const [index, one] of offered.entries())
        if (typed[index]?.endsWith(`--deadline ${TAB}`)) expect(found[index]).toEqual([]);
        else expect(found[index], typed[index]).toEqual([one]);
      expect(found[LINES.length]?.sort()).toEqual(ADDRESSES.toSorted());
      expect([hits(), shell.stderr]).toEqual([[], ""]);
    },
  );
});

describe("in PowerShell", () => {
  it.skipIf(onPath("pwsh") === undefined)(`completes what is typed${skipped("pwsh")}`, async () => {
    const { stdout } = await tfinvite(["completion", "powershell"], { cwd });
    const lines = ["tfinvite che", "tfinvite check --format sa", "tfinvite status --status accepted,jo"];
    const asked = lines.map((line) => `(TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`);
    const shell = pipeInto(["pwsh", "-NoProfile", "-Command", "-"], `${stdout}\n${asked.join("\n")}\n`, { cwd });
    expect(shell.stdout.split(/\r?\n/)).toEqual(["check", "sarif", "accepted,joined", ""]);
  });
});

describe("tfinvite completion", () => {
  it("names the shells where none, or another one, is given", async () => {
    const none = await tfinvite(["completion"], { cwd });
    expect([none.code, none.stderr]).toEqual([
      2,
      "error: tfinvite completion needs a shell\n       Name bash, zsh, fish or powershell.\n",
    ]);
    const other = await tfinvite(["completion", "fsh"], { cwd });
    expect([other.code, other.stderr]).toEqual([
      2,
      'error: "fsh" is not a valid value of SHELL\n       Did you mean zsh or fish? It must be one of bash, zsh, fish or powershell.\n',
    ]);
  });
});
