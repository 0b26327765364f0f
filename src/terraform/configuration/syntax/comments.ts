import { createScanner } from "jsonc-parser";
import type { SourceRange } from "../../source-range.js";
import { scanCode } from "./code-scanner.js";
import { LineIndex } from "./line-index.js";
import type { ParsedFile } from "./syntax.js";

/** A comment of a configuration file. In JSON syntax that is a string under a key `"//"`. */
export type Comment = NativeComment | JsonComment;

interface CommentText {
  /** With its markers, or its quotes; a line comment without its line's end. */
  readonly range: SourceRange;
  /** What stands between the markers or quotes, as it is written. */
  readonly text: string;
  /** The offset of `text` in the file. */
  readonly textStart: number;
}

/** `# …`, `// …`, `/* … *\/`. */
export interface NativeComment extends CommentText {
  readonly kind: "native";
  /** Code stands before it on the line that it begins on. */
  readonly afterCode: boolean;
  /** Nothing but comments and white space stands on its lines. */
  readonly alone: boolean;
}

/** `"//": "…"`, or one string of `"//": ["…", "…"]`. */
export interface JsonComment extends CommentText {
  readonly kind: "json";
  /** The object that holds the key, with the key that leads to it where it is the only value there. Offsets. */
  readonly holder: Stretch;
  /** The holder is the file's outermost object. */
  readonly topLevel: boolean;
  /** What goes when the comment goes, one comma included. Offsets. */
  readonly removal: Stretch;
}

/** Offsets into a file's text; the end is exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Every comment of a file, from top to bottom, in half-written files too. Linear in the text's length. */
export function commentsOf(file: ParsedFile): readonly Comment[] {
  const lines = new LineIndex(file.file, file.text);
  const range = (start: number, end: number) => lines.range(start, end);
  return file.language === "json"
    ? jsonComments(file.text, range)
    : nativeComments(file.text, file.problems.length > 0, range);
}

type RangeOf = (start: number, end: number) => SourceRange;

function nativeComments(text: string, broken: boolean, range: RangeOf): NativeComment[] {
  const stretches: Stretch[] = [];
  scanCode(
    text,
    0,
    text.length,
    ({ kind, offset }) => {
      if (kind === "comment") stretches.push({ start: offset, end: endOfComment(text, offset) });
    },
    { lineBound: broken },
  );
  const lineStarts = startsOfLines(text, stretches);
  const before = stretches.map(() => false);
  for (const [index, { start }] of stretches.entries()) {
    const previous = stretches[index - 1];
    const lineStart = lineStarts[index] ?? 0;
    // A comment that began on this line too hides what stands before it.
    const inherited = previous !== undefined && previous.start >= lineStart && before[index - 1] === true;
    before[index] = inherited || !isBlank(text, Math.max(lineStart, previous?.end ?? 0), start);
  }
  const after = stretches.map(() => false);
  for (const [index, { end }] of [...stretches.entries()].reverse()) {
    const next = stretches[index + 1];
    const between = text.slice(end, next?.start ?? text.length);
    const rest = /^[^\S\n]*/.exec(between)?.[0].length ?? 0;
    // Only comments between here and the line's end: what the next one is followed by decides, unless it goes on below.
    if (rest < between.length) after[index] = between[rest] !== "\n";
    else if (next !== undefined)
      after[index] = after[index + 1] === true && !text.slice(next.start, next.end).includes("\n");
  }
  return stretches.map(({ start, end }, index) => {
    const opening = text[start] === "#" ? 1 : 2;
    // A comment that is cut off by the file's end has no closing marker.
    const closes = text[start + 1] === "*" && end - start >= 4 && text.slice(end - 2, end) === "*/";
    return {
      kind: "native",
      range: range(start, end),
      text: text.slice(start + opening, closes ? end - 2 : end),
      textStart: start + opening,
      afterCode: before[index] === true,
      alone: before[index] === false && after[index] === false,
    };
  });
}

function endOfComment(text: string, start: number): number {
  if (text.startsWith("/*", start)) {
    const close = text.indexOf("*/", start + 2);
    return close === -1 ? text.length : close + 2;
  }
  const end = endOfLine(text, start);
  return text[end - 1] === "\r" ? end - 1 : end;
}

/** Where the line begins that each stretch begins on; stretches are in order. */
function startsOfLines(text: string, stretches: readonly Stretch[]): number[] {
  let lineStart = 0;
  let lineFeed = endOfLine(text, 0);
  return stretches.map(({ start }) => {
    while (lineFeed < start) {
      lineStart = lineFeed + 1;
      lineFeed = endOfLine(text, lineStart);
    }
    return lineStart;
  });
}

/** An open object or array on the way through a JSON text. */
interface Level {
  readonly kind: "object" | "array";
  readonly start: number;
  /** Where the key begins that leads here, or undefined inside an array or at the top. */
  readonly keyStart: number | undefined;
  /** In an object: the key whose value comes next. */
  key: { readonly name: string; readonly start: number } | undefined;
  /** In an object: whether a key comes next. */
  wantsKey: boolean;
  /** Members or items so far, for taking one of them out. */
  readonly parts: Part[];
  /** The last one so far. */
  comma: number | undefined;
  /** In an array: the key that leads to it. */
  readonly of: string | undefined;
}

interface Part {
  readonly start: number;
  end: number;
  /** The comma before it. */
  readonly comma: number | undefined;
}

interface Found {
  readonly level: Level;
  /** Which of the level's parts it is. */
  readonly part: number;
  /** Which of the holder's parts it belongs to. */
  readonly member: number;
  readonly text: Stretch;
  /** The object that the comment speaks of. */
  readonly holder: Level;
}

const COMMENT_KEY = '"//"';

/** Walks the tokens without recursion, and on through broken text. */
function jsonComments(text: string, range: RangeOf): JsonComment[] {
  const scanner = createScanner(text, true);
  const levels: Level[] = [];
  const ends = new Map<Level, number>();
  const found: Found[] = [];
  const parentOf = new Map<Level, Level | undefined>();

  const beginPart = (level: Level, start: number) => {
    if (level.kind === "array") level.parts.push({ start, end: start, comma: level.comma });
  };
  const endPart = (level: Level | undefined, end: number) => {
    const part = level?.parts[level.parts.length - 1];
    if (part !== undefined) part.end = end;
    if (level?.kind === "object") level.key = undefined;
  };

  for (;;) {
    scanner.scan();
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    if (end <= start) break;
    const level = levels[levels.length - 1];
    switch (text[start]) {
      case "{":
      case "[": {
        if (level !== undefined) beginPart(level, start);
        const kind = text[start] === "{" ? "object" : "array";
        const opened: Level = {
          kind,
          start,
          keyStart: level?.key?.start,
          key: undefined,
          wantsKey: kind === "object",
          parts: [],
          comma: undefined,
          of: level?.kind === "object" ? level.key?.name : undefined,
        };
        parentOf.set(opened, level);
        levels.push(opened);
        break;
      }
      case "}":
      case "]": {
        if (level === undefined) break;
        levels.pop();
        ends.set(level, end);
        endPart(levels[levels.length - 1], end);
        break;
      }
      case ",":
        if (level === undefined) break;
        level.comma = start;
        if (level.kind === "object") level.wantsKey = true;
        break;
      case ":":
        break;
      case '"': {
        if (level === undefined) break;
        if (level.kind === "object" && level.wantsKey) {
          level.key = { name: text.slice(start, end), start };
          level.wantsKey = false;
          level.parts.push({ start, end, comma: level.comma });
          break;
        }
        beginPart(level, start);
        endPartOfString(level, { start, end });
        break;
      }
      default:
        if (level === undefined) break;
        beginPart(level, start);
        endPart(level, end);
    }
  }
  return found.map((one) => asComment(one, text, range, ends, parentOf));

  function endPartOfString(level: Level, stretch: Stretch): void {
    const closed = stretch.end - stretch.start >= 2 && text[stretch.end - 1] === '"';
    const parent = parentOf.get(level);
    const isComment = level.kind === "object" ? level.key?.name === COMMENT_KEY : level.of === COMMENT_KEY;
    const holder = level.kind === "object" ? level : parent;
    if (closed && isComment && holder !== undefined) {
      found.push({ level, part: level.parts.length - 1, member: holder.parts.length - 1, text: stretch, holder });
    }
    endPart(level, stretch.end);
  }
}

function asComment(
  { level, part, member, text: stretch, holder }: Found,
  text: string,
  range: RangeOf,
  ends: ReadonlyMap<Level, number>,
  parentOf: ReadonlyMap<Level, Level | undefined>,
): JsonComment {
  const parent = parentOf.get(holder);
  // The only object in a list owns the list's key as well; one of several does not.
  const keyStart =
    holder.keyStart ?? (parent?.kind === "array" && parent.parts.length === 1 ? parent.keyStart : undefined);
  const single = level.kind === "array" && level.parts.length === 1;
  return {
    kind: "json",
    range: range(stretch.start, stretch.end),
    text: text.slice(stretch.start + 1, stretch.end - 1),
    textStart: stretch.start + 1,
    holder: { start: keyStart ?? holder.start, end: ends.get(holder) ?? text.length },
    topLevel: parent === undefined,
    removal: single || level.kind === "object" ? removalOf(holder, member, text) : removalOf(level, part, text),
  };
}

/** A member or item with one of the commas beside it. */
function removalOf({ parts }: Level, index: number, text: string): Stretch {
  const { start, end, comma } = parts[index] ?? { start: 0, end: 0, comma: undefined };
  const next = parts[index + 1];
  if (next !== undefined) return { start, end: next.start };
  if (comma !== undefined) return { start: comma, end };
  // The only one: its line goes with it where it has one for itself.
  let from = start;
  while (isBlankChar(text[from - 1])) from -= 1;
  let to = end;
  while (isBlankChar(text[to])) to += 1;
  const ownLine = text[from - 1] === "\n" && text[to] === "\n";
  return ownLine ? { start: from, end: to + 1 } : { start, end };
}

function isBlankChar(char: string | undefined): boolean {
  return char === " " || char === "\t" || char === "\r";
}

/** The offset of the line feed, or the text's end. */
function endOfLine(text: string, offset: number): number {
  const at = text.indexOf("\n", offset);
  return at === -1 ? text.length : at;
}

function isBlank(text: string, start: number, end: number): boolean {
  return /^[\s\ufeff]*$/.test(text.slice(start, end));
}
