/**
 * What the scanner tells about: brackets, operators and line ends of code, numbers with an exponent (where their
 * `e` stands), signs that keep a brace from starting an interpolation, blanks in a row, and strings that are cut off by a line's end. `level` counts the templates around it; 0 is plain code.
 */
export interface ScanEvent {
  readonly kind:
    | "open"
    | "close"
    | "operator"
    | "comma"
    | "newline"
    | "exponent"
    | "escape"
    | "blanks"
    | "comment"
    | "broken-string"
    | "interpolation-open"
    | "interpolation-close";
  readonly offset: number;
  readonly level: number;
}

export interface ScanOptions {
  /** Take a line's end inside an interpolation of a quoted string for the string's end: for half-written files. */
  readonly lineBound?: boolean;
  /** Stop at the `}` that closes nothing, which is how an interpolation ends. */
  readonly untilClosingBrace?: boolean;
}

type Mode =
  /** Plain code, or the inside of an interpolation with its own open braces counted. */
  | { readonly kind: "code"; openBraces: number }
  | { readonly kind: "quoted" }
  | { readonly kind: "heredoc"; readonly marker: string };

const HEREDOC_START = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;

/** A number with an exponent (its mantissa captured), or another number, or a name, which may end in `e5`, too. */
const WORD = /([0-9]+(?:\.[0-9]+)?)[eE][-+]?[0-9]+|[0-9]+|[\p{ID_Start}_][\p{ID_Continue}-]*/uy;

/**
 * Walks HCL native syntax far enough to tell code from strings, heredocs and comments; never fails.
 * Linear in the text's length. Answers where it stopped: `end`, or the closing brace that was asked for.
 */
export function scanCode(
  text: string,
  start: number,
  end: number,
  onEvent: (event: ScanEvent) => void,
  options: ScanOptions = {},
): number {
  const modes: Mode[] = [{ kind: "code", openBraces: 0 }];
  let level = 0;
  let at = start;
  let lastLines: Map<string, number> | undefined;

  const emit = (kind: ScanEvent["kind"], offset: number) => onEvent({ kind, offset, level });
  const isClosedLater = (marker: string, from: number): boolean => {
    lastLines ??= lastOffsetOfEachLine(text, start, end);
    return (lastLines.get(marker) ?? -1) >= from;
  };

  while (at < end) {
    const mode = modes[modes.length - 1];
    if (mode === undefined) return at;
    const char = text[at];

    if (mode.kind === "heredoc") {
      const lineEnd = endOfLine(text, at, end);
      if (isLineStart(text, at) && text.slice(at, lineEnd).trim() === mode.marker) {
        modes.pop();
        at = lineEnd;
      } else {
        at = scanTemplateText(at, lineEnd < end ? lineEnd + 1 : end);
      }
      continue;
    }

    if (mode.kind === "quoted") {
      if (char === '"') {
        modes.pop();
        at += 1;
      } else if (char === "\n") {
        emit("broken-string", at);
        modes.pop();
      } else if (char === "\\" && text[at + 1] !== "\n") {
        at += 2;
      } else {
        at = scanTemplateText(at, at + 1);
      }
      continue;
    }

    switch (char) {
      case '"':
        modes.push({ kind: "quoted" });
        at += 1;
        break;
      case "#":
        emit("comment", at);
        at = endOfLine(text, at, end);
        break;
      case "/":
        if (text[at + 1] === "/") {
          emit("comment", at);
          at = endOfLine(text, at, end);
        } else if (text[at + 1] === "*") {
          emit("comment", at);
          const close = text.indexOf("*/", at + 2);
          at = close === -1 || close >= end ? end : close + 2;
        } else {
          emit("operator", at);
          at += 1;
        }
        break;
      case "<": {
        HEREDOC_START.lastIndex = at;
        const heredoc = text[at + 1] === "<" ? HEREDOC_START.exec(text) : null;
        if (
          heredoc?.[1] !== undefined &&
          (options.lineBound !== true || isClosedLater(heredoc[1], at + heredoc[0].length))
        ) {
          modes.push({ kind: "heredoc", marker: heredoc[1] });
          at += heredoc[0].length;
        } else {
          emit("operator", at);
          at += 1;
        }
        break;
      }
      case "{":
      case "[":
      case "(":
        if (char === "{") mode.openBraces += 1;
        emit("open", at);
        at += 1;
        break;
      case "}":
        if (mode.openBraces === 0 && modes.length > 1) {
          emit("interpolation-close", at);
          modes.pop();
          level -= 1;
          at += 1;
          break;
        }
        if (mode.openBraces === 0 && options.untilClosingBrace === true) return at;
        mode.openBraces = Math.max(0, mode.openBraces - 1);
        emit("close", at);
        at += 1;
        break;
      case "]":
      case ")":
        emit("close", at);
        at += 1;
        break;
      case ",":
        emit("comma", at);
        at += 1;
        break;
      case "\n":
        if (options.lineBound === true && modes.length > 1) {
          modes.pop();
          level -= 1;
          // What is left is the string or heredoc around; a string ends at this very line end.
          if (modes[modes.length - 1]?.kind === "heredoc") at += 1;
          break;
        }
        emit("newline", at);
        at += 1;
        break;
      case "?":
      case "!":
      case "-":
      case "+":
      case "*":
      case "%":
      case ">":
      case "=":
      case "&":
      case "|":
        emit("operator", at);
        at += 1;
        break;
      default: {
        const from = at;
        while (at < end && isBlank(text.charCodeAt(at))) at += 1;
        if (at > from) {
          if (at > from + 1) emit("blanks", from);
          break;
        }
        WORD.lastIndex = at;
        const word = WORD.exec(text);
        if (word?.[1] !== undefined) emit("exponent", at + word[1].length);
        at += word === null ? 1 : word[0].length;
      }
    }
  }
  return Math.min(at, end);

  /** Reads literal text up to `stop`, or up to and into the next interpolation. Answers where to go on. */
  function scanTemplateText(from: number, stop: number): number {
    let here = from;
    while (here < stop) {
      const char = text[here];
      if (char !== "$" && char !== "%") {
        here += 1;
        continue;
      }
      const run = lengthOfRun(text, here, char);
      if (text[here + run] === "{" && here + run < end) {
        here += run + 1;
        if (run > 1) {
          emit("escape", here - run - 1);
          continue;
        }
        emit("interpolation-open", here - 2);
        modes.push({ kind: "code", openBraces: 0 });
        level += 1;
        return here;
      }
      here += run;
    }
    return here;
  }
}

/** How deep brackets, templates and chains of operators are nested: what a recursive parser's stack has to bear. */
export function nestingDepth(text: string): number {
  // One entry for each open bracket: how many operators of the current element stand in it.
  const operators: { count: number; brace: boolean }[] = [{ count: 0, brace: true }];
  let total = 0;
  let deepest = 0;
  const reset = () => {
    const top = operators[operators.length - 1];
    if (top === undefined) return;
    total -= top.count;
    top.count = 0;
  };
  scanCode(text, 0, text.length, ({ kind, offset }) => {
    if (kind === "open" || kind === "interpolation-open") {
      operators.push({ count: 0, brace: kind === "open" && text[offset] === "{" });
      total += 1;
    } else if (kind === "close" || kind === "interpolation-close") {
      if (operators.length > 1) {
        reset();
        operators.pop();
        total -= 1;
      }
    } else if (kind === "operator") {
      const top = operators[operators.length - 1];
      if (top !== undefined) top.count += 1;
      total += 1;
    } else if (kind === "comma" || (kind === "newline" && operators[operators.length - 1]?.brace === true)) {
      reset();
    }
    if (total > deepest) deepest = total;
  });
  return deepest;
}

/** Whether some quoted string runs over a line's end, which HCL does not allow and the grammar does. */
export function hasBrokenString(text: string): boolean {
  let broken = false;
  scanCode(text, 0, text.length, ({ kind }) => {
    if (kind === "broken-string") broken = true;
  });
  return broken;
}

/** White space, line ends aside; beyond ASCII the grammar takes for it what JavaScript does. */
function isBlank(code: number): boolean {
  if (code < 0x80) return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0b || code === 0x0c;
  return /\s/.test(String.fromCharCode(code));
}

/** How often `char` stands there in a row. */
export function lengthOfRun(text: string, start: number, char: string): number {
  let end = start;
  while (text[end] === char) end += 1;
  return end - start;
}

function endOfLine(text: string, from: number, end: number): number {
  const at = text.indexOf("\n", from);
  return at === -1 || at > end ? end : at;
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === "\n";
}

function lastOffsetOfEachLine(text: string, start: number, end: number): Map<string, number> {
  const lines = new Map<string, number>();
  for (let at = start; at < end; ) {
    const lineEnd = endOfLine(text, at, end);
    lines.set(text.slice(at, lineEnd).trim(), at);
    at = lineEnd + 1;
  }
  return lines;
}
