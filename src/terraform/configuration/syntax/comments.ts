import type { Node } from "jsonc-parser";
import type { SourceRange } from "../../source-range.js";
import { scanCode } from "./code-scanner.js";
import { jsonTree } from "./json-syntax.js";
import { LineIndex } from "./line-index.js";
import type { ParsedFile } from "./syntax.js";

/** A comment of a configuration file. In JSON syntax that is a string under a key `"//"`. */
export type Comment = NativeComment | JsonComment;

interface CommentText {
  /** With its markers, or its quotes; a line comment without its line's end. */
  readonly range: SourceRange;
  /** The text between the markers or quotes, as it is written. */
  readonly text: string;
  /** The offset of `text` in the file. */
  readonly textStart: number;
}

/** `# …`, `// …`, `/* … *\/`. */
export interface NativeComment extends CommentText {
  readonly kind: "native";
  /** Whether there is code before it on its first line. */
  readonly afterCode: boolean;
  /** Whether its lines contain only comments and white space. */
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
  return file.language === "json"
    ? jsonComments(file.text, lines)
    : nativeComments(file.text, file.problems.length > 0, lines);
}

function nativeComments(text: string, broken: boolean, lines: LineIndex): NativeComment[] {
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
  const codeLines = new Set<number>();
  let at = 0;
  const addCodeUpTo = (end: number) => {
    for (const { index } of text.slice(at, end).matchAll(/\S.*/g)) codeLines.add(lines.position(at + index).line);
  };
  const comments = stretches.map(({ start, end }): Omit<NativeComment, "alone"> => {
    addCodeUpTo(start);
    at = end;
    const opening = text[start] === "#" ? 1 : 2;
    // A comment that is cut off by the file's end has no closing marker.
    const closes = text[start + 1] === "*" && end - start >= 4 && text.slice(end - 2, end) === "*/";
    const range = lines.range(start, end);
    return {
      kind: "native",
      range,
      text: text.slice(start + opening, closes ? end - 2 : end),
      textStart: start + opening,
      afterCode: codeLines.has(range.start.line),
    };
  });
  addCodeUpTo(text.length);
  return comments.map((comment) => {
    const { start, end } = comment.range;
    return { ...comment, alone: !codeLines.has(start.line) && !codeLines.has(end.line) };
  });
}

function endOfComment(text: string, start: number): number {
  const block = text.startsWith("/*", start);
  const close = text.indexOf(block ? "*/" : "\n", start + (block ? 2 : 0));
  if (close === -1) return !block && text.endsWith("\r") ? text.length - 1 : text.length;
  if (block) return close + 2;
  return text[close - 1] === "\r" ? close - 1 : close;
}

function jsonComments(text: string, lines: LineIndex): JsonComment[] {
  const found: JsonComment[] = [];
  const visit = (node: Node, index: number) => {
    const [key, value] = node.type === "property" ? (node.children ?? []) : [];
    if (key?.value === "//" && value !== undefined) {
      const several = value.type === "array" && (value.children?.length ?? 0) > 1;
      for (const [at, one] of (value.type === "array" ? (value.children ?? []) : [value]).entries()) {
        const closed = one.length >= 2 && text[one.offset + one.length - 1] === '"';
        if (one.type !== "string" || !closed) continue;
        found.push({
          ...jsonComment(text, one, node, lines),
          removal: removalOf(text, several ? one : node, several ? at : index),
        });
      }
    }
    node.children?.forEach(visit);
  };
  const tree = jsonTree(text);
  if (tree !== undefined) visit(tree, 0);
  return found;
}

/** One string of the member `"//"`. */
function jsonComment(text: string, string: Node, member: Node, lines: LineIndex): Omit<JsonComment, "removal"> {
  const [start, end] = [string.offset, string.offset + string.length];
  const holder = member.parent;
  const above = holder?.parent;
  // The only object in a list owns the list's key as well; one of several does not.
  const owner = above?.type === "array" && above.children?.length === 1 ? above.parent : above;
  const owns = owner?.type === "property" ? owner : holder;
  return {
    kind: "json",
    range: lines.range(start, end),
    text: text.slice(start + 1, end - 1),
    textStart: start + 1,
    holder: {
      start: owns?.offset ?? 0,
      end: holder === undefined || holder.length < 0 ? text.length : holder.offset + holder.length,
    },
    topLevel: above === undefined,
  };
}

/** A member or item, the `index`-th of its object or list, with one of the commas beside it. */
function removalOf(text: string, { parent, offset: start, length }: Node, index: number): Stretch {
  const [before, after] = [parent?.children?.[index - 1], parent?.children?.[index + 1]];
  const end = start + length;
  if (after !== undefined) return { start, end: after.offset };
  const comma = before === undefined ? -1 : text.indexOf(",", before.offset + before.length);
  if (comma !== -1 && comma < start) return { start: comma, end };
  // The only one: its line is removed with it if nothing else is on it.
  const isBlank = (at: number) => /^[ \t\r]$/.test(text[at] ?? "");
  let from = start;
  while (isBlank(from - 1)) from -= 1;
  let to = end;
  while (isBlank(to)) to += 1;
  return text[from - 1] === "\n" && text[to] === "\n" ? { start: from, end: to + 1 } : { start, end };
}
