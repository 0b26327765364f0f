/**
 * Command lines for the shells that people paste them into: each word reaches the program unchanged.
 *
 * All of this is for a prompt or a shell's standard input. cmd reads batch files by other rules (`%` differs).
 */
/**
 * The supported shells. `powershell` works in Windows PowerShell 5.1 and later; `pwsh` needs 7.3 and is easier to read.
 */
export const SHELLS = ["bash", "zsh", "fish", "powershell", "pwsh", "cmd"] as const;

export type Shell = (typeof SHELLS)[number];

/** The syntax of a shell. */
type Syntax = "posix" | "powershell" | "cmd";

function syntaxOf(shell: Shell): Syntax {
  if (shell === "cmd") return "cmd";
  return shell === "powershell" || shell === "pwsh" ? "powershell" : "posix";
}

/** Thrown for a word that a shell can't pass on, or that is too long for it. */
export class ShellQuotingError extends Error {
  override readonly name = "ShellQuotingError";
}

function fail(word: string, shell: Shell, why: string): never {
  const shown = word.length > 60 ? `${word.slice(0, 60)}…` : word;
  throw new ShellQuotingError(`${shell} can't pass on the word ${JSON.stringify(shown)}: ${why}`);
}

function refuseImpossible(word: string, shell: Shell): void {
  if (word.includes("\0")) fail(word, shell, "no program can receive a NUL character");
  if (/\p{Surrogate}/u.test(word)) fail(word, shell, "half of a surrogate pair is not a character");
  if (syntaxOf(shell) !== "posix" && /[\r\n]/.test(word)) fail(word, shell, "a line break would end the command");
  // To cmd, Ctrl-Z ends a line.
  if (shell === "cmd" && word.includes("\x1a")) fail(word, shell, "a Ctrl-Z character would end the command");
}

/**
 * Quotes a word for bash, zsh (with and without RC_QUOTES), dash, ksh and fish: nothing is special inside single
 * quotes, not even `!`, except that fish reads backslashes there. So quotes and backslashes are put outside, where all
 * of these shells agree, and the line works in each of them. Only at a bash prompt, a raw line break inside the quotes
 * can enable history expansion again; no printed address contains one.
 */
function quoteForPosix(word: string): string {
  // `##[` in a log is a command to the runner of a CI job; two strings side by side are one word.
  return `'${word.replace(/['\\]/g, "'\\$&'").replace(/##(?=[a-z]*\[)/gi, "#''#")}'`;
}

/** Quotes a word for PowerShell, which reads four curly quotes as single quotes too; a doubled one is literal. */
function quoteForPowerShell(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
}

/** Double quotes as `\"`, with the backslashes before them doubled. */
function escapeDoubleQuotes(word: string): string {
  return word.replace(/(\\*)"/g, '$1$1\\"');
}

/** In double quotes, where the backslashes before the closing quote count as well. */
function inDoubleQuotes(word: string): string {
  return `"${escapeDoubleQuotes(word).replace(/\\+$/, "$&$&")}"`;
}

/**
 * One argument of a Windows command line, to be parsed by
 * [CommandLineToArgvW](https://learn.microsoft.com/en-us/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw)
 * or by Go's own parser.
 */
function windowsArgument(word: string): string {
  return word === "" || /[ \t]/.test(word) ? inDoubleQuotes(word) : escapeDoubleQuotes(word);
}

/** The characters of .NET's `char.IsWhiteSpace`; only space and tab separate arguments. */
const QUOTE_OR_BLANK = /"|[^\S\ufeff]|\u0085/g;

/**
 * The text for PowerShell's old argument passing that results in the right command line. PowerShell wraps an argument
 * in double quotes, without escaping, if it has a blank after an even number of double quotes. Windows PowerShell
 * counts all quotes, later versions skip those after a backslash
 * ([`NeedQuotes`](https://github.com/PowerShell/PowerShell/blob/master/src/System.Management.Automation/engine/NativeCommandParameterBinder.cs));
 * and when they wrap, only the later ones double the backslashes at the end. So the argument must be right both wrapped
 * and unwrapped, or be wrapped by all versions, or by none.
 */
function legacyArgument(word: string): string {
  let quotes = 0;
  const quotesBeforeBlanks = [...word.matchAll(QUOTE_OR_BLANK)].flatMap(([sign]) => {
    if (sign !== '"') return [quotes];
    quotes += 1;
    return [];
  });
  const wrappedByNone = quotesBeforeBlanks.length === 0;
  const wrappedByBoth = quotesBeforeBlanks.some((before) => before % 2 === 0);
  const oneArgument = word !== "" && !/[ \t]/.test(word);
  if (oneArgument && wrappedByNone) return escapeDoubleQuotes(word);
  if ((oneArgument || wrappedByBoth) && !word.endsWith("\\")) return escapeDoubleQuotes(word);
  // Its own quotes around it turn an even count into an odd one.
  if (quotesBeforeBlanks.every((before) => before % 2 === 0)) return inDoubleQuotes(word);
  return fail(word, "powershell", "Windows PowerShell 5.1 would split it at a blank after an odd number of quotes");
}

/**
 * Puts a caret before every character that is special to cmd, double quotes included, so that cmd never sees quotes. A
 * caret can't escape a `%`, which cmd expands first; a caret after it changes the variable's name to one that is not
 * set.
 */
function escapeForCmd(text: string): string {
  let escaped = "";
  let afterPercent = false;
  for (const character of text) {
    escaped += afterPercent || /[&|<>()^!"]/.test(character) ? `^${character}` : character;
    afterPercent = character === "%";
  }
  return escaped;
}

/**
 * Quotes a word for cmd: first for the program, then for cmd. `!` is wrong if cmd was started with `/v:on`: no form
 * works both with and without it.
 */
function quoteForCmd(word: string): string {
  const argument = word.includes("%") ? inDoubleQuotes(word) : windowsArgument(word);
  const balanced = argument.split('"').length % 2 === 1;
  return balanced && !/[&|<>()^%!]/.test(argument) ? argument : escapeForCmd(argument);
}

/**
 * One argument, always in quotes, so that a list of addresses looks even. cmd has no such quotes: there, only words
 * that need them get quotes.
 *
 * @throws {ShellQuotingError} for NUL and half surrogate pairs, line breaks in PowerShell and cmd, and, in
 * `powershell`, a word whose blanks all follow an odd number of double quotes
 */
export function quoteWord(word: string, shell: Shell): string {
  refuseImpossible(word, shell);
  const syntax = syntaxOf(shell);
  if (syntax === "posix") return quoteForPosix(word);
  if (syntax === "cmd") return quoteForCmd(word);
  return quoteForPowerShell(shell === "powershell" ? legacyArgument(word) : word);
}

const BARE = {
  posix: /^(?:[\w./][\w./-]*|--|--?[A-Za-z][\w-]*(?:=[\w./-]+)?)$/,
  // PowerShell splits a bare word at the first dot if it starts with a dash.
  powershell: /^(?:(?:[A-Za-z_]|\.{1,2}[/\\])[\w.:/\\-]*|--?[A-Za-z][\w-]*(?:=[\w/\\-]+)?)$/,
};

/**
 * One argument, without quotes if it is safe in every shell (`state`, `-chdir=infra/a`), else as `quoteWord` writes it.
 */
export function quoteIfNeeded(word: string, shell: Shell): string {
  const syntax = syntaxOf(shell);
  return syntax !== "cmd" && BARE[syntax].test(word) ? word : quoteWord(word, shell);
}

/** Words that a shell reads as its own syntax or command where a program's name is expected. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    ". and begin break builtin case catch class command continue coproc data define do done dynamicparam elif else " +
    "elseif end esac exec exit fi filter finally for foreach from function if in nocorrect noglob not or param process " +
    "repeat return select switch then throw time trap try until using var while workflow"
  ).split(" "),
);

const BARE_PROGRAM: Readonly<Record<Syntax, RegExp>> = {
  posix: /^[\w./][\w./-]*$/,
  powershell: /^(?:[A-Za-z_]|\.{1,2}[/\\])[\w.:/\\-]*$/,
  cmd: /^[A-Za-z0-9_.][\w.:\\-]*$/,
};

/** The program's name, for which shells have their own rules. */
function quoteProgram(word: string, shell: Shell): string {
  refuseImpossible(word, shell);
  const syntax = syntaxOf(shell);
  if (syntax === "cmd" && /["%]/.test(word)) {
    fail(word, shell, "a program's name can't contain a double quote or a percent sign");
  }
  const isKeyword = syntax !== "cmd" && KEYWORDS.has(word.toLowerCase());
  if (!isKeyword && BARE_PROGRAM[syntax].test(word)) return word;
  if (syntax === "cmd") return `"${word}"`;
  // PowerShell prints a string at the start of a line; & runs it.
  return syntax === "posix" ? quoteWord(word, shell) : `& ${quoteForPowerShell(word)}`;
}

/** Selects the old argument passing for one command; the variable has no effect before PowerShell 7.2. */
const LEGACY_START = "& { $PSNativeCommandArgumentPassing = 'Legacy'; ";
const LEGACY_END = " }";

/** A program and its arguments, already quoted, as one line. */
function commandLine(program: string, args: readonly string[], shell: Shell, words: readonly string[]): string {
  const line = [program, ...args].join(" ");
  // Without double quotes, empty words and the like, both ways of passing arguments have the same result.
  const legacy = shell === "powershell" && words.some((word) => legacyArgument(word) !== word);
  return legacy ? LEGACY_START + line + LEGACY_END : line;
}

function splitArgv(argv: readonly string[]): { readonly program: string; readonly words: readonly string[] } {
  const [program, ...words] = argv;
  if (program === undefined || program === "") throw new ShellQuotingError("a command needs a program name");
  return { program, words };
}

/**
 * A whole command on one line, each word without quotes where that is safe.
 *
 * @throws {ShellQuotingError} as `quoteWord`, and for an empty command
 */
export function quoteCommand(argv: readonly string[], shell: Shell): string {
  const { program, words } = splitArgv(argv);
  const quoted = words.map((word) => quoteIfNeeded(word, shell));
  return commandLine(quoteProgram(program, shell), quoted, shell, words);
}

/**
 * The longest line: UTF-8 bytes for the first, where macOS limits arguments and environment to 1 MiB together; UTF-16
 * units for the others, where CreateProcess allows 32,767 and
 * [cmd](https://learn.microsoft.com/en-us/troubleshoot/windows-client/shell-experience/command-line-string-limitation)
 * 8,191. The full path of the program needs the rest.
 */
const LINE_LIMITS: Readonly<Record<Syntax, number>> = {
  posix: 256 * 1024,
  powershell: 32_767 - 1_024,
  cmd: 8_191 - 191,
};

/** Linux limits a single argument to less than 128 KiB, its final NUL included (MAX_ARG_STRLEN). */
const ARGUMENT_LIMIT = 128 * 1024 - 1;

/** The length that a word adds to the line, in the unit of the shell's limit. */
function sizeOf(quoted: string, word: string, shell: Shell): number {
  const syntax = syntaxOf(shell);
  if (syntax === "posix") return Buffer.byteLength(quoted) + 1;
  // Both the line itself and the command line that PowerShell makes from it must be short enough.
  return Math.max(quoted.length, syntax === "powershell" ? inDoubleQuotes(word).length : 0) + 1;
}

/**
 * The commands that pass all the words to `prefix`, in as few lines as the shell's length limit allows; none without
 * words. The words are quoted by `quoteWord`, the prefix like in `quoteCommand`. Addresses must be made with
 * `addressArgument`.
 *
 * @throws {ShellQuotingError} as `quoteWord`, and for a word that is too long by itself
 */
export function quoteCommands(prefix: readonly string[], words: readonly string[], shell: Shell): string[] {
  const { program, words: options } = splitArgv(prefix);
  const name = quoteProgram(program, shell);
  const start = options.map((word) => quoteIfNeeded(word, shell));
  const base = options.reduce(
    (sum, word) => sum + sizeOf(quoteWord(word, shell), word, shell),
    sizeOf(name, program, shell) + (shell === "powershell" ? LEGACY_START.length + LEGACY_END.length : 0),
  );
  const batches: { readonly words: string[]; readonly quoted: string[] }[] = [];
  const limit = LINE_LIMITS[syntaxOf(shell)];
  let size = 0;
  for (const word of words) {
    const quoted = quoteWord(word, shell);
    const added = sizeOf(quoted, word, shell);
    if (base + added > limit || (syntaxOf(shell) === "posix" && Buffer.byteLength(word) > ARGUMENT_LIMIT)) {
      fail(word, shell, "it is too long for a command line");
    }
    const last = batches.at(-1);
    if (last === undefined || size + added > limit) {
      batches.push({ words: [word], quoted: [quoted] });
      size = base + added;
    } else {
      last.words.push(word);
      last.quoted.push(quoted);
      size += added;
    }
  }
  return batches.map((batch) => commandLine(name, [...start, ...batch.quoted], shell, [...options, ...batch.words]));
}

/** The default shell of a platform; commands for bash also work in zsh, dash and fish. */
export function defaultShell(platform: string): Shell {
  return platform === "win32" ? "powershell" : "bash";
}
