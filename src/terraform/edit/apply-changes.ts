import type { SourceRange } from "../source-range.js";
import { bodyNodeOf, treeOf, without } from "./json-edits.js";
import { blockLines, isJson } from "./places.js";
import type { TextEdit } from "./text-edit.js";

/** A block to be deleted, with the comments right above it. */
export interface BlockDeletion {
  readonly block: SourceRange;
}

export type TextChange = TextEdit | BlockDeletion;

/** Where a change is. */
export function placeOf(change: TextChange): Omit<TextEdit, "text"> {
  if (!("block" in change)) return change;
  const { file, start, end } = change.block;
  return { file, start: start.offset, end: end.offset };
}

/**
 * The texts of files after changes: those files only that change. Undefined where two changes overlap, other than one
 * inside a block that is deleted, or where a block is not where it should be.
 */
export function applyChanges(
  changes: readonly TextChange[],
  textOf: (file: string) => string | undefined,
): Map<string, string> | undefined {
  const texts = new Map<string, string>();
  for (const file of new Set(changes.map((change) => placeOf(change).file))) {
    const before = textOf(file);
    const after =
      before === undefined
        ? undefined
        : changed(
            before,
            changes.filter((one) => placeOf(one).file === file),
          );
    if (after === undefined) return undefined;
    if (after !== before) texts.set(file, after);
  }
  return texts;
}

/** From the end of the file to its start, so that the places of those still to be made stay what they are. */
function changed(before: string, changes: readonly TextChange[]): string | undefined {
  const deletions = changes.filter((change) => "block" in change);
  const wanted = distinct(changes).filter((change) => !deletions.some((other) => isInside(change, other)));
  const sorted = wanted.sort((a, b) => placeOf(b).start - placeOf(a).start || placeOf(b).end - placeOf(a).end);
  let text: string | undefined = before;
  let bound = before.length;
  for (const change of sorted) {
    const { start, end } = placeOf(change);
    if (text === undefined || end > bound) return undefined;
    text = "block" in change ? withoutBlock(text, change.block) : text.slice(0, start) + change.text + text.slice(end);
    bound = start;
  }
  return text;
}

function withoutBlock(text: string, block: SourceRange): string | undefined {
  if (isJson(block.file)) {
    const node = bodyNodeOf(treeOf(text), block);
    return node && without(text, node);
  }
  const { start, end } = blockLines(text, block);
  return text.slice(0, start) + text.slice(end);
}

function distinct(changes: readonly TextChange[]): TextChange[] {
  const seen = new Map<string, TextChange>();
  for (const change of changes) {
    const { start, end } = placeOf(change);
    seen.set(`${start} ${end} ${"block" in change ? "block" : change.text}`, change);
  }
  return [...seen.values()];
}

function isInside(inner: TextChange, outer: TextChange): boolean {
  if (inner === outer) return false;
  const [a, b] = [placeOf(inner), placeOf(outer)];
  return b.start <= a.start && a.end <= b.end && !(a.start === b.start && a.end === b.end);
}
