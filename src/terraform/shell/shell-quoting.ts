/**
 * Command lines for the shells people paste them into: each word arrives at the program as it is here.
 *
 * Everything is for a prompt or for a shell's standard input. cmd reads a batch file by other rules (`%` differs).
 */
/** `powershell` is right for Windows PowerShell 5.1 and every later PowerShell; `pwsh` needs 7.3 and reads better. */
export const SHELLS = ["bash", "zsh", "fish", "powershell", "pwsh", "cmd"] as const;

export type Shell = (typeof SHELLS)[number];

/** The syntax that a shell reads. */
type Syntax = "posix" | "powershell" | "cmd";

function syntaxOf(shell: Shell): Syntax {
  if (shell === "cmd") return "cmd";
  return shell === "powershell" || shell === "pwsh" ? "powershell" : "posix";
}

/** A word that a shell cannot hand on, or that is too long for it. */
export class ShellQuotingError extends Error {
  override readonly name = "ShellQuotingError";
}

function fail(word: string, shell: Shell, why: string): never {
  const shown = word.length > 60 ? `${word.slice(0, 60)}…` : word;
  throw new ShellQuotingError(`${shell} cannot be given the word ${JSON.stringify(shown)}: ${why}`);
}

function refuseImpossible(word: string, shell: Shell): void {
  if (word.includes("\0")) fail(word, shell, "no program can be passed a NUL character");
  if (/\p{Surrogate}/u.test(word)) fail(word, shell, "half of a surrogate pair is not a character");
  if (syntaxOf(shell) !== "posix" && /[\r\n]/.test(word)) fail(word, shell, "a line break would end the command");
  // cmd takes Ctrl-Z for the end of a line.
  if (shell === "cmd" && word.includes("\x1a")) fail(word, shell, "a Ctrl-Z character would end the command");
}

/**
 * bash, zsh (with and without RC_QUOTES), dash, ksh and fish alike: nothing acts inside single quotes, `!` included,
 * but fish reads backslashes there. So quotes and backslashes both stand outside, where all of them agree, and a line
 * that ends up in another one of these shells is right all the same. Only at the prompt of a bash, a raw line break
 * inside them can bring history expansion back; no printed address holds one.
 */
function quoteForPosix(word: string): string {
  return `'${word.replace(/['\\]/g, "'\\$&'")}'`;
}

/** PowerShell takes four curly quotes for single quotes too; a doubled one stands for itself. */
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
 * One argument of a Windows command line, to be taken apart by
 * [CommandLineToArgvW](https://learn.microsoft.com/en-us/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw)
 * or by Go's own reading of it.
 */
function windowsArgument(word: string): string {
  return word === "" || /[ \t]/.test(word) ? inDoubleQuotes(word) : escapeDoubleQuotes(word);
}

/** What .NET's `char.IsWhiteSpace` takes for a blank; of these, only space and tab part the arguments. */
const QUOTE_OR_BLANK = /"|[^\S\ufeff]|\u0085/g;

/**
 * What to give PowerShell's old way of passing arguments, so that the right text stands on the command line. That way
 * wraps an argument in double quotes, escaping nothing, if it holds a blank after an even number of double quotes.
 * Windows PowerShell counts all of them, later versions not those after a backslash
 * ([`NeedQuotes`](https://github.com/PowerShell/PowerShell/blob/master/src/System.Management.Automation/engine/NativeCommandParameterBinder.cs));
 * and when they wrap, only the later ones double the backslashes at the end. So the argument must come out right
 * whether wrapped or not, or be wrapped by both, or by neither.
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
  // With quotes of its own around it, an even count has become an odd one.
  if (quotesBeforeBlanks.every((before) => before % 2 === 0)) return inDoubleQuotes(word);
  return fail(word, "powershell", "Windows PowerShell 5.1 would split it at a blank after an odd number of quotes");
}

/**
 * Carets before all that cmd acts on, its double quotes included, so that it never believes itself inside quotes.
 * A caret cannot hide a `%`, which cmd looks at first; one after it makes the variable's name one that nobody sets.
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
 * cmd: quoted for the program, then for cmd. `!` is right unless cmd was started with `/v:on`, for which no form is
 * right that is also right without it.
 */
function quoteForCmd(word: string): string {
  const argument = word.includes("%") ? inDoubleQuotes(word) : windowsArgument(word);
  const balanced = argument.split('"').length % 2 === 1;
  return balanced && !/[&|<>()^%!]/.test(argument) ? argument : escapeForCmd(argument);
}

/**
 * One argument, quoted even where it need not be, so that a list of addresses looks even. cmd has no such quotes:
 * there, what needs none gets none.
 *
 * @throws {ShellQuotingError} for NUL and half surrogate pairs, line breaks in PowerShell and cmd, and, in
 *   `powershell`, a word whose blanks all follow an odd number of double quotes
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
  // PowerShell breaks a bare word in two at the first dot if it starts with a dash.
  powershell: /^(?:(?:[A-Za-z_]|\.{1,2}[/\\])[\w.:/\\-]*|--?[A-Za-z][\w-]*(?:=[\w/\\-]+)?)$/,
};

/** One argument, bare where no shell could read it otherwise (`state`, `-chdir=infra/a`), else as `quoteWord` has it. */
export function quoteIfNeeded(word: string, shell: Shell): string {
  const syntax = syntaxOf(shell);
  return syntax !== "cmd" && BARE[syntax].test(word) ? word : quoteWord(word, shell);
}

/** What one of the shells takes for its own syntax, or for its own command, where a program's name belongs. */
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

/** The program's name, where shells have rules of their own. */
function quoteProgram(word: string, shell: Shell): string {
  refuseImpossible(word, shell);
  const syntax = syntaxOf(shell);
  if (syntax === "cmd" && /["%]/.test(word)) {
    fail(word, shell, "the name of a program cannot hold a double quote or a percent sign");
  }
  const isKeyword = syntax !== "cmd" && KEYWORDS.has(word.toLowerCase());
  if (!isKeyword && BARE_PROGRAM[syntax].test(word)) return word;
  if (syntax === "cmd") return `"${word}"`;
  // A string at the start would be a value to print in PowerShell; & runs it.
  return syntax === "posix" ? quoteWord(word, shell) : `& ${quoteForPowerShell(word)}`;
}

/** The old way of passing arguments, for one command only; before PowerShell 7.2 the variable means nothing. */
const LEGACY_START = "& { $PSNativeCommandArgumentPassing = 'Legacy'; ";
const LEGACY_END = " }";

/** A program and its arguments, already quoted, as one line. */
function commandLine(program: string, args: readonly string[], shell: Shell, words: readonly string[]): string {
  const line = [program, ...args].join(" ");
  // Without double quotes, empty words and the like, both ways of passing arguments come to the same.
  const legacy = shell === "powershell" && words.some((word) => legacyArgument(word) !== word);
  return legacy ? LEGACY_START + line + LEGACY_END : line;
}

function splitArgv(argv: readonly string[]): { readonly program: string; readonly words: readonly string[] } {
  const [program, ...words] = argv;
  if (program === undefined || program === "") throw new ShellQuotingError("a command needs the name of a program");
  return { program, words };
}

/**
 * A whole command on one line, each word bare where that is safe.
 *
 * @throws {ShellQuotingError} as `quoteWord`, and for an empty command
 */
export function quoteCommand(argv: readonly string[], shell: Shell): string {
  const { program, words } = splitArgv(argv);
  const quoted = words.map((word) => quoteIfNeeded(word, shell));
  return commandLine(quoteProgram(program, shell), quoted, shell, words);
}

/**
 * How long a line may be: UTF-8 bytes for the first, where macOS gives arguments and environment 1 MiB together; UTF-16
 * units for the others, where CreateProcess takes 32,767 and
 * [cmd](https://learn.microsoft.com/en-us/troubleshoot/windows-client/shell-experience/command-line-string-limitation)
 * 8,191. Some is left over for the full path of the program.
 */
const LINE_LIMITS: Readonly<Record<Syntax, number>> = {
  posix: 256 * 1024,
  powershell: 32_767 - 1_024,
  cmd: 8_191 - 191,
};

/** Linux takes no single argument of 128 KiB or more, its final NUL included (MAX_ARG_STRLEN). */
const ARGUMENT_LIMIT = 128 * 1024 - 1;

/** What a word adds to the line, in the unit of the shell's limit. */
function sizeOf(quoted: string, word: string, shell: Shell): number {
  const syntax = syntaxOf(shell);
  if (syntax === "posix") return Buffer.byteLength(quoted) + 1;
  // Both the line itself and the command line that PowerShell makes of it must stay short enough.
  return Math.max(quoted.length, syntax === "powershell" ? inDoubleQuotes(word).length : 0) + 1;
}

/**
 * The commands that give `prefix` all the words, in as few lines as the shell's length limit allows; none for no
 * words. The words are quoted by `quoteWord`, the prefix as `quoteCommand` has it. For addresses, make the words with
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
      fail(word, shell, "it is longer than a command line may be");
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

/** The shell to write for when nobody named one: what is right for bash is right for zsh, dash and fish, too. */
export function defaultShell(platform: string): Shell {
  return platform === "win32" ? "powershell" : "bash";
}
