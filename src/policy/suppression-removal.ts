import type { NativeComment } from "../terraform/configuration/syntax/comments.js";
import { BYTE_ORDER_MARK } from "../terraform/configuration/syntax/line-index.js";
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
  const isWhole =
    skipBack(text, range.start.offset, comment.textStart, DECORATION) === comment.textStart &&
    skip(text, range.end.offset, comment.textStart + comment.text.length, DECORATION) ===
      comment.textStart + comment.text.length;
  if (comment.kind === "json") return isWhole ? { ...comment.removal, text: "" } : undefined;
  if (isWhole) return withoutComment(text, comment);
  return withoutDirective(text, suppression);
}

/** Each name that stays keeps what stood before it. */
function shorterList(text: string, { names }: Suppression, stay: readonly SuppressedName[]): TextEdit | undefined {
  const first = names[0];
  const last = names[names.length - 1];
  if (first === undefined || last === undefined) return undefined;
  const staying = new Set(stay);
  const pieces = names.flatMap((name, index) => {
    if (!staying.has(name)) return [];
    const before = name === stay[0] ? undefined : names[index - 1];
    return [text.slice(before?.range.end.offset ?? name.range.start.offset, name.range.end.offset)];
  });
  return { start: first.range.start.offset, end: last.range.end.offset, text: pieces.join("") };
}

function withoutComment(text: string, { range, alone }: NativeComment): TextEdit {
  const start = range.start.offset;
  const end = range.end.offset;
  const from = skipBack(text, start, 0, BLANK);
  const to = skip(text, end, text.length, BLANK);
  const endsLine = to === text.length || text[to] === "\n";
  if (alone && startsLine(text, from) && endsLine) return { start: from, end: Math.min(to + 1, text.length), text: "" };
  // Behind code the blanks before it go along; between two words one of them has to stay.
  if (endsLine) return { start: skipBack(text, start, 0, BLANK), end, text: "" };
  return { start, end, text: from < start || to > end ? "" : " " };
}

/** The comment says other things too, which stay. */
function withoutDirective(text: string, { comment, range }: Suppression): TextEdit {
  const start = range.start.offset;
  const end = range.end.offset;
  const inside = comment.textStart + comment.text.length;
  const from = skipBack(text, start, comment.textStart, DECORATION_IN_LINE);
  const to = skip(text, end, inside, BLANK);
  if (from > comment.textStart && text[from - 1] === "\n" && to < inside && text[to] === "\n") {
    return { start: from, end: to + 1, text: "" };
  }
  return { start: skipBack(text, start, comment.textStart, BLANK), end, text: "" };
}

const BLANK = " \t\r";
const DECORATION_IN_LINE = " \t\r*";
/** What may stand in a comment without saying anything. */
const DECORATION = " \t\r\n#*/";

/** The first offset from `start` on, up to `end`, that holds none of the characters. */
function skip(text: string, start: number, end: number, chars: string): number {
  let at = start;
  while (at < end && chars.includes(text[at] ?? "\0")) at += 1;
  return at;
}

/** The same on the way back: the offset behind the last other character before `start`. */
function skipBack(text: string, start: number, end: number, chars: string): number {
  let at = start;
  while (at > end && chars.includes(text[at - 1] ?? "\0")) at -= 1;
  return at;
}

/** A byte order mark is no part of the first line. */
function startsLine(text: string, offset: number): boolean {
  return offset === 0 || text[offset - 1] === "\n" || (offset === 1 && text.startsWith(BYTE_ORDER_MARK));
}
