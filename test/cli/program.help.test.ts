import { readFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.js";
import { makeProgram } from "../../src/cli/program.js";
import { BIN, bash, FIXED_CLOCK } from "../support/program.js";
import { inScene, RECORDINGS } from "../support/recording.js";

function io(columns: number, write: (text: string) => void) {
  const stream = { write, isTTY: true, columns };
  return {
    stdin: Readable.from([]),
    stdout: stream,
    stderr: stream,
    env: { NO_COLOR: "1" },
    cwd: ".",
    platform: "linux" as const,
    signal: new AbortController().signal,
  };
}

async function helpOf(columns: number, ...argv: string[]): Promise<string> {
  const texts: string[] = [];
  expect(
    await main(
      [...argv, "--help"],
      io(columns, (text) => texts.push(text)),
    ),
  ).toBe(0);
  return texts.join("");
}

const PROGRAM = makeProgram(
  io(80, () => undefined),
  () => undefined,
);
const COMMANDS = PROGRAM.commands.map((command) => command.name());
const PAGES = [[], ...COMMANDS.map((name) => [name])];

describe("help", () => {
  it.each([80, 60])("at %i columns", async (columns) => {
    const pages: string[] = [];
    for (const page of PAGES)
      pages.push(`$ tfinvite ${[...page, "--help"].join(" ")}\n${await helpOf(columns, ...page)}`);
    await expect(pages.join("\n")).toMatchFileSnapshot(`transcripts/help-${columns}.txt`);
  });

  it("breaks no word, and a line that is too long has only one word", async () => {
    const words = (text: string) => text.split(/\s+|^\s*# /m).filter((word) => word !== "" && word !== "#");
    for (const page of PAGES) {
      const wide = words(await helpOf(100, ...page));
      for (const columns of [24, 33, 45, 59, 72, 90]) {
        const text = await helpOf(columns, ...page);
        expect(words(text)).toEqual(wide);
        const tooWide = text
          .split("\n")
          .filter((line) => stringWidth(line) > columns)
          // A command and a heading are never broken, and a term is one word.
          .filter((line) => !/^ {2}(?:tfinvite|terraform|eval|-|\S+$)|^\S.*:$/.test(line));
        expect(tooWide.filter((line) => line.trim().includes(" "))).toEqual([]);
      }
    }
  });

  it("gives every command at least one example", async () => {
    for (const name of COMMANDS) {
      const page = await helpOf(80, name);
      expect(page).toMatch(new RegExp(`\\nExamples:\\n(?: {2}# .*\\n)+ {2}.*tfinvite ${name}`));
    }
  });
});

const EXAMPLES = PROGRAM.commands.flatMap(
  (command) =>
    command
      .helpInformation()
      .split("\nExamples:\n")[1]
      ?.split("\n")
      .filter((line) => /^ {2}[^#\s]/.test(line))
      .map((line) => line.trim()) ?? [],
);

describe("each example of the help runs", () => {
  it.each(EXAMPLES.filter((line) => line !== "tfinvite lsp"))("%s", async (line) => {
    const plan = await readFile(path.join(RECORDINGS, "openai-openai-1.1.0/plan-destroy.json"), "utf8");
    const files = { "main.tf": "", "plan.json": plan };
    await inScene({ recording: "openai-openai-1.1.0", files }, async ({ directory, api }) => {
      const env = { OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url };
      const functions = `terraform() { cat plan.json; }\ntfinvite() { '${process.execPath}' --import '${FIXED_CLOCK}' '${BIN}' "$@"; }`;
      const { code, stderr } = await bash(`${functions}\n${line}`, { cwd: directory, env, programs: directory });
      // Where the example asks first, there is no terminal.
      if (code === 2) expect(stderr).toMatch(/--yes|no repair/);
      else expect([0, 1, 3]).toContain(code);
    });
  });
});
