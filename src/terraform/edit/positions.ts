import type { Stretch } from "../configuration/syntax/comments.js";
import { BYTE_ORDER_MARK } from "../configuration/syntax/line-index.js";
import type { Block } from "../configuration/syntax/syntax.js";
import { isInside, type SourceRange } from "../source-range.js";

/** Whether a finding's place is in a block. In JSON syntax the key of a list stands for each block in it. */
export function isOf(place: SourceRange, { range, headerRange }: Pick<Block, "range" | "headerRange">): boolean {
  return isInside(place, range) || (isInside(place, headerRange) && isInside(headerRange, place));
}

/** Whether an override file holds a part of a block, which is not to be changed or deleted there. */
export function isOverridden({ body, range }: Block): boolean {
  return [...body.attributes(), ...body.allBlocks()].some((part) => !isInside(part.range, range));
}

export function slice(text: string, { start, end }: SourceRange): string {
  return text.slice(start.offset, end.offset);
}

/** The number of the line that an offset is in. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Where the line of an offset begins; a byte order mark is the file's. */
export function lineStart(text: string, offset: number): number {
  const start = offset <= 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  return start === 0 && text.startsWith(BYTE_ORDER_MARK) ? 1 : start;
}

/** The line end that the file has around a place. */
export function lineEndAt(text: string, offset: number): string {
  const next = text.indexOf("\n", offset);
  const at = next === -1 ? text.lastIndexOf("\n", offset) : next;
  return at > 0 && text[at - 1] === "\r" ? "\r\n" : "\n";
}

/** The blanks that a line begins with. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? "";
}

/** Whole lines from the one that `start` is in to the one that `end` is in, with the last one's end. */
export function wholeLines(text: string, start: number, end: number): Stretch {
  const next = text.indexOf("\n", end);
  return { start: lineStart(text, start), end: next === -1 ? text.length : next + 1 };
}

/**
 * A block's lines with one blank line beside them, so that no two are left where one was. Comments right above it belong
 * to it.
 */
export function blockLines(text: string, range: SourceRange): Stretch {
  const lines = wholeLines(text, range.start.offset, range.end.offset);
  const top = lineStart(text, 0);
  const above = (start: number) => lineStart(text, Math.max(top, start - 1));
  let from = lines.start;
  while (from > top && /^[ \t]*(?:#|\/\/)/.test(text.slice(above(from), from))) from = above(from);
  const blankBelow = /^[ \t]*\r?\n/.exec(text.slice(lines.end))?.[0].length ?? 0;
  if (blankBelow > 0) return { start: from, end: lines.end + blankBelow };
  const first = from > top && /^[ \t]*\r?\n$/.test(text.slice(above(from), from)) ? above(from) : from;
  // A file that did not end with a line end does not afterwards.
  const endsFile = lines.end === text.length && !text.endsWith("\n");
  const lineEnd = /\r?\n$/.exec(text.slice(0, first))?.[0].length ?? 0;
  return { start: endsFile ? first - lineEnd : first, end: lines.end };
}
