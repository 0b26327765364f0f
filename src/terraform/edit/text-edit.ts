import type { Stretch } from "../configuration/syntax/comments.js";
import { parseFile } from "../configuration/syntax/parse-file.js";
import { isConfigurationFile, isJsonFile } from "../files/file-names.js";
import type { SourceRange } from "../source-range.js";
import { bodyNodeOf, treeOf, without } from "./json-edits.js";
import { blockLines } from "./positions.js";

/** Text to be put in the place of a stretch of a file, which is named as shown. */
export interface TextEdit extends Stretch {
  readonly file: string;
  readonly text: string;
}

/** A block to be deleted, with the comments right above it. */
export interface BlockDeletion {
  readonly block: SourceRange;
}

export type Change = TextEdit | BlockDeletion;

/** Where a change is. */
export function stretchOf(change: Change): Omit<TextEdit, "text"> {
  if (!("block" in change)) return change;
  const { file, start, end } = change.block;
  return { file, start: start.offset, end: end.offset };
}

/** The edit that deletes a block; undefined where the block is not where it should be. */
export function deletionOf(text: string, block: SourceRange): TextEdit | undefined {
  const { file } = block;
  if (!isJsonFile(file)) return { file, ...blockLines(text, block), text: "" };
  const node = bodyNodeOf(treeOf(text), block);
  return node && editBetween(file, text, without(text, node));
}

/** The one edit that makes `after` of `before`, as short as it can be; undefined where they are the same. */
export function editBetween(file: string, before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < most - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { file, start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}

/** Changes that are made together or not at all. */
interface Proposal {
  readonly edits: readonly TextEdit[];
  /** What they add to a module: no other proposal may add the same at the same time. */
  readonly makes?: readonly string[] | undefined;
}

/**
 * Proposals that can be made in one go: none touches one before it, or adds what another adds. The others can be worked
 * out again once these are made. Proposals that add something come first, so that it is next to the first one that
 * needs it.
 */
export function nonOverlapping<T extends Proposal>(proposals: readonly T[]): T[] {
  const accepted: T[] = [];
  const edits: TextEdit[] = [];
  const made = new Set<string>();
  const adds = ({ makes = [] }: Proposal) => Number(makes.length > 0);
  for (const proposal of proposals.toSorted((a, b) => adds(b) - adds(a))) {
    const { makes = [] } = proposal;
    if (makes.some((one) => made.has(one))) continue;
    if (proposal.edits.some((edit) => edits.some((other) => touches(edit, other)))) continue;
    accepted.push(proposal);
    for (const one of makes) made.add(one);
    edits.push(...proposal.edits);
  }
  return accepted;
}

/** Whether two edits are at one place or side by side, so that the order in which they are made would count. */
function touches(a: TextEdit, b: TextEdit): boolean {
  return a.file === b.file && a.start <= b.end && b.start <= a.end;
}

/**
 * A file's text with changes of it made. Undefined where two changes overlap, other than one inside a block that is
 * deleted, or where a block is not where it should be.
 */
export function applyEdits(text: string, changes: readonly Change[]): string | undefined {
  const deletions = changes.filter((change) => "block" in change).map(stretchOf);
  // Text inserted directly after a block is not in it.
  const isSwallowed = ({ start, end }: Stretch) =>
    deletions.some(
      (other) => other.start <= start && start < other.end && end <= other.end && end - start < other.end - other.start,
    );
  const distinct = new Map(
    changes.map((change) => {
      const { start, end } = stretchOf(change);
      return [`${start} ${end} ${"block" in change ? "block" : change.text}`, { start, end, change }];
    }),
  );
  // From the end to the start, so that the places of those still to be made stay what they are.
  const sorted = [...distinct.values()]
    .filter((one) => !isSwallowed(one))
    .sort((a, b) => b.start - a.start || b.end - a.end);
  let done = text;
  let bound = text.length;
  for (const { change, start, end } of sorted) {
    const edit = "block" in change ? deletionOf(done, change.block) : change;
    if (edit === undefined || end > bound) return undefined;
    done = done.slice(0, edit.start) + edit.text + done.slice(edit.end);
    bound = start;
  }
  return done;
}

const NO_PROBLEMS = { problems: [] };

export type EditResult =
  /** The files that are changed, by name as shown. */
  | { readonly ok: true; readonly texts: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly reason: "overlapping" }
  | { readonly ok: false; readonly reason: "unparsable"; readonly file: string };

/**
 * Makes changes in memory: all of them, and only where HashiCorp's parser finds nothing wrong with what becomes of a
 * file.
 */
export async function editTexts(
  changes: readonly Change[],
  textOf: (file: string) => string | undefined,
): Promise<EditResult> {
  const texts = new Map<string, string>();
  for (const file of new Set(changes.map((change) => stretchOf(change).file))) {
    const before = textOf(file);
    const own = changes.filter((change) => stretchOf(change).file === file);
    const after = before === undefined ? undefined : applyEdits(before, own);
    if (before === undefined || after === undefined) return { ok: false, reason: "overlapping" };
    if (after === before) continue;
    // What became of a data file was looked at when its edits were made.
    const { problems } = isConfigurationFile(file) ? await parseFile(file, after, { validate: true }) : NO_PROBLEMS;
    if (problems.length > 0) return { ok: false, reason: "unparsable", file };
    texts.set(file, after);
  }
  return { ok: true, texts };
}
