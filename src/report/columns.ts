import type { Position } from "../terraform/source-range.js";

/** A column in UTF-8 bytes, 1-based. `text` is the whole file that the position counts UTF-16 units of. */
export function utf8Column(text: string, position: Position): number {
  const lineStart = position.offset - (position.column - 1);
  return Buffer.byteLength(text.slice(lineStart, position.offset)) + 1;
}
