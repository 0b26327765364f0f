import { count } from "../base/phrases.js";
import { type InviteEntry, storedName } from "../invites/inventory.js";
import { countDistinct, inviteKey } from "../invites/planned/assessment.js";
import type { ForgetBlock } from "../invites/remedies/forget-blocks.js";
import type { RepairPlan } from "../invites/remedies/repair-plan.js";
import { tfinviteCommand } from "./commands.js";
import { type DoneEdit, doneSection, type LeftEdit, leftSection } from "./messages/edit-words.js";
import type { ShownEdits } from "./repair-outcome.js";
import { formatRepairNotes, formatSections, type NotedRepair } from "./repair-text.js";
import type { Style } from "./style.js";

/** The blocks of one root module and the edits beside them, as far as they are shown. */
export interface ShownBlocks {
  readonly plan: RepairPlan;
  readonly blocks: readonly ForgetBlock[];
  readonly edited: {
    /** Invites that the configuration does not declare any more. */
    readonly edited: readonly InviteEntry[];
    readonly left: readonly LeftEdit[];
    readonly done: readonly DoneEdit[];
  };
  /** Selected ones that other blocks speak of in a way that does not go with forgetting them. */
  readonly refused: readonly { readonly entry: InviteEntry; readonly why: string }[];
  /** How many invites are forgotten by blocks that are there already. */
  readonly covered: number;
  readonly file: { readonly name: string };
  /** What the file is to hold. */
  readonly text: string;
}

/** All blocks as one text; of several root modules each under the name of its file. */
export function formatBlocks(roots: readonly ShownBlocks[]): string {
  return roots
    .filter(({ blocks }) => blocks.length > 0)
    .map(({ file, text }) => (roots.length > 1 && !file.name.endsWith(".json") ? `# ${file.name}\n${text}` : text))
    .join("\n");
}

/** What goes with blocks that were printed: they are one half. */
export function formatEmitted(roots: readonly ShownBlocks[], isInFile: boolean, style: Style): string {
  return roots.map((root) => emittedNotes(root, isInFile) + unwritten(root, style)).join("");
}

function emittedNotes({ plan, blocks, file, edited }: ShownBlocks, isInFile: boolean): string {
  if (blocks.length === 0) return "";
  const where = isInFile ? `they are in ${file.name}` : `put them into ${file.name}`;
  const steps = plan.steps.length + plan.dependents.length;
  if (steps === 0) return `note: ${where}, apply, and delete the file again: tfinvite repair --clean\n`;
  const both =
    edited.done.length > 0 ? "note: tfinvite repair --as blocks --write does both, wherever that is safe\n" : "";
  return `note: ${where}, with the ${count(steps, "change")} above in the same pull request: Terraform refuses the blocks for what is still declared\n${both}`;
}

/** Invites that no block was written for: forgotten by others, or refused. */
function unwritten({ covered, refused }: ShownBlocks, style: Style): string {
  const invites = `${count(covered, "invite")} ${covered === 1 ? "is" : "are"}`;
  const note = `note: ${invites} forgotten by blocks that are there already, with the next apply\n`;
  const rows = refused.map(({ entry, why }) => [storedName(entry), why] as const);
  return (
    (covered === 0 ? "" : note) +
    formatSections([{ title: `${count(refused.length, "invite")} without a block:`, rows }], style)
  );
}

/** What was written, what goes with the next apply, and what is left to a person. */
export function formatWritten(
  roots: readonly ShownBlocks[],
  { plans, report }: Pick<NotedRepair, "plans" | "report">,
  { isAny, left }: { readonly isAny: boolean; readonly left: number },
  style: Style,
): string {
  const going = new Set(
    roots.flatMap(({ edited }) => edited.edited.map((entry) => inviteKey(entry.directory, entry.name))),
  );
  const told = plans.map((plan) => {
    const forget = plan.forget.filter(({ entry }) => going.has(inviteKey(entry.directory, entry.name)));
    return { ...plan, forget, steps: [], dependents: [] };
  });
  const written = roots.map((root) => writtenText(root, roots.length > 1, style)).join("");
  const text = formatRepairNotes(told, report.now, style) + written;
  if (!isAny) return `${text}${left > 0 ? "" : roots.length === 0 ? "nothing to forget\n" : "nothing more to write\n"}`;
  const command = tfinviteCommand("repair", report, ["--clean"]);
  return `${text}${count(going.size, "invite")} to be forgotten by the next apply; once that is done: ${command}\n`;
}

/** What was edited in the configuration alone. */
export function formatEdited(
  roots: readonly {
    readonly plan: RepairPlan;
    readonly edited: ShownEdits & { readonly edited: readonly InviteEntry[] };
  }[],
  { plans, report }: Pick<NotedRepair, "plans" | "report">,
  style: Style,
): string {
  const sections = roots.flatMap(({ plan, edited }) => {
    const where = roots.length > 1 ? ` in ${plan.directory}` : "";
    const { done, left } = edited;
    return [doneSection(`Changed${where}:`, done), leftSection(`Left to you${where}:`, left)];
  });
  const going = countDistinct(roots.flatMap(({ edited }) => edited.edited));
  const held = plans.reduce((sum, { forget }) => sum + forget.length, 0);
  const command = tfinviteCommand("repair", report, ["--apply", "--write"]);
  const note =
    held === 0 ? "" : `note: ${count(held, "used invite")} still in the state; to remove them there, too: ${command}\n`;
  const end = roots.length === 0 ? "nothing to edit" : `${count(going, "invite")} taken out of the configuration`;
  return `${formatSections(sections, style)}${note}${end}\n`;
}

function writtenText(root: ShownBlocks, isOneOfSeveral: boolean, style: Style): string {
  const { plan, edited, blocks, file } = root;
  const where = isOneOfSeveral ? ` in ${plan.directory}` : "";
  const isHeld = ({ entries }: LeftEdit) => entries.some(({ inState }) => inState);
  const sections = [
    { title: `Written${where}:`, rows: blocks.length === 0 ? [] : [[file.name, blockCount(blocks)] as const] },
    doneSection(`Changed${where}:`, edited.done),
    leftSection(`Left to you${where}, in the state and in the configuration:`, edited.left.filter(isHeld)),
    // What only invites the same people again is in no state.
    leftSection(
      `Left to you${where}, in the configuration:`,
      edited.left.filter((one) => !isHeld(one)),
    ),
  ];
  return formatSections(sections, style) + unwritten(root, style);
}

function blockCount(blocks: readonly ForgetBlock[]): string {
  const moved = blocks.filter(({ kind }) => kind === "moved").length;
  const removed = count(blocks.length - moved, "removed block");
  return moved > 0 ? `${count(moved, "moved block")} and ${removed}` : removed;
}

/** Blocks that were deleted because they have done their work, each with its place. */
export interface ShownClean {
  readonly deleted: readonly (readonly [place: string, what: string])[];
  /** Done as well, and not to be touched. */
  readonly left: readonly (readonly [place: string, why: string])[];
  /** How many have still something to do. */
  readonly waiting: number;
}

export function formatClean({ deleted, left, waiting }: ShownClean, style: Style): string {
  const sections = formatSections(
    [
      { title: "Deleted:", rows: deleted },
      { title: "Left to you, though done:", rows: left },
    ],
    style,
  );
  if (waiting > 0) {
    const have = waiting === 1 ? "has" : "have";
    return `${sections}note: ${count(waiting, "block")} of tfinvite's ${have} still something to do: apply first\n`;
  }
  return deleted.length + left.length > 0 ? sections : "no block has done its work; nothing to clean\n";
}
