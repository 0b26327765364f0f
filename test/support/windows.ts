/**
 * Small models of what Windows, cmd and PowerShell do with a line, as far as quoting goes. None of the three is
 * available where the tests run; each function names the text that it follows.
 */

/**
 * The arguments a Go program finds on its command line, without its own name. Follows `readNextArg` in Go's
 * [os/exec_windows.go](https://github.com/golang/go/blob/master/src/os/exec_windows.go).
 */
export function splitCommandLine(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (line[at] === " " || line[at] === "\t") at += 1;
    if (at >= line.length) return words.slice(1);
    let word = "";
    let inQuotes = false;
    for (; at < line.length; at += 1) {
      const backslashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
      at += backslashes;
      const character = line[at];
      if (character === '"') {
        word += "\\".repeat(Math.floor(backslashes / 2));
        if (backslashes % 2 === 1) {
          word += '"';
        } else {
          if (inQuotes && line[at + 1] === '"') {
            word += '"';
            at += 1;
          }
          inQuotes = !inQuotes;
        }
      } else {
        word += "\\".repeat(backslashes);
        if (character === undefined || ((character === " " || character === "\t") && !inQuotes)) break;
        word += character;
      }
    }
    words.push(word);
  }
}

/**
 * The command line that cmd passes to a program, for a line typed at its prompt or piped into it, in a place where
 * every variable is set whose name could ever be set: one that does not start with a caret. Throws where cmd would
 * see an operator. Follows [How does the Windows Command Interpreter parse scripts?](https://stackoverflow.com/a/4095133),
 * phases 1 and 2 and its chapter on the command line.
 */
export function cmdCommandLine(line: string): string {
  let expanded = "";
  for (let at = 0; at < line.length; at += 1) {
    const reference = line[at] === "%" ? /^%([^%:]+)(?::[^%]*)?%/.exec(line.slice(at)) : null;
    if (reference !== null && !reference[1]?.startsWith("^")) {
      expanded += "EXPANDED";
      at += reference[0].length - 1;
    } else {
      expanded += line[at];
    }
  }
  let passed = "";
  let inQuotes = false;
  for (let at = 0; at < expanded.length; at += 1) {
    const character = expanded[at] ?? "";
    if (character === '"') inQuotes = !inQuotes;
    if (!inQuotes && character === "^") {
      at += 1;
      passed += expanded[at] ?? "";
    } else {
      if (!inQuotes && /[&|<>()\n]/.test(character)) throw new Error(`cmd would act on ${character} in ${line}`);
      passed += character;
    }
  }
  return passed;
}

interface PowerShellCommand {
  readonly program: string;
  readonly values: readonly string[];
  readonly legacy: boolean;
}

/** The program and the values of its arguments in a line of ours: barewords and single-quoted strings. */
function readPowerShell(line: string): PowerShellCommand {
  const wrapped = /^& \{ \$PSNativeCommandArgumentPassing = 'Legacy'; (.*) \}$/s.exec(line);
  const command = wrapped?.[1] ?? line;
  const values: string[] = [];
  const token =
    /(?:['\u2018-\u201b]((?:[^'\u2018-\u201b]|['\u2018-\u201b]{2})*)['\u2018-\u201b]|([\w.:/\\=-]+)|(&))(?: |$)/suy;
  while (token.lastIndex < command.length) {
    const match = token.exec(command);
    if (match === null) throw new Error(`not one of our PowerShell lines: ${command}`);
    const [, quoted, bare] = match;
    if (quoted !== undefined)
      values.push(quoted.replace(/(['\u2018-\u201b])['\u2018-\u201b]/g, (pair) => pair.slice(1)));
    else if (bare !== undefined) values.push(bare);
  }
  const [program = "", ...rest] = values;
  return { program, values: rest, legacy: wrapped !== null };
}

/** The words that PowerShell 7.3 or later, in its own way of passing arguments, gives the program. */
export function powershellArguments(line: string): readonly string[] {
  const { values, legacy } = readPowerShell(line);
  return legacy ? legacyArguments(values, "later") : values;
}

/** The words that Windows PowerShell 5.1 gives the program. */
export function windowsPowerShellArguments(line: string): readonly string[] {
  return legacyArguments(readPowerShell(line).values, "5.1");
}

/** .NET takes U+0085 for white space and U+FEFF not; JavaScript has it the other way round. */
const WHITE_SPACE = /[^\S\ufeff]|\u0085/;

/**
 * Follows `NeedQuotes` and `AppendOneNativeArgument` in PowerShell's
 * [NativeCommandParameterBinder.cs](https://github.com/PowerShell/PowerShell/blob/master/src/System.Management.Automation/engine/NativeCommandParameterBinder.cs),
 * and for 5.1 its [first version](https://github.com/PowerShell/PowerShell/blob/60b3b304f2e1042bcf773d7e2ae3530a1f5d52f0/src/System.Management.Automation/engine/NativeCommandParameterBinder.cs).
 */
function legacyArguments(values: readonly string[], version: "5.1" | "later"): string[] {
  const passed = values
    .filter((value) => value !== "")
    .map((value) => {
      let quotes = 0;
      let wrap = false;
      for (let at = 0; at < value.length; at += 1) {
        const afterBackslash = version === "later" && value[at - 1] === "\\";
        if (value[at] === '"' && !afterBackslash) quotes += 1;
        else if (WHITE_SPACE.test(value[at] ?? "") && quotes % 2 === 0) wrap = true;
      }
      if (!wrap) return value;
      return `"${value}${version === "later" ? (/\\*$/.exec(value)?.[0] ?? "") : ""}"`;
    });
  return splitCommandLine(["program", ...passed].join(" "));
}
