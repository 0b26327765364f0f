import { type TextEdit, touches } from "./text-edit.js";

/** As much of a change as tells whether another can be made in one go with it. */
interface Change {
  readonly edits: readonly TextEdit[];
  readonly makes?: readonly string[] | undefined;
}

/**
 * Changes that can be made in one go: none touches one before it, or adds what another adds. The others can be worked out
 * again once these are made. What adds something comes first, so that it stands with the first that needs it.
 */
export function changesApart<T extends Change>(changes: readonly T[]): T[] {
  const accepted: T[] = [];
  const edits = new Map<string, TextEdit[]>();
  const made = new Set<string>();
  const adds = ({ makes = [] }: Change) => Number(makes.length > 0);
  for (const change of [...changes].sort((a, b) => adds(b) - adds(a))) {
    if (change.makes?.some((one) => made.has(one))) continue;
    if (change.edits.some((edit) => edits.get(edit.file)?.some((other) => touches(edit, other)))) continue;
    accepted.push(change);
    for (const one of change.makes ?? []) made.add(one);
    for (const edit of change.edits) edits.set(edit.file, [...(edits.get(edit.file) ?? []), edit]);
  }
  return accepted;
}
