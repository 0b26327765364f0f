import { partition } from "../base/partition.js";
import { SUPPRESSION_MARK } from "../invites/rules/finding.js";
import { type Comment, commentsOf, type Stretch } from "../terraform/configuration/syntax/comments.js";
import { LineIndex } from "../terraform/configuration/syntax/line-index.js";
import type { Body, ParsedFile } from "../terraform/configuration/syntax/syntax.js";
import type { SourceRange } from "../terraform/source-range.js";

/** One `tfinvite-ignore: rule[, rule] [until DATE] -- reason`. */
export interface Suppression {
  readonly file: string;
  readonly comment: Comment;
  /** The directive: from its mark to the end of its reason. */
  readonly range: SourceRange;
  readonly names: readonly SuppressedName[];
  readonly reason?: string;
  readonly until?: Expiry;
  /** Where a finding has to start for this to be about it. Offsets into the file's text. */
  readonly scopes: readonly Stretch[];
}

/** The last day of a suppression. */
export interface Expiry {
  /** As written, or empty where nothing is. */
  readonly text: string;
  /** The first moment after that day in UTC, in milliseconds since 1970; absent where the text is no such day. */
  readonly end?: number;
}

/** A name in the list of rules, whether there is such a rule or not. */
export interface SuppressedName {
  readonly name: string;
  readonly range: SourceRange;
}

/** The mark with the letters that follow it. A missing colon is reported where a line begins with the mark. */
const DIRECTIVE = /tfinvite-ignore([\w-]*)([ \t]*:)?/g;
const REASON = /(?:^|\s)--(?:\s|$)/;
const UNTIL = /(?:^|[\s,])until(?:\s([\s\S]*))?$/;
const DAY = 86_400_000;
const EVERYWHERE: Stretch = { start: 0, end: Number.POSITIVE_INFINITY };

/** The suppressions of a file, from top to bottom; free of cost for a file that has none. */
export function suppressionsOf(file: ParsedFile): readonly Suppression[] {
  if (!file.text.includes(SUPPRESSION_MARK)) return [];
  const lines = new LineIndex(file.file, file.text);
  const comments = commentsOf(file);
  const surroundings = surroundingsOf(file, comments);
  return comments.flatMap((comment, index) =>
    directivesOf(comment).map(({ start, end, kind, list }): Suppression => {
      const read = readList(file.text.slice(list, end), list, lines);
      return {
        file: file.file,
        comment,
        range: lines.range(start, end),
        ...(kind === "unknown" ? { ...read, names: [] } : read),
        scopes: kind === "file" ? fileScopes(comment, surroundings) : blockScopes(comment, index, surroundings),
      };
    }),
  );
}

/** `list` is where a directive's list of rules begins. */
function directivesOf({ text, textStart }: Comment) {
  const directives = [];
  let lineStart = 0;
  for (const line of text.split("\n")) {
    const match = [...line.matchAll(DIRECTIVE)].find(
      // Prose may speak of it; what cannot be prose is the colon, or the mark at the beginning of a line.
      ({ index, 2: colon }) => colon !== undefined || /^[\s#*/]*$/.test(line.slice(0, index)),
    );
    if (match !== undefined) {
      const [whole, suffix = "", colon] = match;
      const kind = colon === undefined ? "unknown" : suffix === "" ? "block" : suffix === "-file" ? "file" : "unknown";
      const start = textStart + lineStart + match.index;
      const end = textStart + lineStart + line.trimEnd().length;
      directives.push({ kind, start, end, list: start + whole.length });
    }
    lineStart += line.length + 1;
  }
  return directives;
}

function readList(text: string, start: number, lines: LineIndex): Pick<Suppression, "names" | "reason" | "until"> {
  const mark = REASON.exec(text);
  const head = mark === null ? text : text.slice(0, mark.index);
  const until = UNTIL.exec(head);
  const list = until === null ? head : head.slice(0, until.index);
  const reason = mark === null ? "" : text.slice(mark.index + mark[0].length).trim();
  const names: SuppressedName[] = [];
  let at = start;
  for (const part of list.split(",")) {
    const name = part.trim();
    const from = at + (part.length - part.trimStart().length);
    if (name !== "") names.push({ name, range: lines.range(from, from + name.length) });
    at += part.length + 1;
  }
  return {
    names,
    ...(reason !== "" && { reason }),
    ...(until !== null && { until: expiryOf(until[1]?.trim() ?? "") }),
  };
}

function expiryOf(text: string): Expiry {
  const start = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // February 30 may be taken for a day in March.
  const isDay = !Number.isNaN(start) && new Date(start).toISOString().startsWith(text);
  return { text, ...(isDay && { end: start + DAY }) };
}

/** What a comment's reach depends on, made once for a file. */
interface Surroundings {
  readonly text: string;
  /** By where they start. */
  readonly items: readonly Item[];
  /** The file's first code, or the text's length. */
  readonly firstCode: number;
  /** For each comment the code that comes after it, or the text's length. */
  readonly nextCode: readonly number[];
  readonly lineStarts: readonly number[];
}

function surroundingsOf({ language, text, body }: ParsedFile, comments: readonly Comment[]): Surroundings {
  if (language === "json") return { text, items: [], firstCode: 0, nextCode: [], lineStarts: [] };
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const codeBetween = (start: number, end: number) => {
    const code = text.slice(start, end).search(/[^\s\ufeff]/);
    return code === -1 ? undefined : start + code;
  };
  const nextCode = comments.map(() => text.length);
  for (const [index, { range }] of [...comments.entries()].reverse()) {
    const next = comments[index + 1]?.range.start.offset ?? text.length;
    nextCode[index] = codeBetween(range.end.offset, next) ?? nextCode[index + 1] ?? text.length;
  }
  const firstCode = codeBetween(0, comments[0]?.range.start.offset ?? text.length) ?? nextCode[0] ?? text.length;
  return { text, items: itemsOf(body), firstCode, nextCode, lineStarts };
}

/** `ignore-file` counts before any code, or in a JSON file's outermost object. */
function fileScopes(comment: Comment, { firstCode }: Surroundings): readonly Stretch[] {
  const counts = comment.kind === "json" ? comment.topLevel : comment.range.start.offset < firstCode;
  return counts ? [EVERYWHERE] : [];
}

function blockScopes(comment: Comment, index: number, surroundings: Surroundings): readonly Stretch[] {
  if (comment.kind === "json") return [comment.topLevel ? EVERYWHERE : comment.holder];
  const { items, text, nextCode } = surroundings;
  const start = comment.range.start.offset;
  const end = comment.range.end.offset;
  const own = linesOf(start, end, surroundings);
  const scopes: Stretch[] = [own];
  if (comment.afterCode) {
    // `resource "a" "b" { # tfinvite-ignore: …` and `projects = [ # tfinvite-ignore: …` speak of all that begins there.
    const around = startingIn(items, { ...own, end: start });
    scopes.push(...around.filter((item) => item.bodyStart <= start && end <= item.end));
  }
  if (!comment.alone) return scopes;
  const code = nextCode[index] ?? text.length;
  if (code < text.length) {
    const line = linesOf(code, code, surroundings);
    scopes.push(line, ...startingIn(items, line));
  }
  const inner = innermostBlock(items, start, end);
  if (inner !== undefined && inner.blockType !== "locals") scopes.push(inner);
  return scopes;
}

/** An argument or a block. */
interface Item extends Stretch {
  /** Behind the opening brace, or where the value begins. */
  readonly bodyStart: number;
  /** Absent for an argument. */
  readonly blockType?: string;
  /** The block around it. */
  readonly parent: Item | undefined;
}

/** Every argument and block, by where it starts. */
function itemsOf(body: Body): Item[] {
  const items: Item[] = [];
  const waiting: { readonly body: Body; readonly parent: Item | undefined }[] = [{ body, parent: undefined }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { body, parent } = next;
    for (const attribute of body.attributes()) {
      items.push({ ...stretchOf(attribute), bodyStart: attribute.nameRange.end.offset, parent });
    }
    for (const block of body.allBlocks()) {
      const item = { ...stretchOf(block), bodyStart: block.body.range.start.offset, blockType: block.type, parent };
      items.push(item);
      waiting.push({ body: block.body, parent: item });
    }
  }
  return items.sort((a, b) => a.start - b.start || b.end - a.end);
}

function startingIn(items: readonly Item[], { start, end }: Stretch): Item[] {
  return items.slice(firstFrom(items, start), firstFrom(items, end));
}

function innermostBlock(items: readonly Item[], start: number, end: number): Item | undefined {
  let item = items[firstFrom(items, start) - 1];
  while (item !== undefined && (item.blockType === undefined || item.bodyStart > start || item.end < end)) {
    item = item.parent;
  }
  return item;
}

/** The index of the first item that starts there or later. */
function firstFrom(items: readonly Item[], offset: number): number {
  return partition(items.length, (index) => (items[index]?.start ?? 0) < offset);
}

export function stretchOf({ range: { start, end } }: { readonly range: SourceRange }): Stretch {
  return { start: start.offset, end: end.offset };
}

/** Whole lines, the last one's end included. */
function linesOf(start: number, end: number, { text, lineStarts }: Surroundings): Stretch {
  const first = partition(lineStarts.length, (index) => (lineStarts[index] ?? 0) <= start);
  const behind = partition(lineStarts.length, (index) => (lineStarts[index] ?? 0) <= end);
  return { start: lineStarts[first - 1] ?? 0, end: lineStarts[behind] ?? text.length + 1 };
}
