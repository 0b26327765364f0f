import type { Expression, ParsedFile } from "../configuration/syntax/syntax.js";
import { visitBody } from "../configuration/syntax/traversal.js";
import { isJsonFile } from "../files/file-names.js";
import type { SourceRange } from "../source-range.js";
import { lineStart } from "./positions.js";
import type { TextEdit } from "./text-edit.js";

/** A list or a map as it is written: offsets of the text between its brackets, and of each item. */
export interface WrittenCollection {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly items: readonly WrittenItem[];
  /** Whether it is JSON, where the file's name does not say so. */
  readonly json?: boolean;
}

export interface WrittenItem {
  readonly start: number;
  readonly end: number;
  /** Where the key of a map's item ends. */
  readonly nameEnd?: number;
  /** What makes two items of one list the same. */
  readonly value: string | number | boolean | null | undefined;
}

/** Every collection that is written out in a file. */
export function collectionsIn({ body, file }: ParsedFile): WrittenCollection[] {
  const found: WrittenCollection[] = [];
  visitBody(body, (expression) => {
    const items = itemsOf(expression);
    const { start, end } = expression.range;
    if (items !== undefined) found.push({ file, start: start.offset + 1, end: end.offset - 1, items });
  });
  return found;
}

function itemsOf(expression: Expression): WrittenItem[] | undefined {
  if (expression.kind === "tuple") return expression.items.map((item) => written(item.range, item.range, item));
  if (expression.kind === "object")
    return expression.items.map(({ key, value }) => ({
      ...written(key.range, value.range),
      nameEnd: key.range.end.offset,
    }));
  return undefined;
}

function written({ start }: SourceRange, { end }: SourceRange, item?: Expression): WrittenItem {
  return { start: start.offset, end: end.offset, value: item?.kind === "literal" ? item.value : undefined };
}

/** The edits that remove items from a collection without changing any other byte. */
export function withoutItems(
  text: string,
  collection: WrittenCollection,
  isGone: (item: WrittenItem) => boolean,
): TextEdit[] {
  const { file, items, json = isJsonFile(file) } = collection;
  const edits: TextEdit[] = [];
  const cut = (start: number, end: number) => edits.push({ file, start, end, text: "" });
  if (items.every(isGone) && (json || !/[\r\n#]|\/[/*]/.test(outside(text, collection)))) {
    return [{ file, start: collection.start, end: collection.end, text: "" }];
  }
  for (let at = 0; at < items.length; at += 1) {
    const first = items[at];
    if (first === undefined || !isGone(first)) continue;
    const line = json || hasCommaBelow(text, first, items[at + 1]) ? undefined : ownLine(text, first);
    if (line !== undefined) {
      cut(line.start, line.end);
      continue;
    }
    let last = first;
    for (let next = items[at + 1]; next !== undefined && isGone(next); next = items[at + 1]) {
      // What is noted between two stays.
      if (!json && (ownLine(text, next) !== undefined || !isBlank(text, last.end, next.start))) break;
      last = next;
      at += 1;
    }
    cutRun(text, collection, { first, last, before: items[items.indexOf(first) - 1], after: items[at + 1] }, cut);
  }
  return merged(edits);
}

interface Run {
  readonly first: WrittenItem;
  readonly last: WrittenItem;
  readonly before: WrittenItem | undefined;
  readonly after: WrittenItem | undefined;
}

/** Items that share a line with others, or with the brackets. */
function cutRun(
  text: string,
  { file, end, json = isJsonFile(file) }: WrittenCollection,
  run: Run,
  cut: (start: number, end: number) => void,
) {
  const { first, last, before, after } = run;
  if (after !== undefined && (json || isBlank(text, last.end, after.start) || hasCommaBelow(text, last, after)))
    return cut(first.start, after.start);
  const comma = commaLength(text, last.end, after?.start ?? end);
  if (before === undefined || !(json || isBlank(text, before.end, first.start)))
    return cut(first.start, last.end + comma);
  // With the comma in front where nothing follows, else with the one behind.
  if (after === undefined || comma === 0) return cut(before.end, last.end);
  return cut(before.end + commaLength(text, before.end), last.end + comma);
}

function commaLength(text: string, start: number, end?: number): number {
  return /^[ \t]*,/.exec(text.slice(start, end))?.[0].length ?? 0;
}

/** Whether the comma behind an item begins the next line. */
function hasCommaBelow(text: string, item: WrittenItem, next: WrittenItem | undefined): boolean {
  return next !== undefined && /^[ \t]*\r?\n\s*,\s*$/.test(text.slice(item.end, next.start));
}

function isBlank(text: string, from: number, to: number): boolean {
  return /^[ \t,]*$/.test(text.slice(from, to));
}

/** The whole lines of an item that has them for itself, with its comma and the comment behind it. */
function ownLine(text: string, item: WrittenItem): { readonly start: number; readonly end: number } | undefined {
  const start = lineStart(text, item.start);
  const rest = /^[ \t]*,?[ \t]*(?:(?:#|\/\/)[^\n]*)?\r?\n/.exec(text.slice(item.end))?.[0];
  if (!/^[ \t]*$/.test(text.slice(start, item.start)) || rest === undefined) return undefined;
  return { start, end: item.end + rest.length };
}

/** What a collection has between and around its items. */
function outside(text: string, { start, end, items }: WrittenCollection): string {
  const gaps = items.map((item, at) => text.slice(items[at - 1]?.end ?? start, item.start));
  return gaps.join("") + text.slice(items.at(-1)?.end ?? start, end);
}

/** Stretches side by side as one. */
function merged(edits: readonly TextEdit[]): TextEdit[] {
  const whole: TextEdit[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    const last = whole.at(-1);
    if (last !== undefined && edit.start <= last.end) {
      whole[whole.length - 1] = { ...last, end: Math.max(last.end, edit.end) };
    } else whole.push(edit);
  }
  return whole;
}
