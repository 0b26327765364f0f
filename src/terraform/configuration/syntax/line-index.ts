import { partition } from "../../../base/partition.js";
import type { Position, SourceRange } from "../../source-range.js";

/** The byte order mark (U+FEFF) at the start of a file does not belong to its first line. */
export const BYTE_ORDER_MARK = "\ufeff";

/** Turns offsets into a file's text (UTF-16 units) into lines and columns. Lines end with LF. */
export class LineIndex {
  readonly #file: string;
  readonly #text: string;
  readonly #lineStarts: number[];

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    this.#lineStarts = [text.startsWith(BYTE_ORDER_MARK) ? 1 : 0];
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#lineStarts.push(at + 1);
  }

  /** Offsets outside of the text are moved to its nearer end. */
  position(offset: number): Position {
    const inside = Math.max(this.#lineStart(0), Math.min(offset, this.#text.length));
    const line = partition(this.#lineStarts.length, (index) => this.#lineStart(index) <= inside);
    return { line, column: inside - this.#lineStart(line - 1) + 1, offset: inside };
  }

  range(start: number, end: number): SourceRange {
    return { file: this.#file, start: this.position(start), end: this.position(Math.max(start, end)) };
  }

  /**
   * The offset of a place that HCL names: 1-based line, and a column that counts grapheme clusters.
   * https://pkg.go.dev/github.com/hashicorp/hcl/v2#Pos
   */
  offsetOfGrapheme(line: number, column: number): number {
    const start = this.#lineStarts[line - 1];
    if (start === undefined) return this.#text.length;
    const next = this.#lineStarts[line];
    const lineText = this.#text.slice(start, next ?? this.#text.length);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: every ASCII character is a cluster of its own, CR LF aside.
    if (/^[\x00-\x7f]*$/.test(lineText)) return start + Math.min(column - 1, lineText.length);
    let left = column - 1;
    for (const { index } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(lineText)) {
      if (left === 0) return start + index;
      left -= 1;
    }
    return start + lineText.length;
  }

  #lineStart(index: number): number {
    return this.#lineStarts[index] ?? 0;
  }
}
