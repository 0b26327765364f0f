import { type ScanEvent, scanCode } from "./code-scanner.js";

/**
 * Rewrites what HCL knows and the tree-sitter grammar does not, character for character, so that every place
 * stays where it is: `1e5` (digits stand in for the exponent), and a key in parentheses on the line below a bare
 * name, which the grammar takes for a function call (a comma parts the two). Undefined where there is none of that.
 */
export function fillGrammarGaps(text: string): string | undefined {
  const edits: { offset: number; with: string }[] = [];
  const open: string[] = [];
  let previous: ScanEvent | undefined;
  scanCode(text, 0, text.length, (event) => {
    const { kind, offset } = event;
    if (kind === "exponent") {
      edits.push({ offset, with: "0" });
      if (/[-+]/.test(text[offset + 1] ?? "")) edits.push({ offset: offset + 1, with: "0" });
    } else if (kind === "open") {
      const mayBeKey = text[offset] === "(" && open[open.length - 1] === "{";
      const comma = mayBeKey ? placeForComma(text, previous, offset) : undefined;
      if (comma !== undefined) edits.push({ offset: comma, with: "," });
      open.push(text[offset] ?? "");
    } else if (kind === "interpolation-open") {
      open.push("");
    } else if (kind === "close" || kind === "interpolation-close") {
      open.pop();
    }
    previous = event;
  });
  if (edits.length === 0) return undefined;
  let filled = "";
  let at = 0;
  for (const edit of edits) {
    filled += text.slice(at, edit.offset) + edit.with;
    at = edit.offset + 1;
  }
  return filled + text.slice(at);
}

/** The blank before a parenthesis that starts its line below a name, or the line end itself where no comment is. */
function placeForComma(text: string, previous: ScanEvent | undefined, parenthesis: number): number | undefined {
  if (previous?.kind !== "newline" || text.slice(previous.offset, parenthesis).trim() !== "") return undefined;
  const line = text.slice(text.lastIndexOf("\n", previous.offset - 1) + 1, previous.offset);
  if (previous.offset + 1 === parenthesis && /#|\/\/|\*\//.test(line)) return undefined;
  return /[\p{ID_Continue}-][ \t\r]*(?:(?:#|\/).*)?$/u.test(line) ? parenthesis - 1 : undefined;
}
