import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress } from "../../../src/terraform/addresses/address.js";
import { quoteCommand, quoteIfNeeded, quoteWord, type Shell } from "../../../src/terraform/shell/shell-quoting.js";
import { anyAddress, awkwardText } from "../../support/address-arbitraries.js";
import { onPath, pipeInto } from "../../support/shells.js";

interface RealShell {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly shell: Shell;
  /** Lines before the command, for the options under which quoting could come out otherwise. */
  readonly setUp?: string;
  /** True where a raw line break is not promised to be safe. */
  readonly oneLine?: boolean;
}

const REAL_SHELLS: readonly RealShell[] = [
  { name: "bash", argv: ["bash", "--norc", "--noprofile"], shell: "bash" },
  {
    name: "bash with history expansion",
    argv: ["bash", "--norc"],
    shell: "bash",
    setUp: "set -o history; set -H\n",
    oneLine: true,
  },
  { name: "bash in POSIX mode", argv: ["bash", "--posix"], shell: "bash", setUp: "shopt -s extglob nullglob\n" },
  { name: "dash", argv: ["dash"], shell: "bash" },
  { name: "zsh", argv: ["zsh", "-f"], shell: "zsh" },
  {
    name: "zsh with RC_QUOTES and other options",
    argv: ["zsh", "-f"],
    shell: "zsh",
    setUp: "setopt rcquotes extendedglob kshglob magicequalsubst interactivecomments\n",
  },
  { name: "an interactive zsh", argv: ["zsh", "-f", "-i"], shell: "zsh", setUp: "setopt banghist rcquotes\n" },
  { name: "fish", argv: ["fish", "--no-config"], shell: "fish" },
  { name: "fish, given what was quoted for bash", argv: ["fish", "--no-config"], shell: "bash" },
];

/** Prints each word it is given with a NUL after it; the program, not a shell's builtin of that name. */
const PRINTER = ["env", "printf", "%s\\0"];

function wordsFrom(stdout: string): string[] {
  return stdout.split("\0").slice(0, -1);
}

describe.each(REAL_SHELLS)("$name", ({ argv, shell, setUp = "", oneLine = false }) => {
  const missing = onPath(argv[0]) === undefined;

  // No program can be passed a NUL.
  const word = awkwardText.map((text) => text.replaceAll(oneLine ? /[\0\n]/g : "\0", ""));

  function passedOn(commands: readonly string[]): string[] {
    const { stdout, stderr, status } = pipeInto(argv, `${setUp}${commands.join("\n")}\n`);
    if (status !== 0) throw new Error(`${argv.join(" ")} ended with ${status}: ${stderr}`);
    return wordsFrom(stdout);
  }

  it.skipIf(missing)(`passes on any words, quoted one by one (needs ${argv[0]})`, () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 300, size: "max" }), (words) => {
        const quoted = words.map((each) => quoteWord(each, shell));
        expect(passedOn([[...PRINTER.map((each) => quoteIfNeeded(each, shell)), ...quoted].join(" ")])).toEqual(words);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  it.skipIf(missing)(`passes on any command, quoted where needed (needs ${argv[0]})`, () => {
    const plain = fc.constantFrom(
      "terraform",
      "state",
      "rm",
      "-chdir=infra/a",
      "--",
      "-lock-timeout=10s",
      "a.b",
      "-",
      "",
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.oneof(plain, word), { maxLength: 8 }), { minLength: 40, maxLength: 40 }),
        (commands) => {
          const lines = commands.map((words) => quoteCommand([...PRINTER, "start", ...words], shell));
          expect(passedOn(lines)).toEqual(commands.flatMap((words) => ["start", ...words]));
        },
      ),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it.skipIf(missing)(`passes on any address (needs ${argv[0]})`, () => {
    fc.assert(
      fc.property(fc.array(anyAddress, { minLength: 1, maxLength: 300, size: "max" }), (addresses) => {
        const words = addresses.map(formatAddress);
        expect(passedOn([quoteCommand([...PRINTER, ...words], shell)])).toEqual(words);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });

  it.skipIf(missing)(`runs a program whose name needs quoting (needs ${argv[0]})`, () => {
    const directory = `${process.execPath.slice(0, -"node".length)}./`;
    const script = "process.stdout.write(process.argv.slice(1).join('\\0') + '\\0')";
    const command = quoteCommand([`${directory}node`, "-e", script, "--", "it's", ""], shell);
    expect(passedOn([command.replace(directory, quoteWord(directory, shell))])).toEqual(["it's", ""]);
  });
});
