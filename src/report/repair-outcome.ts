import { count, someOf } from "../base/phrases.js";
import type { RepairPlan } from "../invites/remedies/repair-plan.js";
import type { InviteAssessment } from "../invites/status.js";
import { parseAddress } from "../terraform/addresses/address-parser.js";
import type { AccessFailure, StatePlace } from "../terraform/state-change/state-commands.js";
import type { FileChanges } from "./diff.js";
import { escapeControls } from "./escape.js";
import { type DoneEdit, doneSection, type LeftEdit, leftSection } from "./messages/edit-words.js";
import { statusPhrase } from "./messages/status-words.js";
import { formatError } from "./pretty.js";
import { formatRepairNotes, formatSections, remaining } from "./repair-text.js";
import type { CommandContext, Style } from "./style.js";
import { padTo, widest, wrap } from "./text-width.js";

/** An invite that was to go and stays in the state, as was found right before the change. */
export interface LateSkip {
  readonly name: string;
  readonly reason: /** `by` is the repair that removed it. */
    | { readonly kind: keyof typeof SKIPPED; readonly by?: string }
    /** Its status is another one by now, or not known; `now` in Unix seconds. */
    | { readonly kind: "not-confirmed"; readonly status: InviteAssessment; readonly now: number };
}

const SKIPPED = {
  absent: "is not in the state any more",
  replaced: "is another invite in the state by now",
  "shares-address": "shares its address with others of the resource, which stay",
};

function skipWords({ reason }: LateSkip): string {
  if (reason.kind !== "not-confirmed") {
    return SKIPPED[reason.kind] + (reason.by === undefined ? "" : `: the repair ${reason.by} removed it`);
  }
  const { status, now } = reason;
  return status.status === "unknown"
    ? `could not be confirmed: ${status.reason ?? "it was not looked up"}`
    : `is not what it was a moment ago: ${statusPhrase(status, now)}`;
}

function stateLine({ directory, workspace, backend, file }: StatePlace, lineage: string, serial: number, more = "") {
  const where = backend !== undefined ? `backend ${backend}` : file !== undefined ? "a local file" : "a backend";
  return `  ${escapeControls(directory)}: ${escapeControls(`${where}, workspace ${workspace}`)}, lineage ${lineage}, serial ${serial}${more}\n`;
}

/** One root module from which something is to go, and why it may not. */
export interface Candidate {
  readonly plan: RepairPlan;
  readonly place: StatePlace;
  readonly refusal?: AccessFailure;
  /** The edits of its configuration, where they are wanted. */
  readonly edited?: ShownEdits;
}

/** What was edited in a configuration, and what a person has to edit. */
export interface ShownEdits {
  readonly files: FileChanges;
  readonly done: readonly DoneEdit[];
  readonly left: readonly LeftEdit[];
}

/** What `--apply` is about to do. */
export function formatCandidates(candidates: readonly Candidate[], now: number, style: Style): string {
  const lines = candidates.flatMap(({ place, plan: { forget, inventory } }) => {
    if (forget.length === 0 || inventory.state === undefined) return [];
    const { lineage = "none", serial = 0 } = inventory.state;
    const { locking } = place;
    const more = locking.kind === "not-known" ? `; whether it locks is not known: ${locking.reason}` : "";
    return [stateLine(place, lineage, serial, more)];
  });
  const heading = style.bold(lines.length === 1 ? "State:" : "States:");
  const states = lines.length === 0 ? "" : `${heading}\n${lines.join("")}\n`;
  const encrypted = candidates.some(({ plan, place }) => place.encrypted ?? mayBeEncrypted(plan))
    ? `${style.cyan("note:")} OpenTofu encrypts this state; the backup is in plain text, and for you alone to read\n\n`
    : "";
  // What the configuration needs is told once it is known what has gone.
  const plans = candidates.map(({ plan }) => ({ ...plan, steps: [], dependents: [] }));
  return formatRepairNotes(plans, now, style) + states + encrypted;
}

/** What a backend stores cannot be seen: https://opentofu.org/docs/language/state/encryption/ */
function mayBeEncrypted({ inventory: { configuration } }: RepairPlan): boolean {
  if (configuration.settings.tool !== "tofu") return false;
  return [...configuration.texts.values()].some((text) => /^\s*encryption\s*\{/m.test(text));
}

/** The question that `--apply` asks for a root module. */
export function removalQuestion({ plan: { directory, forget }, edited }: Candidate): string {
  const files = edited?.files.size ?? 0;
  const edit = files === 0 ? "" : `edit ${count(files, "file")}`;
  if (forget.length === 0) return `Edit ${count(files, "file")} of ${directory}?`;
  return `Take ${count(forget.length, "invite")} out of the state of ${directory}${edit && `, then ${edit}`}, and leave them as they are at OpenAI?`;
}

function formatFailure({ message, hint, detail }: AccessFailure, style: Style): string {
  const text = formatError({ message: detail === undefined ? message : `${message}\n${detail}`, hint }, style);
  return text.replace(/^ +$/gm, "");
}

/** What is certain about a removal, because the state was read again. */
export interface Proof {
  /** The name of the repair, which `--undo` takes. */
  readonly id: string;
  readonly backup: string;
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
  /** With the steps and dependents of what is gone. */
  readonly plan: RepairPlan;
  readonly outcome: RemovalOutcome;
}

/** The text of a removal: what was proven, for standard output, with what a person reads before and after it. */
export function formatRemoval({ plan, outcome }: RemovalResult, isOneOfSeveral: boolean, style: Style) {
  const before = outcome.skipped.map(
    (skip) => `${style.yellow("left alone:")} ${escapeControls(skip.name)} ${skipWords(skip)}\n`,
  );
  let proof = "";
  if (outcome.kind === "unchanged" || outcome.kind === "partly") before.push(formatFailure(outcome.failure, style));
  const gone = "gone" in outcome ? outcome.gone : [];
  if (outcome.kind === "partly") {
    const { length } = outcome.stillThere;
    const still = length === 0 ? "" : `, ${length} still there: ${someOf(outcome.stillThere.map(escapeControls))}`;
    if (gone.length + length > 0) before.push(`${plan.directory}: ${gone.length} gone${still}\n`);
  }
  if (outcome.kind === "done") {
    before.push(...outcome.notes.map((note) => `${style.cyan("note:")} ${escapeControls(note)}\n`));
    const { id, backup, unchanged, serialBefore, serialAfter } = outcome.proof;
    const where = isOneOfSeveral ? `${plan.directory}: ` : "";
    const serials = `serial ${serialBefore} → ${serialAfter}`;
    proof = `${where}${gone.length} gone, ${count(unchanged, "other")} unchanged, ${serials}\nbackup: ${backup}\nundo:   tfinvite repair --undo ${id}\n`;
  }
  const edited = "edited" in outcome && outcome.edited !== undefined ? editSections(outcome.edited) : [];
  const rest = formatSections([...edited, ...(gone.length === 0 ? [] : remaining(plan))], style).trimEnd();
  return { before: before.join(""), proof, after: rest === "" ? "" : `\n${rest}\n` };
}

function editSections({ done, left }: ShownEdits) {
  return [doneSection("Changed:", done), leftSection("Left to you, in the configuration:", left)];
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
      return "stopped part-way";
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
  /** Addresses to put back, at which nothing is. */
  readonly free: readonly string[];
  /** Files to be as they were before the repair. */
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
  const title = `${count(free.length, "invite")} to put back, from the repair ${journal.id}:`;
  const imports = entries.flatMap(({ address, objects }) => {
    const parsed = parseAddress(address);
    const id = objects.find(({ deposed }) => deposed === undefined)?.id;
    if (!parsed.ok || id === undefined) return [];
    const command = commands.command(place.directory, { verb: ["import"], addresses: [parsed.address], tail: [id] });
    return command === undefined ? [] : [`  ${command.text}\n`];
  });
  const other = imports.length === 0 ? "" : `The other way, with the provider and its key:\n${imports.join("")}\n`;
  const state = `State:\n${stateLine(place, current.lineage, current.serial)}\n`;
  const restored = files.map(({ file }) => [escapeControls(file), "as it was before the repair"] as const);
  return (
    formatSections(
      [
        { title, rows },
        { title: "Files to restore:", rows: restored },
      ],
      style,
    ) +
    state +
    other
  );
}

/** The question that `--undo` asks. */
export function undoQuestion({ free, files, place }: ShownUndo): string {
  const restore = `estore ${count(files.length, "file")}`;
  if (free.length === 0) return `R${restore} of ${place.directory}?`;
  const more = files.length === 0 ? "" : `, and r${restore}`;
  return `Put ${count(free.length, "invite")} back into the state of ${place.directory}${more}?`;
}

/** What to mind once invites are in the state again. */
export function undoCaution(style: Style): string {
  const caution =
    "Where the configuration does not declare them any more, the next apply tries to delete them, which OpenAI refuses for accepted ones: put that back, too.";
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

const JOURNAL_STATUSES = { begun: "broken off", done: "done", undone: "undone" } as const;

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

/** Files that belong to no repair, and how to be rid of them. */
export function formatLeftovers({
  folder,
  leftovers,
}: {
  readonly folder: string;
  readonly leftovers: readonly string[];
}): string {
  if (leftovers.length === 0) return "";
  const files = leftovers.map((name) => `  ${escapeControls(name)}\n`).join("");
  return `left in ${folder} by runs that were killed before they changed anything:\n${files}They may hold parts of a state. Once they are an hour old, the next repair --keep or --apply deletes them.\n`;
}
