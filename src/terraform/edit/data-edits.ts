import { groupBy } from "../../base/group-by.js";
import type { Stretch } from "../configuration/syntax/comments.js";
import type { DataCollection, DataItem, DataNode, DataResult } from "../data/data-node.js";
import { withoutItems } from "./collections.js";
import { lineStart } from "./positions.js";
import { applyEdits, type TextEdit } from "./text-edit.js";

/** A data file as it is written, and how it is read. */
export interface WrittenData {
  readonly file: string;
  readonly text: string;
  readonly language: "yaml" | "json";
  read(text: string): DataResult;
}

export type DataEdits =
  | { readonly ok: true; readonly edits: readonly TextEdit[] }
  | { readonly ok: false; readonly reason: string };

/**
 * The edits that remove items from the lists and maps of a data file. The result is parsed again: if anything but these
 * items differs, there is no edit.
 */
export function withoutData(data: WrittenData, places: readonly Stretch[]): DataEdits {
  const before = data.read(data.text);
  if (!before.ok) return { ok: false, reason: before.reason };
  const found = itemsAt(before.node, places);
  if (found === undefined) return { ok: false, reason: "the text there is not an item of a list or map" };
  const gone = new Set(found.map(({ item }) => item));
  // With an item goes all that is in it.
  const items = found.filter((one) => !isBelow(one.parent, gone));
  const edits: TextEdit[] = [];
  for (const [holder, own] of groupBy(items, (one) => one.holder)) {
    const parent = own[0]?.parent?.item;
    const isGone = (item: DataItem) => gone.has(item);
    const made = holder.layout === "flow" ? flowEdits(holder, isGone, data) : blockEdits(holder, isGone, parent, data);
    if (made === undefined) return { ok: false, reason: "it shares a line with something else" };
    edits.push(...made);
  }
  const text = applyEdits(data.text, edits);
  const after = text === undefined ? undefined : data.read(text);
  const isRight = after?.ok === true && contentOf(after.node, new Set()) === contentOf(before.node, gone);
  return isRight ? { ok: true, edits } : { ok: false, reason: "the edit would change other parts of the file" };
}

interface FoundItem {
  readonly item: DataItem;
  readonly holder: DataCollection;
  /** The item that the holder is the value of. */
  readonly parent: FoundItem | undefined;
}

function isBelow(parent: FoundItem | undefined, gone: ReadonlySet<DataItem>): boolean {
  for (let at = parent; at !== undefined; at = at.parent) if (gone.has(at.item)) return true;
  return false;
}

/** The items at these places; undefined if one of them is not an item. */
function itemsAt(root: DataNode, places: readonly Stretch[]): FoundItem[] | undefined {
  const found = new Map<string, FoundItem>();
  const seen = new Set<readonly DataItem[]>();
  const visit = (node: DataNode, of: FoundItem | undefined) => {
    // An alias has the items of what it stands for.
    if ((node.kind !== "list" && node.kind !== "map") || seen.has(node.items)) return;
    seen.add(node.items);
    for (const item of node.items) {
      if ("inherited" in item) continue;
      const own = { item, holder: node, parent: of };
      visit(item.value, own);
      found.set(placeKey(item), own);
      // Of a person who is a map in a list, the whole map goes.
      const whole = node.kind === "map" && of?.holder.kind === "list" ? of : own;
      if (!found.has(placeKey(item.value))) found.set(placeKey(item.value), whole);
      if ("key" in item) found.set(placeKey(item.key), own);
    }
  };
  visit(root, undefined);
  const items = places.map((place) => found.get(placeKey(place)));
  const all = items.flatMap((item) => item ?? []);
  return all.length === items.length ? [...new Map(all.map((one) => [one.item, one])).values()] : undefined;
}

function placeKey({ start, end }: Stretch): string {
  return `${start} ${end}`;
}

/** What a document says, the order of keys aside, without some items. */
function contentOf(node: DataNode, gone: ReadonlySet<DataItem>): string {
  if (node.kind !== "list" && node.kind !== "map") return JSON.stringify({ ...node, start: 0, end: 0 });
  const kept = node.items.filter((item) => !gone.has(item));
  const parts = kept.map((item) => {
    const name = "key" in item && "name" in item ? `${JSON.stringify(item.name)}:` : "";
    return name + contentOf(item.value, gone);
  });
  return node.kind === "list" ? `[${parts.join()}]` : `{${parts.sort().join()}}`;
}

type IsGone = (item: DataItem) => boolean;

function flowEdits(holder: DataCollection, isGone: IsGone, { file, text, language }: WrittenData): TextEdit[] {
  const gone = new Set(holder.items.filter(isGone).map(placeKey));
  const items = holder.items.map((item) => ({ start: item.start, end: item.end, value: undefined }));
  const [start, end] = [holder.start + 1, holder.end - 1];
  const json = language === "json";
  return withoutItems(text, { file, start, end, items, json }, (item) => gone.has(placeKey(item)));
}

/** Each item has lines for itself, or follows on its parent's dash. */
function blockEdits(
  holder: DataCollection,
  isGone: IsGone,
  parent: DataItem | undefined,
  { file, text }: WrittenData,
): TextEdit[] | undefined {
  const { items } = holder;
  const edits: TextEdit[] = [];
  for (const [index, item] of items.entries()) {
    if (!isGone(item)) continue;
    const lines = ownLines(text, item);
    const next = items[index + 1];
    if (lines !== undefined) edits.push({ file, ...lines, text: "" });
    else if (next !== undefined && /^\s*$/.test(text.slice(item.end, next.mark)))
      edits.push({ file, start: item.mark, end: next.mark, text: "" });
    else return undefined;
  }
  if (!items.every(isGone)) return edits;
  const empty = holder.kind === "list" ? "[]" : "{}";
  // Without items, it would be null.
  if (parent !== undefined && "colon" in parent && typeof parent.colon === "number")
    return [{ file, start: parent.colon, end: parent.colon, text: ` ${empty}` }, ...edits];
  const [first, ...others] = edits;
  if (parent !== undefined || first === undefined) return undefined;
  return [{ ...first, text: `${empty}\n` }, ...others];
}

/** The lines of an item, with the comment behind it, and the comment above that is about it alone. */
function ownLines(text: string, item: DataItem): Stretch | undefined {
  const start = lineStart(text, item.mark);
  const rest = /^[ \t]*(?:[ \t]#[^\n]*)?(?:\r?\n|$)/.exec(text.slice(item.end))?.[0];
  if (!/^[ \t]*$/.test(text.slice(start, item.mark)) || rest === undefined) return undefined;
  const end = item.end + rest.length;
  const isComment = (at: number) => /^[ \t]*#/.test(text.slice(at, end));
  let top = start;
  while (top > 0 && isComment(lineStart(text, top - 1))) top = lineStart(text, top - 1);
  // Above items that follow each other without a break, a comment is about all of them.
  const standsAlone = /^[ \t]*(?:#|\r?\n|$)/.test(text.slice(end));
  if (!standsAlone) return { start, end };
  const blankAbove = top === 0 || /\n[ \t]*\r?\n$/.test(text.slice(0, top));
  const blankBelow = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0].length ?? 0;
  return { start: top, end: blankAbove ? end + blankBelow : end };
}
