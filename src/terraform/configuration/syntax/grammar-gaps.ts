import { type ScanEvent, scanCode } from "./code-scanner.js";

interface Edit {
  readonly offset: number;
  /** As long as what it stands for. */
  readonly text: string;
}

/** tree-sitter's time grows with the square of a run of white space: 20,000 blanks take it 6 s. */
const LONG_RUN = /\s{128,}/g;

/**
 * Rewrites what HCL knows and the tree-sitter grammar does not, character for character, so that every place
 * stays where it is: `1e5` (digits stand in for the exponent), `$$${` (no interpolation, however many signs), and
 * a key in parentheses on the line below a bare name, which the grammar takes for a function call (a comma parts
 * the two). Undefined where the text has none of these.
 */
export function fillGrammarGaps(text: string): string | undefined {
  const edits: Edit[] = [];
  const open: string[] = [];
  let previous: ScanEvent | undefined;
  scanCode(text, 0, text.length, (event) => {
    const { kind, offset } = event;
    if (kind === "blanks") return;
    if (kind === "exponent") {
      edits.push({ offset, text: /[-+]/.test(text[offset + 1] ?? "") ? "00" : "0" });
    } else if (kind === "escape") {
      edits.push({ offset, text: "_".repeat(text.indexOf("{", offset) - offset) });
    } else if (kind === "open") {
      const mayBeKey = text[offset] === "(" && open[open.length - 1] === "{";
      const comma = mayBeKey ? placeForComma(text, previous, offset) : undefined;
      if (comma !== undefined) edits.push({ offset: comma, text: "," });
      open.push(text[offset] ?? "");
    } else if (kind === "interpolation-open") {
      open.push("");
    } else if (kind === "close" || kind === "interpolation-close") {
      open.pop();
    }
    previous = event;
  });
  return edits.length === 0 ? undefined : applyEdits(text, edits);
}

/** Makes comments of long runs of white space in code, at the same length: a comment is one token. */
export function fillLongBlanks(text: string): string {
  const runs = [...text.matchAll(LONG_RUN)].map((run) => ({ start: run.index, end: run.index + run[0].length }));
  if (runs.length === 0) return text;
  const edits: Edit[] = [];
  let next = 0;
  scanCode(text, 0, text.length, ({ kind, offset }) => {
    if (kind !== "blanks" && kind !== "newline") return;
    for (let run = runs[next]; run !== undefined && run.end <= offset; run = runs[next]) next += 1;
    const run = runs[next];
    if (run === undefined || offset < run.start) return;
    next += 1;
    // A line end may close a comment or a heredoc before the run, and and the following text may need one before it.
    const inside = run.end - offset - 2;
    if (inside >= 4) edits.push({ offset: offset + 1, text: `/*${"_".repeat(inside - 4)}*/` });
  });
  return applyEdits(text, edits);
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const edit of edits) {
    pieces.push(text.slice(at, edit.offset), edit.text);
    at = edit.offset + edit.text.length;
  }
  pieces.push(text.slice(at));
  return pieces.join("");
}

/** The blank before a parenthesis that starts its line below a name, or the line end itself where no comment is. */
function placeForComma(text: string, previous: ScanEvent | undefined, parenthesis: number): number | undefined {
  if (previous?.kind !== "newline" || text.slice(previous.offset, parenthesis).trim() !== "") return undefined;
  const line = text.slice(text.lastIndexOf("\n", previous.offset - 1) + 1, previous.offset);
  if (previous.offset + 1 === parenthesis && /#|\/\/|\*\//.test(line)) return undefined;
  return /[\p{ID_Continue}-][ \t\r]*(?:(?:#|\/).*)?$/u.test(line) ? parenthesis - 1 : undefined;
}
