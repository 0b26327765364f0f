import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Io } from "../../src/base/engine-context.js";
import { Failure } from "../../src/base/failure.js";
import { main } from "../../src/cli/main.js";
import { makeProgram } from "../../src/cli/program.js";

const SILENT: Io = {
  stdin: Readable.from([]),
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  env: {},
  cwd: ".",
  platform: "linux",
  signal: new AbortController().signal,
};

/** The commands with their flags, as the program has them. */
const COMMANDS = makeProgram(SILENT, () => undefined).commands.map((command) => ({
  name: command.name(),
  flags: command.options.flatMap(({ long }) => long ?? []),
}));
const SHARED = ["--version", "--color", "--no-color", "--help"];

/** The error of a refused command line. */
async function refusal(argv: readonly string[]): Promise<Failure> {
  const refused = await makeProgram(SILENT, () => undefined)
    .parseAsync([...argv], { from: "user" })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  if (refused instanceof Failure) return refused;
  throw new Error(`${argv.join(" ")} is not refused`, { cause: refused });
}

async function stderrOf(...argv: string[]): Promise<string> {
  let text = "";
  const io = { ...SILENT, stderr: { write: (part: string) => (text += part) } };
  expect(await main(argv, io)).toBe(2);
  return text;
}

describe("a mistyped flag", () => {
  const mistyped = fc
    .constantFrom(...COMMANDS.flatMap(({ name, flags }) => flags.map((flag) => ({ name, flag }))))
    .chain(({ name, flag }) =>
      fc
        .record({
          at: fc.integer({ min: 2, max: flag.length - 1 }),
          letter: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz"),
          how: fc.constantFrom("insert", "delete", "replace"),
        })
        .map(({ at, letter, how }) => ({
          name,
          flag,
          written: flag.slice(0, at) + (how === "delete" ? "" : letter) + flag.slice(how === "insert" ? at : at + 1),
        })),
    )
    .filter(({ written }) => ![...SHARED, ...COMMANDS.flatMap(({ flags }) => flags)].includes(written))
    .filter(({ written }) => written.length > 3);

  it("with one wrong letter gets the right flag in the hint", () =>
    fc.assert(
      fc.asyncProperty(mistyped, async ({ name, flag, written }) => {
        const { message, hint } = await refusal([name, written]);
        expect(message).toBe(`tfinvite ${name} has no option "${written}"`);
        expect(hint).toContain(flag);
      }),
      { numRuns: 100 },
    ));

  it("with one dash, as in Terraform, gets a hint", async () => {
    for (const { name, flags } of COMMANDS) {
      for (const flag of flags) {
        const { hint } = await refusal([name, flag.slice(1)]);
        expect(hint).toBe(`Did you mean ${flag}? Options have two dashes.`);
      }
    }
  });

  it("that belongs to another command gets that command in the hint", async () => {
    for (const other of COMMANDS) {
      for (const flag of other.flags) {
        const wrong = COMMANDS.find(({ flags }) => !flags.includes(flag));
        if (wrong === undefined) continue;
        const { hint } = await refusal([wrong.name, flag]);
        expect(hint).toMatch(new RegExp(`^${flag} belongs to [\\w, ]*\\b${other.name}\\b`));
      }
    }
  });
});

describe("a mistyped name", () => {
  it.each([
    [["chek"], "check"],
    [["help", "chek"], "check"],
    [["explain", "acepted-invite"], "accepted-invite"],
    [["check", "--rule", "acepted-invite=error"], "accepted-invite"],
    [["check", "--rule", "accepted-invite=eror"], "error"],
    [["check", "--format", "jsn"], "json"],
    [["status", "--format", "markdwn"], "markdown"],
    [["status", "--status", "acepted"], "accepted"],
    [["repair", "--shell", "powersell"], "powershell"],
    [["repair", "--as", "blcks"], "blocks"],
    [["lint", "--fail-on", "waring"], "warning"],
  ])("%j", async (argv, meant) => {
    expect((await refusal(argv)).hint).toMatch(new RegExp(`^Did you mean ${meant}\\?`));
  });

  it("has no suggestion where no name is similar", async () => {
    expect((await refusal(["frobnicate"])).hint).toBe(
      "The commands are init, check, status, repair, lint, explain, completion and lsp.",
    );
    expect((await refusal(["check", "--frobnicate"])).hint).toBe("`tfinvite check --help` lists the options.");
  });
});

describe("the command line", () => {
  it("has an error for each other mistake", async () => {
    expect(
      [
        await stderrOf("infra/prod"),
        await stderrOf("status", "--only"),
        await stderrOf("explain", "one", "two"),
        await stderrOf("lsp", "here"),
        await stderrOf("check", "--apply"),
        await stderrOf("check", "-var", "x=1"),
      ].join(""),
    ).toBe(`error: tfinvite has no command "infra/prod"
       Name the command first, as in: tfinvite status infra/prod
error: --only needs a value
       Write it as --only <address|email,...>.
error: too many arguments: "two"
       tfinvite explain takes one argument, RULE.
error: too many arguments: "here"
       tfinvite lsp takes no argument.
error: tfinvite check has no option "--apply"
       --apply belongs to repair: tfinvite repair --apply
error: tfinvite check has no option "-var"
       Did you mean --var? Options have two dashes.
`);
  });

  it("has an error that names the wrong value and the valid ones", async () => {
    const texts: string[] = [];
    for (const argv of [
      ["status", "--status", "usd"],
      ["check", "--format", "html"],
      ["check", "--fail-on", "fatal"],
      ["check", "--rule", "accepted=error"],
      ["check", "--rule", "accepted-invite=bad"],
      ["check", "--deadline", "soon"],
      ["repair", "--shell", "tcsh"],
      ["chek"],
      ["check", "--formt", "json"],
    ])
      texts.push(`$ tfinvite ${argv.join(" ")}\n${await stderrOf(...argv)}`);
    await expect(texts.join("\n")).toMatchFileSnapshot("transcripts/usage.txt");
  });

  it("combines repeated flags", async () => {
    const seen: unknown[] = [];
    const program = makeProgram(SILENT, () => undefined);
    for (const command of program.commands) {
      command.action((_, options) => {
        seen.push(options);
      });
    }
    await program.parseAsync(
      ["check", "--var", "a=1", "--var-file", "b", "--var", "c=2", "--format", "json", "--format", "sarif:s"],
      { from: "user" },
    );
    expect(seen).toMatchObject([
      {
        variables: [{ assignment: "a=1" }, { file: "b" }, { assignment: "c=2" }],
        format: [{ format: "json" }, { format: "sarif", file: "s" }],
      },
    ]);
  });

  it("gives --no-color and --color priority over the environment", async () => {
    const colored = async (env: Io["env"], ...flags: string[]) => {
      let text = "";
      const stderr = { write: (part: string) => (text += part), isTTY: true };
      await main(["chek", ...flags], { ...SILENT, stderr, env });
      return text.includes("\u001b[");
    };
    expect(await colored({})).toBe(true);
    expect(await colored({}, "--no-color")).toBe(false);
    expect(await colored({ FORCE_COLOR: "1" }, "--no-color")).toBe(false);
    expect(await colored({ NO_COLOR: "1" })).toBe(false);
    expect(await colored({ NO_COLOR: "1" }, "--color")).toBe(true);
  });
});
