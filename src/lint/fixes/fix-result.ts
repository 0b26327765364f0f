import type { InviteEntry } from "../../invites/inventory.js";
import type { Assessment } from "../../invites/planned/assessment.js";
import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { TextEdit } from "../../terraform/edit/text-edit.js";

/** Edits that solve a finding, all of them or none. */
export interface Fix {
  /** Short, and in the imperative, as an editor offers it. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** What the person who takes the fix has to know. */
  readonly note?: string;
  /** What it adds to a module: no other fix may add the same at the same time, but may use it afterwards. */
  readonly makes?: readonly string[];
  /** Whether the state has an invite as it is after the fix, which then replaces nothing. */
  readonly isSame?: (entry: InviteEntry) => boolean;
}

export type FixResult =
  | { readonly kind: "fix"; readonly fix: Fix }
  /** There is a way, but not one that is surely safe here. */
  | { readonly kind: "refused"; readonly reason: string };

export function refuse(reason: string): FixResult {
  return { kind: "refused", reason };
}

export const BLOCK_NOT_FOUND = refuse("the block was not found");
export const OVERRIDDEN = refuse("an override file has a part of the block");

/** A fix by an edit, where there is one. */
export function fixWith(title: string, edit: TextEdit | undefined, more: Pick<Fix, "isSame"> = {}): FixResult {
  return edit === undefined ? BLOCK_NOT_FOUND : { kind: "fix", fix: { title, edits: [edit], ...more } };
}

export function textOfFile(file: string, { inventory }: Assessment): string {
  return inventory.configuration.texts.get(file) ?? "";
}

const REPLACED = "the change replaces it: the person gets a new invitation, or the apply fails";

interface WhatIsHeld extends Pick<Fix, "isSame"> {
  /** There may be a state which was not read. */
  readonly unread?: boolean;
}

/** Why a change that replaces an invite cannot be called safe here, or undefined where nothing was applied yet. */
export function whyReplaced(
  { inventory: { configuration, state, entries } }: Assessment,
  resource: ConfiguredResource,
  { unread = false, isSame = () => false }: WhatIsHeld = {},
): string | undefined {
  if (configuration.settings.backend !== undefined)
    return `the state is in a backend, and if the invite is in it, ${REPLACED}`;
  if (state === undefined && unread) return `its state was not read, and if the invite is in it, ${REPLACED}`;
  // Under an old address as well, from which a block moves it here.
  const held = entries.some(
    (entry) =>
      entry.inState &&
      entry.address.type === resource.type &&
      entry.address.name === resource.name &&
      entry.address.module.map(({ name }) => name).join(".") === resource.modulePath.join(".") &&
      !isSame(entry),
  );
  return held
    ? `the invite is in the state, and ${REPLACED}; forget it first (tfinvite repair) or wait until it is accepted`
    : undefined;
}

/** The same for every invite whose block an edit is in, whichever call of its module leads there. */
export function whyReplacedAt(edit: TextEdit, assessment: Assessment, held: WhatIsHeld): string | undefined {
  for (const resource of assessment.inventory.configuration.resources) {
    const { file, start, end } = resource.block.range;
    const holds = file === edit.file && start.offset <= edit.start && edit.end <= end.offset;
    const why = holds && resource.mode === "managed" ? whyReplaced(assessment, resource, held) : undefined;
    if (why !== undefined) return why;
  }
  return undefined;
}
