import type { NativeComment, Stretch } from "../terraform/configuration/syntax/comments.js";
import { lineStart } from "../terraform/edit/positions.js";
import type { TextEdit } from "../terraform/edit/text-edit.js";
import { type SuppressedName, type Suppression, stretchOf } from "./suppression-comments.js";

/**
 * Removes names from a suppression: with their commas where others remain, else the whole directive, and with it the
 * comment and its line where they hold nothing else. Undefined where there is nothing to remove, or no safe way.
 */
export function suppressionRemoval(
  text: string,
  suppression: Suppression,
  names: ReadonlySet<SuppressedName>,
): TextEdit | undefined {
  const { comment, file } = suppression;
  const stay = suppression.names.filter((name) => !names.has(name));
  if (stay.length === suppression.names.length) return undefined;
  if (stay.length > 0) return shorterList(text, suppression, new Set(stay));
  const inside = { start: comment.textStart, end: comment.textStart + comment.text.length };
  const { start, end } = widened(text, stretchOf(suppression), DECORATION, inside);
  const isWhole = start === inside.start && end === inside.end;
  if (!isWhole && comment.kind === "json") return undefined;
  const removal = !isWhole
    ? withoutDirective(text, stretchOf(suppression), inside)
    : comment.kind === "json"
      ? comment.removal
      : withoutComment(text, comment);
  return { file, text: "", ...removal };
}

/** Each remaining name keeps the text before it. */
function shorterList(
  text: string,
  { file, names }: Suppression,
  stay: ReadonlySet<SuppressedName>,
): TextEdit | undefined {
  const [first, last] = [names[0], names.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  let shorter = "";
  for (const [index, name] of names.entries()) {
    if (!stay.has(name)) continue;
    const from = shorter === "" ? name.range.start : (names[index - 1]?.range.end ?? name.range.start);
    shorter += text.slice(from.offset, name.range.end.offset);
  }
  return { file, start: first.range.start.offset, end: last.range.end.offset, text: shorter };
}

function withoutComment(text: string, comment: NativeComment): Pick<TextEdit, "start" | "end" | "text"> {
  const { start, end } = stretchOf(comment);
  const around = widened(text, { start, end }, BLANK);
  const endsLine = around.end === text.length || text[around.end] === "\n";
  if (comment.alone && around.start === lineStart(text, around.start) && endsLine)
    return { start: around.start, end: Math.min(around.end + 1, text.length), text: "" };
  // Behind code the blanks before it go along; between two words one of them has to stay.
  if (endsLine) return { start: around.start, end, text: "" };
  return { start, end, text: around.start < start || around.end > end ? "" : " " };
}

/** The comment says other things too, which stay. */
function withoutDirective(text: string, directive: Stretch, inside: Stretch): Stretch {
  const { start } = widened(text, directive, DECORATION_IN_LINE, inside);
  const { end } = widened(text, directive, BLANK, inside);
  const hasOwnLine = start > inside.start && text[start - 1] === "\n" && end < inside.end && text[end] === "\n";
  if (hasOwnLine) return { start, end: end + 1 };
  return { start: widened(text, directive, BLANK, inside).start, end: directive.end };
}

const BLANK = " \t\r";
const DECORATION_IN_LINE = " \t\r*";
/** Characters of a comment that mean nothing. */
const DECORATION = " \t\r\n#*/";

/** A stretch with the characters around it that are among these, as far as they are inside of another. */
function widened(
  text: string,
  { start, end }: Stretch,
  chars: string,
  inside: Stretch = { start: 0, end: text.length },
): Stretch {
  let [from, to] = [start, end];
  while (from > inside.start && chars.includes(text[from - 1] ?? "\0")) from -= 1;
  while (to < inside.end && chars.includes(text[to] ?? "\0")) to += 1;
  return { start: from, end: to };
}
