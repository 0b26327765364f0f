import { requireHcl2json } from "../../../base/installed-files.js";
import { nestingDepth } from "./code-scanner.js";
import { BYTE_ORDER_MARK, type LineIndex } from "./line-index.js";
import { MOST_PROBLEMS, type SyntaxProblem } from "./syntax.js";

/** What HCL's own parser makes of a native-syntax file. */
export type HclVerdict =
  /** `contents` follows Terraform's JSON syntax, but for `<<-`, escapes and constants, which are worked out. */
  | { readonly kind: "valid"; readonly contents: Readonly<Record<string, unknown>> }
  /** The syntax is right, but hcl2json could not turn some value into JSON. */
  | { readonly kind: "unconvertible" }
  | { readonly kind: "invalid"; readonly problems: readonly SyntaxProblem[] }
  /** It could not be asked: the file is nested too deep for it, or it failed in another way. */
  | { readonly kind: "unknown"; readonly reason: string };

/** hcl2json's stack overflows between 400 and 800 nested brackets, and takes the process down with it. */
const MAX_NESTING = 256;

/** hcl2json's time grows with the square of the `$` and `%` in a string; 20,000 of them take some 4 s. */
const MAX_SIGNS = 1_000;

/** The same holds for heredocs that nothing closes; 10,000 of them take 3 s. */
const MAX_HEREDOCS = 2_000;

/** Each start of a comment that is never closed makes the parser search the rest of the file for its end. */
const MAX_OPEN_COMMENTS = 200;

/** Stands for the file's name in hcl2json's messages, so that a strange name or message cannot be misread. */
const FILE_MARK = "\u241c";

type Parse = (file: string, text: string) => Promise<unknown>;
let loaded: Parse | undefined;
let failure: string | undefined;

/** Asks `@cdktf/hcl2json`. The first call in a process takes some 130 ms. Never throws. */
export async function validateHcl(file: string, text: string, lines: LineIndex): Promise<HclVerdict> {
  const unfit = failure ?? whyUnfit(text);
  if (unfit !== undefined) return { kind: "unknown", reason: unfit };
  try {
    const contents = await load()(FILE_MARK, text);
    return isRecord(contents) ? { kind: "valid", contents } : { kind: "unconvertible" };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message.startsWith("parse config: ")) {
      const problems = parseProblems(message.slice("parse config: ".length), file, text, lines);
      if (problems.length > 0) return { kind: "invalid", problems };
    }
    if (message.startsWith("convert to HCL: ")) return { kind: "unconvertible" };
    // After any other failure its runtime is in no state to be asked again.
    if (!message.startsWith("parse config: ")) failure = "HCL's own parser failed in this process";
    return { kind: "unknown", reason: failure ?? "HCL's own parser gave no place" };
  }
}

/** Why a text had better not be given to hcl2json. */
function whyUnfit(text: string): string | undefined {
  if (nestingDepth(text) > MAX_NESTING) return "its expressions are nested too deep";
  if (hasCrowdedLine(text)) return `a line has more than ${MAX_SIGNS} dollar or percent signs`;
  if (holdsMore(text, "<<", MAX_HEREDOCS)) return `it has more than ${MAX_HEREDOCS} heredocs`;
  const unclosed = text.slice(text.lastIndexOf("*/") + 2);
  return holdsMore(unclosed, "/*", MAX_OPEN_COMMENTS)
    ? `it has more than ${MAX_OPEN_COMMENTS} comments that nothing closes`
    : undefined;
}

function load(): Parse {
  loaded ??= requireHcl2json().parse;
  if (typeof loaded !== "function") throw new Error("@cdktf/hcl2json has no parse function");
  return loaded;
}

/**
 * Takes apart `[FILE:2,3-5: Summary; Detail. FILE:3,1-4,1: Summary; Detail.]`: 1-based lines, columns in grapheme
 * clusters.
 * https://github.com/hashicorp/hcl/blob/v2.23.0/diagnostic.go
 */
function parseProblems(message: string, file: string, text: string, lines: LineIndex): SyntaxProblem[] {
  const start = new RegExp(`(?:^\\[?| )${FILE_MARK}:(\\d+),(\\d+)-(?:(\\d+),)?(\\d+): `, "g");
  const found = [...message.matchAll(start)];
  const told = found.map((match, index) => {
    const end = found[index + 1]?.index ?? message.replace(/\]$/, "").length;
    return { place: match.slice(1), words: message.slice(match.index + match[0].length, end) };
  });
  // One quote too few turns every later string inside out, and HCL complains at each of their lines.
  const isBrokenString = ({ words }: { words: string }) => words.startsWith("Invalid multi-line string");
  const firstBroken = told.findIndex(isBrokenString);
  const worthTelling = told.filter((diagnostic, index) => index <= firstBroken || !isBrokenString(diagnostic));
  return worthTelling.slice(0, MOST_PROBLEMS).map(({ place, words }): SyntaxProblem => {
    const [line, column, endLine = line, endColumn] = place;
    const from = lines.offsetOfGrapheme(Number(line), Number(column));
    const to = lines.offsetOfGrapheme(Number(endLine), Number(endColumn));
    return {
      message: words.replaceAll(FILE_MARK, file).replace("; ", ": "),
      range: visibleRange(lines, text, from, to),
    };
  });
}

/**
 * HCL often points just behind a line's last character: a range that only holds the line end is moved to what is there.
 */
function visibleRange(lines: LineIndex, text: string, from: number, to: number): SyntaxProblem["range"] {
  const lowest = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  const shown = text.slice(from, to).replace(/[\r\n]+$/, "").length;
  return lines.range(Math.max(lowest, from), Math.max(lowest, from + shown));
}

function holdsMore(text: string, piece: string, limit: number): boolean {
  return text.split(piece, limit + 2).length > limit + 1;
}

function hasCrowdedLine(text: string): boolean {
  let signs = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "\n") signs = 0;
    else if (char === "$" || char === "%") signs += 1;
    if (signs > MAX_SIGNS) return true;
  }
  return false;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
