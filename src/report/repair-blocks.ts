import { count, someOf } from "../base/phrases.js";
import type { InviteEntry } from "../invites/inventory.js";
import { countDistinct, inviteKey } from "../invites/planned/assessment.js";
import type { ForgetBlock } from "../invites/remedies/forget-blocks.js";
import type { RepairPlan } from "../invites/remedies/repair-plan.js";
import { escapeControls } from "./escape.js";
import { type DoneEdit, doneWords, type LeftEdit } from "./messages/edit-words.js";
import { formatLeft, planCommand, type ShownEdits, undoOfFiles } from "./repair-outcome.js";
import {
  formatSkipped,
  grouped,
  type NotedRepair,
  type RepairCall,
  removalSection,
  repairCommand,
  stateName,
} from "./repair-text.js";
import type { Style } from "./style.js";
import { firstOf, formatOutcome, formatSection } from "./table.js";
import { wrap } from "./text-width.js";

/** The blocks of one root module and the edits beside them, as far as they are shown. */
export interface ShownBlocks {
  readonly plan: RepairPlan;
  readonly blocks: readonly ForgetBlock[];
  readonly edited: {
    /** Invites that the configuration no longer declares. */
    readonly edited: readonly InviteEntry[];
    readonly left: readonly LeftEdit[];
    readonly done: readonly DoneEdit[];
  };
  /** Selected ones that get no block, each with the reason. */
  readonly refused: readonly { readonly entry: InviteEntry; readonly why: string }[];
  /** How many invites are already in blocks that remove them from the state. */
  readonly covered: number;
  /** The file of the blocks, with its text so far where it is there already. */
  readonly file: { readonly name: string; readonly text?: string };
  /** The new text of the file. */
  readonly text: string;
}

/** All blocks as one text; of several root modules each under the name of its file. */
export function formatBlocks(roots: readonly ShownBlocks[]): string {
  return roots
    .filter(({ blocks }) => blocks.length > 0)
    .map(({ file, text }) => (roots.length > 1 && !file.name.endsWith(".json") ? `# ${file.name}\n${text}` : text))
    .join("\n");
}

/** What else the blocks need, which are one half of the repair. */
export function formatEmitted(
  roots: readonly ShownBlocks[],
  isInFile: boolean,
  call: RepairCall,
  style: Style,
): string {
  return roots.map((root) => emittedNotes(root, isInFile, call, style) + unwritten(root, style)).join("");
}

function emittedNotes(
  { plan, blocks, file, edited }: ShownBlocks,
  isInFile: boolean,
  call: RepairCall,
  style: Style,
): string {
  if (blocks.length === 0) return "";
  const where = isInFile ? `The blocks are in ${file.name}.` : `Put the blocks into ${file.name}.`;
  const changes = plan.changes.length + plan.dependents.length;
  const both =
    edited.done.length > 0 ? ` To let tfinvite write both: ${repairCommand(call, "--as", "blocks", "--write")}` : "";
  const text =
    changes === 0
      ? `${where} Apply, then delete the file: tfinvite repair --clean`
      : `${where} They need the ${count(changes, "edit")} above in the same pull request, because Terraform refuses them for what is still in the configuration.${both}`;
  return `\n${wrap(escapeControls(text), style.width).join("\n")}\n`;
}

/** Invites that no block was written for: other blocks remove them, or conflict with them. */
function unwritten({ covered, refused }: ShownBlocks, style: Style): string {
  const are = covered === 1 ? "is" : "are";
  const note = `note: ${count(covered, "invite")} ${are} already in blocks that remove ${covered === 1 ? "it" : "them"} with the next apply\n`;
  const rows = refused.map(({ entry, why }) => ({ entry, text: why }));
  return (
    (covered === 0 ? "" : note) +
    formatSection(`${count(refused.length, "invite")} without a block:`, grouped(rows), style)
  );
}

/** What was written, the effect of the next apply, and the edits that are left for a person. */
export function formatWritten(
  roots: readonly ShownBlocks[],
  { plans, report, call }: Pick<NotedRepair, "plans" | "report" | "call">,
  { isAny, left }: { readonly isAny: boolean; readonly left: number },
  style: Style,
): string {
  const going = new Set(
    roots.flatMap(({ edited }) => edited.edited.map((entry) => inviteKey(entry.directory, entry.name))),
  );
  const notes = plans.map((plan) => {
    const forget = plan.forget.filter(({ entry }) => going.has(inviteKey(entry.directory, entry.name)));
    const shown = { ...plan, forget };
    const title = stateName(plan.directory, undefined);
    return removalSection(shown, title, report.now, style) + formatSkipped(plan, style);
  });
  const rest = roots.map((root) => writtenNotes(root, roots.length > 1, style)).join("");
  const text = notes.join("") + rest;
  if (!isAny)
    return `${text}${left > 0 ? "" : roots.length === 0 ? "Nothing to remove.\n" : "Nothing more to write.\n"}`;
  const written = roots.flatMap(({ blocks, file }) => (blocks.length === 0 ? [] : [file]));
  const edits = roots.flatMap(({ edited }) => edited.done.map(({ file }) => file));
  const files = [...new Set([...edits, ...written.flatMap(({ name, text }) => (text === undefined ? [] : [name]))])];
  const created = written.flatMap(({ name, text }) => (text === undefined ? [name] : []));
  const done = doneWords(roots.flatMap(({ edited }) => edited.done));
  const blocks = roots.flatMap((root) =>
    root.blocks.length === 0 ? [] : `${root.file.name}: ${blockCount(root.blocks)}`,
  );
  const clean = repairCommand({ ...call, flags: [] }, "--clean");
  const rows: (readonly [string, string])[] = [
    ...(blocks.length === 0 ? [] : [["Blocks", `${someOf(blocks, 3)}, for ${count(going.size, "invite")}`] as const]),
    ...(done === "" ? [] : [["Configuration", done] as const]),
    ["Undo", undoOfFiles(files, call, created)],
    ["Next", "commit, review and apply"],
    ["After that", clean],
  ];
  return text + formatOutcome(rows, style);
}

/** What was edited in the configuration alone. */
export function formatEdited(
  roots: readonly {
    readonly plan: RepairPlan;
    readonly edited: ShownEdits & { readonly edited: readonly InviteEntry[] };
  }[],
  { plans, context, call }: Pick<NotedRepair, "plans" | "context" | "call">,
  style: Style,
): string {
  const several = roots.length > 1;
  const left = roots.map(({ plan, edited }) => formatLeft(edited.left, style, several ? ` in ${plan.directory}` : ""));
  const held = plans.reduce((sum, { forget }) => sum + forget.length, 0);
  const note =
    held === 0
      ? ""
      : `note: --write alone only edits for invites that are in no state, and the state still has ${count(held, "used invite")}. For both: ${repairCommand(call, "--apply", "--write")}\n`;
  const done = doneWords(roots.flatMap(({ edited }) => edited.done));
  if (done === "") return `${left.join("")}${note}${roots.length === 0 ? "Nothing to edit.\n" : ""}`;
  const people = countDistinct(roots.flatMap(({ edited }) => edited.edited));
  const files = roots.flatMap(({ edited }) => [...edited.files.keys()]);
  const [first] = roots;
  const isLeft = left.some((text) => text !== "");
  const next = several || first === undefined ? "plan in each of them" : planCommand(first.plan.directory, context);
  const rows: (readonly [string, string])[] = [
    ["Configuration", `${done}, for ${count(people, "invite")}`],
    ["Undo", undoOfFiles(files, call)],
    ["Next", isLeft ? "make the edits above, then plan" : next],
  ];
  return left.join("") + note + formatOutcome(rows, style);
}

function writtenNotes(root: ShownBlocks, isOneOfSeveral: boolean, style: Style): string {
  const { plan, edited } = root;
  const where = isOneOfSeveral ? ` in ${plan.directory}` : "";
  return formatLeft(edited.left, style, where) + unwritten(root, style);
}

function blockCount(blocks: readonly ForgetBlock[]): string {
  const moved = blocks.filter(({ kind }) => kind === "moved").length;
  const removed = count(blocks.length - moved, "removed block");
  return moved > 0 ? `${count(moved, "moved block")} and ${removed}` : removed;
}

/** Blocks that were deleted because they are applied, each with its place. */
export interface ShownClean {
  readonly deleted: readonly (readonly [place: string, what: string])[];
  /** Applied as well, and not to be edited by tfinvite. */
  readonly left: readonly (readonly [place: string, why: string])[];
  /** How many are not applied yet. */
  readonly waiting: number;
}

/** More deleted blocks than these are only counted. */
const MOST_BLOCKS = 20;

export function formatClean({ deleted, left, waiting }: ShownClean, style: Style): string {
  const more = (number: number) => [`and ${number} more`];
  const sections =
    formatSection("Deleted:", firstOf<readonly string[]>(deleted, MOST_BLOCKS, more), style) +
    formatSection(
      "Applied, but not deleted; delete these yourself:",
      firstOf<readonly string[]>(left, MOST_BLOCKS, more),
      style,
    );
  if (waiting > 0) {
    const blocks = waiting === 1 ? "1 tfinvite block has" : `${waiting} tfinvite blocks have`;
    return `${sections}${blocks} not been applied yet; apply first.\n`;
  }
  return deleted.length + left.length > 0 ? sections : "No applied blocks to delete.\n";
}
