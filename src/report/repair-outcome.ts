import { count, someOf } from "../base/phrases.js";
import type { RepairPlan } from "../invites/remedies/repair-plan.js";
import type { InviteAssessment } from "../invites/status.js";
import { parseAddress } from "../terraform/addresses/address-parser.js";
import { quoteCommand } from "../terraform/shell/shell-quoting.js";
import type { AccessFailure, StatePlace } from "../terraform/state-change/state-commands.js";
import type { FileChanges } from "./diff.js";
import { escapeControls } from "./escape.js";
import { type DoneEdit, doneWords, type LeftEdit, leftRows } from "./messages/edit-words.js";
import { statusPhrase } from "./messages/status-words.js";
import { formatError } from "./pretty.js";
import {
  formatRemaining,
  formatSkipped,
  type NotedRepair,
  type RepairCall,
  removalSection,
  repairCommand,
  shownDirectory,
  stateName,
} from "./repair-text.js";
import type { CommandContext, Style } from "./style.js";
import { firstOf, formatOutcome, formatSection } from "./table.js";
import { padTo, widest, wrap } from "./text-width.js";

/** More rows than these are only counted. */
const MOST_ROWS = 10;

/** An invite that was to be removed and is not, for a reason that was found right before the change. */
export interface LateSkip {
  readonly name: string;
  readonly reason: /** `by` is the repair that removed it. */
    | { readonly kind: keyof typeof SKIPPED; readonly by?: string }
    /** Its status is another one by now, or not known; `now` in Unix seconds. */
    | { readonly kind: "not-confirmed"; readonly status: InviteAssessment; readonly now: number };
}

const SKIPPED = {
  absent: "is no longer in the state",
  replaced: "is now another invite in the state",
  "shares-address": "shares its address with other instances of the resource, which stay",
};

function skipWords({ reason }: LateSkip): string {
  if (reason.kind !== "not-confirmed") {
    return SKIPPED[reason.kind] + (reason.by === undefined ? "" : `: the repair ${reason.by} removed it`);
  }
  const { status, now } = reason;
  return status.status === "unknown"
    ? `could not be confirmed: ${status.reason ?? "it was not looked up"}`
    : `has changed since it was looked up: ${statusPhrase(status, now)}`;
}

/** One root module in which there is something to do, and why it may not be done. */
export interface Candidate {
  readonly plan: RepairPlan;
  readonly place: StatePlace;
  readonly refusal?: AccessFailure;
  /** The edits of its configuration, where they are wanted. */
  readonly edited?: ShownEdits;
}

/** What was edited in a configuration, and what a person still has to edit. */
export interface ShownEdits {
  readonly files: FileChanges;
  readonly done: readonly DoneEdit[];
  readonly left: readonly LeftEdit[];
}

/** What `--apply` is about to do. */
export function formatCandidates(candidates: readonly Candidate[], now: number, style: Style): string {
  const sections = candidates.map(({ plan, place }) => {
    const { serial = 0 } = plan.inventory.state ?? {};
    return removalSection(plan, stateName(plan.directory, place, serial), now, style) + formatSkipped(plan, style);
  });
  const notes = candidates.flatMap(({ plan, place: { locking, encrypted } }) => [
    ...(locking.kind === "not-known"
      ? [`whether the backend of ${shownDirectory(plan.directory)} locks is not known: ${locking.reason}`]
      : []),
    ...((encrypted ?? mayBeEncrypted(plan))
      ? ["OpenTofu encrypts this state; the backup is in plain text, and only you can read it"]
      : []),
  ]);
  return sections.join("") + notes.map((note) => `${noteText(note, style)}\n`).join("");
}

function noteText(note: string, style: Style): string {
  const lines = wrap(escapeControls(note), style.width, "note: ".length);
  return `${style.cyan("note:")} ${lines.join("\n")}\n`;
}

/** What a backend stores cannot be seen: https://opentofu.org/docs/language/state/encryption/ */
function mayBeEncrypted({ inventory: { configuration } }: RepairPlan): boolean {
  if (configuration.settings.tool !== "tofu") return false;
  return [...configuration.texts.values()].some((text) => /^\s*encryption\s*\{/m.test(text));
}

/** A root module in a question: the current directory is named, too. */
function namedDirectory({ directory, access }: StatePlace): string {
  return directory === "." ? access.directory : directory;
}

/** The question that `--apply` asks for a root module. */
export function removalQuestion({ plan: { directory, forget, inventory }, place, edited }: Candidate): string {
  const files = edited?.files.size ?? 0;
  if (forget.length === 0) return `Edit ${count(files, "file")} of ${shownDirectory(directory)}?`;
  const state = stateName(namedDirectory(place), place, inventory.state?.serial ?? 0);
  const edit = files === 0 ? "" : `, and edit ${count(files, "file")}`;
  return `Remove ${count(forget.length, "invite")} from ${state}${edit}? Nothing changes at OpenAI.`;
}

function formatFailure({ message, hint, detail }: AccessFailure, style: Style): string {
  const text = formatError({ message: detail === undefined ? message : `${message}\n${detail}`, hint }, style);
  return text.replace(/^ +$/gm, "");
}

/** What is certain about a removal, because the state was read again and compared. */
export interface Proof {
  /** The name of the repair, which `--undo` takes. */
  readonly id: string;
  readonly backup: string;
  readonly lineage: string;
  /** How many other instances there are, all as they were. */
  readonly unchanged: number;
  readonly serialBefore: number;
  readonly serialAfter: number;
}

export type Removal =
  | {
      readonly kind: "done";
      readonly gone: readonly string[];
      readonly proof: Proof;
      readonly notes: readonly string[];
      readonly edited?: ShownEdits;
    }
  /** Nothing was left to be removed. */
  | { readonly kind: "nothing"; readonly edited?: ShownEdits }
  /** The state is as it was. */
  | { readonly kind: "unchanged"; readonly failure: AccessFailure }
  /** Something differs from what was expected, or could not be compared. */
  | {
      readonly kind: "partly";
      readonly failure: AccessFailure;
      readonly gone: readonly string[];
      readonly stillThere: readonly string[];
    };

/** What became of one root module. */
export type RemovalOutcome = Removal & { readonly skipped: readonly LateSkip[] };

export interface RemovalResult {
  /** With the changes and dependents of what is gone. */
  readonly plan: RepairPlan;
  readonly outcome: RemovalOutcome;
}

/** How the user calls Terraform, and this repair. */
type ShownCalls = Pick<NotedRepair, "context" | "call">;

/** The text of a removal: what was done and proven, for standard output, with what a person reads before and after it. */
export function formatRemoval(
  { plan, outcome }: RemovalResult,
  isOneOfSeveral: boolean,
  calls: ShownCalls,
  style: Style,
) {
  const before = outcome.skipped.map(
    (skip) => `${style.yellow("skipped:")} ${escapeControls(skip.name)} ${skipWords(skip)}\n`,
  );
  if (outcome.kind === "unchanged" || outcome.kind === "partly") before.push(formatFailure(outcome.failure, style));
  const gone = "gone" in outcome ? outcome.gone : [];
  if (outcome.kind === "partly") {
    const { length } = outcome.stillThere;
    const still = length === 0 ? "" : `, ${length} still there: ${someOf(outcome.stillThere.map(escapeControls))}`;
    if (gone.length + length > 0) before.push(`${plan.directory}: ${gone.length} removed${still}\n`);
  }
  if (outcome.kind === "done") before.push(...outcome.notes.map((note) => noteText(note, style)));
  const edited = "edited" in outcome ? outcome.edited : undefined;
  const isDone = outcome.kind === "done" || (outcome.kind === "nothing" && edited !== undefined);
  const rows = isDone ? outcomeRows({ plan, outcome }, calls, style) : [];
  const where = isOneOfSeveral && rows.length > 0 ? `${style.bold(escapeControls(plan.directory))}\n` : "";
  const rest = (
    formatLeft(edited?.left ?? [], style) + (gone.length === 0 ? "" : formatRemaining(plan, isOneOfSeveral, style))
  ).trimEnd();
  return {
    before: before.join(""),
    proof: where + formatOutcome(rows, style),
    after: rest === "" ? "" : `\n${rest}\n`,
  };
}

type OutcomeRow = readonly [name: string, text: string];

function outcomeRows(
  { plan, outcome }: RemovalResult,
  { context, call }: ShownCalls,
  style: Style,
): readonly OutcomeRow[] {
  const edited = "edited" in outcome ? outcome.edited : undefined;
  const done = doneWords(edited?.done ?? []);
  const isLeft = (edited?.left ?? []).length > 0;
  const isDeclared = plan.changes.length + plan.dependents.length > 0;
  const next = isLeft
    ? "make the edits below, then plan"
    : isDeclared
      ? `${repairCommand({ ...call, directories: [plan.directory] }, "--write")}    (or make the edits below)`
      : planCommand(plan.directory, context);
  const rows: OutcomeRow[] = [];
  if (outcome.kind === "done") {
    const { unchanged, serialBefore, serialAfter } = outcome.proof;
    const serials = `serial ${serialBefore} ${arrow(style)} ${serialAfter}`;
    rows.push(["State", `${outcome.gone.length} removed, ${count(unchanged, "other")} unchanged, ${serials}`]);
  } else rows.push(["State", "nothing to remove"]);
  if (done !== "") rows.push(["Configuration", done]);
  if (outcome.kind === "done") {
    const { id, backup, lineage } = outcome.proof;
    rows.push(
      ["Backup", `${backup} (lineage ${lineage})`],
      ["Undo", [...call.program, "repair", "--undo", id].join(" ")],
    );
  } else if (edited !== undefined) rows.push(["Undo", undoOfFiles([...edited.files.keys()], call)]);
  rows.push(["Next", next]);
  return rows;
}

function arrow(style: Style): string {
  return style.unicode ? "→" : "->";
}

/** The plan that shows that all is well, as a command. */
export function planCommand(directory: string, context: CommandContext): string {
  const text = context.command(directory, { verb: ["plan"], addresses: [] })?.text ?? "plan";
  return `${text}    (expect no changes to these invites)`;
}

/** More files than these are not named. */
const MOST_FILES = 10;

/** How to undo edits that no journal has: of these files only, and of those that were created. */
export function undoOfFiles(
  files: readonly string[],
  { shell, isInRepository }: RepairCall,
  created: readonly string[] = [],
): string {
  if (files.length + created.length > MOST_FILES)
    return "restore the files from version control (tfinvite keeps no copy)";
  const deletion = created.length === 0 ? "" : `delete ${created.join(", ")}`;
  if (files.length === 0) return `${deletion}    (tfinvite keeps no copy)`;
  if (!isInRepository) return `none: these files are in no Git repository, and tfinvite keeps no copy`;
  const and = deletion === "" ? "" : `and ${deletion}; `;
  const checkout = quoteCommand(["git", "checkout", "--", ...files], shell);
  return `${checkout}    (also discards other uncommitted changes there; ${and}tfinvite keeps no copy)`;
}

/** What could not be edited, as far as a person reads. */
export function formatLeft(left: readonly LeftEdit[], style: Style, where = ""): string {
  const rows = firstOf(leftRows(left), MOST_ROWS, (more) => [`and ${more} more`]);
  return formatSection(`Not edited${where}; make these edits yourself:`, rows, style);
}

/** What became of each root module, in a line of its own; nothing where there is one only. */
export function formatRoots(results: readonly RemovalResult[]): string {
  if (results.length < 2) return "";
  const rows = results.map(({ plan, outcome }) => `${escapeControls(plan.directory)}: ${rootWords(outcome)}\n`);
  return `\n${rows.join("")}`;
}

function rootWords(outcome: RemovalOutcome): string {
  const files = "edited" in outcome ? (outcome.edited?.files.size ?? 0) : 0;
  const edited = files === 0 ? "" : `, ${count(files, "file")} edited`;
  switch (outcome.kind) {
    case "done":
      return `${count(outcome.gone.length, "invite")} removed from the state${edited}`;
    case "nothing":
      return `nothing to remove from the state${edited}`;
    case "unchanged":
      return "nothing was changed";
    case "partly":
      return "stopped before the end";
  }
}

/** What undoing a repair is about to change, as far as it is shown. */
export interface ShownUndo {
  readonly journal: {
    readonly id: string;
    readonly content: {
      readonly removed: readonly {
        readonly address: string;
        readonly objects: readonly { readonly id?: string | undefined; readonly deposed?: string | undefined }[];
      }[];
    };
  };
  readonly place: StatePlace;
  readonly current: { readonly lineage: string; readonly serial: number };
  /** Addresses to restore, at which nothing is. */
  readonly free: readonly string[];
  /** Files to restore as they were before the repair. */
  readonly files: readonly { readonly file: string }[];
}

/** What `--undo` is about to do, and the other way to do it. */
export function formatUndo(
  { journal, place, current, free, files }: ShownUndo,
  commands: CommandContext,
  style: Style,
): string {
  const entries = journal.content.removed.filter(({ address }) => free.includes(address));
  const rows = entries.map(({ address, objects }): [string, string] => {
    const ids = objects.map(({ id, deposed }) => `${id ?? "no id"}${deposed ? ` (deposed ${deposed})` : ""}`);
    return [address, ids.join(", ")];
  });
  const state = stateName(place.directory, place, current.serial);
  const title = `${count(free.length, "invite")} to restore in ${state}, from repair ${journal.id}:`;
  const imports = entries.flatMap(({ address, objects }) => {
    const parsed = parseAddress(address);
    const id = objects.find(({ deposed }) => deposed === undefined)?.id;
    if (!parsed.ok || id === undefined) return [];
    const command = commands.command(place.directory, { verb: ["import"], addresses: [parsed.address], tail: [id] });
    return command === undefined ? [] : [command.text];
  });
  const more = (number: number) => [`and ${number} more`];
  const restored = files.map(({ file }) => [file]);
  return [
    formatSection(title, firstOf(rows, MOST_ROWS, more), style),
    formatSection("Files to restore as they were before the repair:", firstOf(restored, MOST_ROWS, more), style),
    formatSection(
      "Without --undo, import does the same, with the provider and its key:",
      firstOf(
        imports.map((text) => [text]),
        MOST_ROWS,
        more,
      ),
      style,
    ),
  ].join("");
}

/** The question that `--undo` asks. */
export function undoQuestion({ free, files, place, current }: ShownUndo): string {
  const restore = `estore ${count(files.length, "file")}`;
  if (free.length === 0) return `R${restore} of ${shownDirectory(place.directory)}?`;
  const more = files.length === 0 ? "" : `, and r${restore}`;
  const state = stateName(namedDirectory(place), place, current.serial);
  return `Restore ${count(free.length, "invite")} in ${state}${more}? Nothing changes at OpenAI.`;
}

/** What an undo did. */
export interface Undone {
  readonly restored: number;
  readonly unchanged: number;
  readonly files: readonly string[];
  readonly serialBefore: number;
  readonly serialAfter: number;
}

export function formatUndone({ restored, unchanged, files, serialBefore, serialAfter }: Undone, style: Style): string {
  const serials = `serial ${serialBefore} ${arrow(style)} ${serialAfter}`;
  return formatOutcome(
    [
      ["State", `${restored} restored, ${count(unchanged, "other")} unchanged, ${serials}`],
      ...(files.length === 0 ? [] : [["Configuration", `${files.join(", ")} restored`] as const]),
    ],
    style,
  );
}

/** What to mind once invites are in the state again. */
export function undoCaution(style: Style): string {
  const caution =
    "If you already removed them from the configuration, restore those lines too, or the next apply will try to delete the invites and fail.";
  return `${wrap(caution, style.width).join("\n")}\n`;
}

/** A repair that was made on this machine, as it is listed. */
export interface ListedRepair {
  readonly id: string;
  readonly directory: string;
  readonly content: {
    readonly workspace: string;
    readonly removed: readonly object[];
    readonly status: keyof typeof JOURNAL_STATUSES;
  };
}

const JOURNAL_STATUSES = { begun: "interrupted", done: "done", undone: "undone" } as const;

/** A table of repairs; the name of each is what `--undo` takes. */
export function formatRepairs(repairs: readonly ListedRepair[]): string {
  if (repairs.length === 0) return "";
  const rows = [
    ["repair", "root module", "workspace", "invites", "status"],
    ...repairs.map(({ id, directory, content: { workspace, removed, status } }) =>
      [id, directory, workspace, String(removed.length), JOURNAL_STATUSES[status]].map(escapeControls),
    ),
  ];
  const widths = [0, 1, 2, 3].map((column) => widest(rows.map((row) => row[column] ?? "")));
  const lines = rows.map((row) => row.map((text, column) => padTo(text, widths[column] ?? 0)).join("  "));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** Files that belong to no repair, and what deletes them. */
export function formatLeftovers({
  folder,
  leftovers,
}: {
  readonly folder: string;
  readonly leftovers: readonly string[];
}): string {
  if (leftovers.length === 0) return "";
  const files = leftovers.map((name) => `  ${escapeControls(name)}\n`).join("");
  return `Files in ${folder} of runs that were killed before they changed anything:\n${files}They may contain parts of a state. The next repair --keep or --apply deletes those that are over an hour old.\n`;
}
