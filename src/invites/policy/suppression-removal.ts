import type { NativeComment } from "../../terraform/configuration/comments.js";
import { BYTE_ORDER_MARK } from "../../terraform/configuration/line-index.js";
import type { SuppressedName, Suppression } from "./suppression-comments.js";

/** Puts `text` in the place of a stretch of a file's text. Offsets; the end is exclusive. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Takes names out of a suppression: with their commas where others stay, else the whole directive, and with it the
 * comment and its line where they hold nothing else. Undefined where there is nothing to take out, or no safe way.
 */
export function suppressionRemoval(
  text: string,
  suppression: Suppression,
  names: ReadonlySet<SuppressedName>,
): TextEdit | undefined {
  const stay = suppression.names.filter((name) => !names.has(name));
  if (stay.length === suppression.names.length) return undefined;
  if (stay.length > 0) return shorterList(text, suppression, stay);
  const { comment, range } = suppression;
  const isWhole = /^[\s#*/]*$/.test(comment.text.replace(text.slice(range.start.offset, range.end.offset), ""));
  if (comment.kind === "json") return isWhole ? { ...comment.removal, text: "" } : undefined;
  if (isWhole) return withoutComment(text, comment);
  return withoutDirective(text, suppression);
}

/** Each name that stays keeps what stood before it. */
function shorterList(text: string, { names }: Suppression, stay: readonly SuppressedName[]): TextEdit | undefined {
  const first = names[0];
  const last = names[names.length - 1];
  if (first === undefined || last === undefined) return undefined;
  const pieces = stay.map((name, index) => {
    const before = names[names.indexOf(name) - 1];
    const from = index === 0 || before === undefined ? name.range.start.offset : before.range.end.offset;
    return text.slice(from, name.range.end.offset);
  });
  return { start: first.range.start.offset, end: last.range.end.offset, text: pieces.join("") };
}

function withoutComment(text: string, { range, alone }: NativeComment): TextEdit {
  const start = range.start.offset;
  const end = range.end.offset;
  const lineStart = startOfLine(text, start);
  const lineFeed = text.indexOf("\n", end);
  const lineEnd = lineFeed === -1 ? text.length : lineFeed;
  const blankBefore = /^[ \t]*$/.test(text.slice(lineStart, start));
  const blankAfter = /^\s*$/.test(text.slice(end, lineEnd));
  if (alone && blankBefore && blankAfter) {
    return { start: lineStart, end: lineFeed === -1 ? lineEnd : lineFeed + 1, text: "" };
  }
  const gap = /[ \t]*$/.exec(text.slice(lineStart, start))?.[0].length ?? 0;
  // Behind code the blanks before it go along; between two words one of them has to stay.
  if (blankAfter) return { start: start - gap, end, text: "" };
  return { start, end, text: gap > 0 || /^\s/.test(text.slice(end)) ? "" : " " };
}

/** The comment says other things too, which stay. */
function withoutDirective(text: string, { comment, range }: Suppression): TextEdit {
  const start = range.start.offset;
  const end = range.end.offset;
  const lineStart = startOfLine(text, start);
  const lineFeed = text.indexOf("\n", end);
  const ownLine =
    lineStart > comment.range.start.offset &&
    lineFeed !== -1 &&
    lineFeed < comment.range.end.offset &&
    /^[\s*]*$/.test(text.slice(lineStart, start));
  if (ownLine) return { start: lineStart, end: lineFeed + 1, text: "" };
  const gap = /[ \t]*$/.exec(text.slice(comment.textStart, start))?.[0].length ?? 0;
  return { start: start - gap, end, text: "" };
}

/** A byte order mark is no part of the first line. */
function startOfLine(text: string, offset: number): number {
  const at = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  return at === 0 && text.startsWith(BYTE_ORDER_MARK) ? 1 : at;
}
