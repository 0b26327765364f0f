/**
 * What the scanner tells about: brackets, operators and line ends of code, numbers with an exponent (where their
 * `e` is), signs that keep a brace from starting an interpolation, blanks in a row, and strings that are cut off by a
 * line's end. `level` counts the templates around it; 0 is plain code.
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

/** Events of code that one character makes; a slash or an angle bracket may begin something longer. */
const SIGNS: ReadonlyMap<string | undefined, ScanEvent["kind"]> = new Map([
  ...[..."?!-+*%><=&|/"].map((sign) => [sign, "operator"] as const),
  ...[..."{[("].map((sign) => [sign, "open"] as const),
  ...[..."}])"].map((sign) => [sign, "close"] as const),
  [",", "comma"],
]);

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
  return new Scanner({ text, start, end, onEvent, options }).run();
}

interface Scan {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly onEvent: (event: ScanEvent) => void;
  readonly options: ScanOptions;
}

class Scanner {
  readonly #scan: Scan;
  readonly #text: string;
  readonly #end: number;
  readonly #modes: Mode[] = [{ kind: "code", openBraces: 0 }];
  #level = 0;
  #at: number;
  #lastLines: Map<string, number> | undefined;

  constructor(scan: Scan) {
    this.#scan = scan;
    this.#text = scan.text;
    this.#end = scan.end;
    this.#at = scan.start;
  }

  run(): number {
    for (let mode = this.#modes.at(-1); this.#at < this.#end && mode !== undefined; mode = this.#modes.at(-1)) {
      if (mode.kind === "heredoc") this.#heredocLine(mode.marker);
      else if (mode.kind === "quoted") this.#quoted();
      else if (!this.#code(mode)) break;
    }
    return Math.min(this.#at, this.#end);
  }

  #emit(kind: ScanEvent["kind"], offset = this.#at): void {
    this.#scan.onEvent({ kind, offset, level: this.#level });
  }

  #heredocLine(marker: string): void {
    const lineEnd = endOfLine(this.#text, this.#at, this.#end);
    if (isLineStart(this.#text, this.#at) && this.#text.slice(this.#at, lineEnd).trim() === marker) {
      this.#modes.pop();
      this.#at = lineEnd;
    } else this.#templateText(lineEnd < this.#end ? lineEnd + 1 : this.#end);
  }

  #quoted(): void {
    const char = this.#text[this.#at];
    if (char === "\n") this.#emit("broken-string");
    if (char === '"' || char === "\n") {
      this.#modes.pop();
      if (char === '"') this.#at += 1;
    } else if (char === "\\" && this.#text[this.#at + 1] !== "\n") this.#at += 2;
    else this.#templateText(this.#at + 1);
  }

  /** Reads literal text up to `stop`, or up to and into the next interpolation. */
  #templateText(stop: number): void {
    while (this.#at < stop) {
      const char = this.#text[this.#at];
      const run = char === "$" || char === "%" ? lengthOfRun(this.#text, this.#at, char) : 0;
      this.#at += run || 1;
      if (run === 0 || this.#text[this.#at] !== "{" || this.#at >= this.#end) continue;
      this.#at += 1;
      if (run > 1) {
        this.#emit("escape", this.#at - run - 1);
        continue;
      }
      this.#emit("interpolation-open", this.#at - 2);
      this.#modes.push({ kind: "code", openBraces: 0 });
      this.#level += 1;
      return;
    }
  }

  /** Reads on by one token; false at the brace to stop at. */
  #code(mode: Mode & { kind: "code" }): boolean {
    const char = this.#text[this.#at];
    if (char === "#" || (char === "/" && /[/*]/.test(this.#text[this.#at + 1] ?? ""))) this.#comment();
    else if (char === '"') {
      this.#modes.push({ kind: "quoted" });
      this.#at += 1;
    } else if (char === "\n") this.#lineEnd();
    else if (char === "<" && this.#heredocStart()) return true;
    else if (char === "}" && mode.openBraces === 0 && this.#modes.length > 1) {
      this.#emit("interpolation-close");
      this.#leaveInterpolation();
      this.#at += 1;
    } else {
      if (char === "}" && mode.openBraces === 0 && this.#scan.options.untilClosingBrace === true) return false;
      if (char === "{") mode.openBraces += 1;
      if (char === "}") mode.openBraces = Math.max(0, mode.openBraces - 1);
      const kind = SIGNS.get(char);
      if (kind === undefined) this.#blanksOrWord();
      else {
        this.#emit(kind);
        this.#at += 1;
      }
    }
    return true;
  }

  #leaveInterpolation(): void {
    this.#modes.pop();
    this.#level -= 1;
  }

  #comment(): void {
    this.#emit("comment");
    if (this.#text[this.#at + 1] !== "*" || this.#text[this.#at] === "#") {
      this.#at = endOfLine(this.#text, this.#at, this.#end);
      return;
    }
    const close = this.#text.indexOf("*/", this.#at + 2);
    this.#at = close === -1 || close >= this.#end ? this.#end : close + 2;
  }

  #heredocStart(): boolean {
    if (this.#text[this.#at + 1] !== "<") return false;
    HEREDOC_START.lastIndex = this.#at;
    const [whole = "", marker] = HEREDOC_START.exec(this.#text) ?? [];
    const from = this.#at + whole.length;
    if (marker === undefined || (this.#scan.options.lineBound && !this.#isClosedLater(marker, from))) return false;
    this.#modes.push({ kind: "heredoc", marker });
    this.#at = from;
    return true;
  }

  #isClosedLater(marker: string, from: number): boolean {
    this.#lastLines ??= lastOffsetOfEachLine(this.#text, this.#scan.start, this.#end);
    return (this.#lastLines.get(marker) ?? -1) >= from;
  }

  #lineEnd(): void {
    if (this.#scan.options.lineBound === true && this.#modes.length > 1) {
      this.#leaveInterpolation();
      // What is left is the string or heredoc around; a string ends at this very line end.
      if (this.#modes.at(-1)?.kind === "heredoc") this.#at += 1;
      return;
    }
    this.#emit("newline");
    this.#at += 1;
  }

  #blanksOrWord(): void {
    const from = this.#at;
    while (this.#at < this.#end && isBlank(this.#text.charCodeAt(this.#at))) this.#at += 1;
    if (this.#at > from + 1) this.#emit("blanks", from);
    if (this.#at > from) return;
    WORD.lastIndex = from;
    const [word, mantissa] = WORD.exec(this.#text) ?? [];
    if (mantissa !== undefined) this.#emit("exponent", from + mantissa.length);
    this.#at += word?.length ?? 1;
  }
}

/** How deep brackets, templates and chains of operators are nested: what a recursive parser's stack has to bear. */
export function nestingDepth(text: string): number {
  // One entry for each open bracket: the number of operators of its current element.
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

/** The number of repetitions of `char` at a place. */
export function lengthOfRun(text: string, start: number, char: string): number {
  let end = start;
  while (text[end] === char) end += 1;
  return end - start;
}

/** Where the line of a place ends, or the text. */
export function endOfLine(text: string, from: number, end: number): number {
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
