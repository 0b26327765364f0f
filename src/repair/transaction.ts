import type { Clock } from "../base/clock.js";
import { defined } from "../base/defined.js";
import type { EngineContext, ProgressLine } from "../base/engine-context.js";
import { Interrupted } from "../base/failure.js";
import { mustFinish } from "../base/must-finish.js";
import { reasonOf } from "../base/replace-files.js";
import { storedAddress, storedName } from "../invites/inventory.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import type { LateSkip, Removal, RemovalOutcome } from "../report/repair-outcome.js";
import { formatResourceAddress } from "../terraform/addresses/address.js";
import type { ToolKind } from "../terraform/run/tool.js";
import { compareStates, type Difference, whyNotComparable } from "../terraform/state-change/compare-states.js";
import type { StatePlace } from "../terraform/state-change/state-commands.js";
import { type AccessFailure, removeInstances } from "../terraform/state-change/state-commands.js";
import {
  objectId,
  objectsByAddress,
  type StoredObject,
  type StoredState,
} from "../terraform/state-change/stored-state.js";
import type { EditedRoot } from "./edit-configuration.js";
import { backupPath, beginJournal, dropJournal, endJournal, type Journaled } from "./journal.js";
import { otherRepairs, removerOf, repairNote } from "./other-repairs.js";
import { readPlacedState } from "./state-place.js";
import { refusedWriter } from "./tool-version.js";
import { journaledEdits, replaceJournaled } from "./write-configuration.js";

/** One root module with what is to be removed from its state. */
export interface RemovalTask {
  readonly place: StatePlace;
  readonly forget: readonly ReportedInvite[];
  /** Of the state that was looked at. */
  readonly lineage: string;
  /** How long to wait until the state's lock is free, in milliseconds. */
  readonly lockTimeout: number;
  /** Where journals are kept. */
  readonly folder: string;
  /** The repairs that had ended when this one was begun. */
  readonly endedBefore: ReadonlySet<string>;
  readonly tool: ToolKind;
  /** Works out the edits of the configuration that belong to the invites of these names; absent where none are wanted. */
  readonly editsFor?: (isGone: (name: string) => boolean) => Promise<EditedRoot>;
  /** Whether a tool that may not know all of the state may write it. */
  readonly force: boolean;
}

/** The first and the longest pause before the lock is asked for again, in milliseconds. */
const PAUSES = { first: 1000, longest: 15_000 };

/**
 * Removes instances from one state. Where it is locked, tries again until the time for that is over, each time with the
 * state as it then is: the holder of the lock has probably written it.
 */
export async function removeFromState(
  task: RemovalTask,
  steps: ProgressLine<string>,
  context: EngineContext,
): Promise<RemovalOutcome> {
  const { clock, signal } = context;
  const until = clock.now() + task.lockTimeout;
  for (let next = PAUSES.first; ; next = Math.min(next * 2, PAUSES.longest)) {
    const outcome = await tryToRemove(task, steps, context);
    const left = until - clock.now();
    if (outcome.kind !== "unchanged" || outcome.failure.locked !== true || left <= 0)
      return withOthers(outcome, task, context);
    steps.show(`waiting for the lock of the state of ${task.place.directory}, ${Math.ceil(left / 1000)} s at most`);
    await clock.sleep(Math.min(next, left), signal);
    if (signal.aborted) throw new Interrupted();
  }
}

/** The outcome with what another repair has to do with it: it holds the lock, or removed the same invites first. */
async function withOthers(
  outcome: RemovalOutcome,
  { place: { directory }, endedBefore }: RemovalTask,
  context: EngineContext,
): Promise<RemovalOutcome> {
  const isLocked = outcome.kind === "unchanged" && outcome.failure.locked === true;
  if (!isLocked && absentIn(outcome.skipped).size === 0) return outcome;
  const others = await otherRepairs(directory, endedBefore, context);
  const skipped = outcome.skipped.map((skip): LateSkip => {
    const by = removerOf(skip.name, others);
    return skip.reason.kind === "absent" && by !== undefined ? { ...skip, reason: { kind: "absent", by } } : skip;
  });
  const [other] = others;
  if (!isLocked || other === undefined) return { ...outcome, skipped };
  const message = `${outcome.failure.message}; ${repairNote(other, directory)}`;
  return { ...outcome, failure: { ...outcome.failure, message }, skipped };
}

/**
 * Removes instances from one state: backup and journal, then Terraform's own `state rm` under its lock, then the proof.
 * If this process is killed, the state is as before or as after each call, and the journal tells which backup
 * belongs to it.
 */
async function tryToRemove(
  task: RemovalTask,
  steps: ProgressLine<string>,
  context: EngineContext,
): Promise<RemovalOutcome> {
  const { place, folder } = task;
  const { signal, clock } = context;
  steps.show(`reading the state of ${place.directory}`);
  const read = await readPlacedState(place, signal);
  if (signal.aborted) throw new Interrupted();
  if (!read.ok) return { kind: "unchanged", failure: read, skipped: [] };
  const { lineage, serial } = read.state;
  if (lineage !== task.lineage) {
    const message = `the state of ${place.directory} is not the one that was looked up: its lineage is ${lineage}, and was ${task.lineage}`;
    const hint = "Check which backend and workspace are selected there, and run tfinvite again.";
    return { kind: "unchanged", failure: { message, hint }, skipped: [] };
  }
  const { found, skipped } = resolve(task.forget, read.state);
  if (found.size === 0) return { kind: "nothing", skipped };
  const refused = task.force ? undefined : await refusedWriter(place, task.tool, read.state, context);
  const failure = refused ?? uncheckable(place, read.state);
  if (failure !== undefined) return { kind: "unchanged", failure, skipped };
  if (signal.aborted) throw new Interrupted();

  const absent = absentIn(skipped);
  const edited = await task.editsFor?.((name) => found.has(name) || absent.has(name));
  steps.show("writing the backup");
  const { directory, argv } = place.access;
  const { backend, workspace } = place;
  let journal: Journaled;
  try {
    const where = { directory, argv: [...argv], ...defined({ backend }), workspace, lineage };
    const edits = edited && journaledEdits(edited.files, directory, context.cwd);
    const what = { ...where, serialBefore: serial, removed: entriesOf(found), ...defined({ edits }) };
    journal = await beginJournal(folder, read.bytes, what, clock);
  } catch (cause) {
    const message = `the backup could not be written: ${reasonOf(cause, folder)}`;
    const hint = "Free some space there, or set XDG_STATE_HOME to another directory.";
    return { kind: "unchanged", failure: { message, hint }, skipped };
  }
  if (signal.aborted) {
    await dropJournal(journal);
    throw new Interrupted();
  }
  // From here on, the journal is kept.
  try {
    const begun = { place, journal, before: read.state, found, ...defined({ edited }) };
    return { ...(await mustFinish(() => change(begun, steps, context))), skipped };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `whether the invites were removed from the state of ${place.directory} is not known: ${reason}`;
    return { ...notKnown({ message, hint: recovery(journal) }), skipped };
  }
}

/** What to do about a state that could not be compared afterwards. */
export const UNCHECKED = "Nothing was changed. Remove the invites as code: tfinvite repair --as blocks";

function uncheckable({ directory }: StatePlace, state: StoredState): AccessFailure | undefined {
  const why = whyNotComparable(state);
  if (why === undefined) return undefined;
  return { message: `the state of ${directory} could not be compared afterwards: ${why}`, hint: UNCHECKED };
}

function notKnown(failure: AccessFailure): Removal {
  return { kind: "partly", failure, gone: [], stillThere: [] };
}

/** A removal whose backup is on the disk. */
interface BegunRemoval {
  readonly place: StatePlace;
  readonly journal: Journaled;
  readonly before: StoredState;
  readonly found: ReadonlyMap<string, readonly StoredObject[]>;
  readonly edited?: EditedRoot;
}

async function change(
  { place, journal, before, found, edited }: BegunRemoval,
  steps: ProgressLine<string>,
  { platform, signal, clock }: EngineContext,
): Promise<Removal> {
  const names = [...found.keys()];
  const onCall = (done: number, all: number) => {
    const call = all > 1 ? `, call ${done + 1} of ${all}` : "";
    steps.show(`removing ${names.length} from the state of ${place.directory}${call}`);
  };
  const removal = await removeInstances(place.access, names, { platform, signal, onCall });
  const failed = removal.ok ? undefined : removal;
  steps.show("comparing the state with the backup");
  // An interruption ends the waiting for Terraform; what it has done must still be found out.
  const after = await readAgain(place, clock);
  if (!after.ok) {
    const message = `the state of ${place.directory} could not be read again, so what was done is not known: ${after.message}`;
    const detail = [failed?.message, after.detail].filter(Boolean).join("\n");
    return notKnown({ message, hint: recovery(journal), ...(detail !== "" && { detail }) });
  }
  const differences = compareStates(before, after.state, new Set(names));
  const stillThere = differences.flatMap(({ kind, what }) => (kind === "still-there" ? [what] : []));
  const others = differences.filter(({ kind }) => kind !== "still-there");
  const gone = names.filter((name) => !stillThere.includes(name));
  const [serialBefore, serialAfter] = [before.serial, after.state.serial];
  // Terraform writes all of a call or nothing, so any other difference was made by something else.
  if (gone.length === 0 && (failed !== undefined || others.length === 0)) {
    await dropJournal(journal);
    return { kind: "unchanged", failure: failed ?? silent(place) };
  }
  if (gone.length > 0 && serialAfter <= serialBefore) {
    others.push({ kind: "serial", what: `the serial, which is ${serialAfter} and was ${serialBefore}` });
  }
  const removed = entriesOf(new Map([...found].filter(([name]) => gone.includes(name))));
  const isProven = others.length === 0 && stillThere.length === 0;
  const edits = isProven ? journal.content.edits : undefined;
  steps.show("editing the configuration");
  const unedited = edits && (await replaceJournaled(journal, edits, place.access.directory, "after"));
  await endJournal(
    journal,
    { status: "done", serialAfter, removed, edits: unedited === undefined ? edits : undefined },
    clock,
  );
  const detail = defined({ detail: failed?.detail || undefined });
  if (others.length > 0) {
    const writers =
      serialAfter - serialBefore > 1
        ? `, because something else wrote to it at the same time (serial ${serialBefore} → ${serialAfter})`
        : "";
    const message = `the state of ${place.directory} differs from what was expected${writers}: ${differenceWords(others)}`;
    return { kind: "partly", failure: { message, hint: recovery(journal), ...detail }, gone, stillThere };
  }
  if (stillThere.length > 0) {
    const message = `only some invites were removed from the state of ${place.directory}: ${failed?.message ?? "Terraform reported success"}`;
    return { kind: "partly", failure: { message, hint: "Run it again for the rest.", ...detail }, gone, stillThere };
  }
  if (unedited !== undefined) {
    const message = `the invites were removed from the state of ${place.directory}, but its configuration could not be edited: ${unedited}`;
    return {
      kind: "partly",
      failure: { message, hint: "For the edits, run: tfinvite repair --write" },
      gone,
      stillThere,
    };
  }
  const note = `Terraform reported a failure, but the state was changed: ${failed?.message}`;
  const unchanged = objectsByAddress(after.state).size;
  const proof = {
    id: journal.id,
    backup: backupPath(journal),
    lineage: before.lineage,
    unchanged,
    serialBefore,
    serialAfter,
  };
  return { kind: "done", gone, proof, notes: failed === undefined ? [] : [note], ...defined({ edited }) };
}

const READS = 3;

/** What cannot be read at once may be in a moment; not to know what was done is worse than to wait. */
export async function readAgain(place: StatePlace, clock: Clock): ReturnType<typeof readPlacedState> {
  for (let left = READS - 1; ; left -= 1) {
    const read = await readPlacedState(place);
    if (read.ok || left === 0) return read;
    await clock.sleep(1000, new AbortController().signal);
  }
}

/** Compares what was looked up with the state as it is now: only the very same objects go. */
function resolve(forget: readonly ReportedInvite[], state: StoredState) {
  const stored = objectsByAddress(state);
  const found = new Map<string, readonly StoredObject[]>();
  const skipped: LateSkip[] = [];
  const skip = (name: string, kind: "absent" | "replaced" | "shares-address") =>
    skipped.push({ name, reason: { kind } });
  for (const { entry } of forget) {
    const name = storedName(entry);
    const objects = stored.get(name);
    if (objects === undefined) skip(name, "absent");
    else if (!sameInvites(entry.objects, objects)) skip(name, "replaced");
    else found.set(name, objects);
  }
  // Terraform takes the address of an instance without a key for the whole resource.
  for (const { entry } of forget) {
    const name = storedName(entry);
    const address = storedAddress(entry);
    if (address.key !== undefined || !found.has(name)) continue;
    const resource = formatResourceAddress(address);
    const stays = [...stored].some(
      ([other, [first]]) =>
        !found.has(other) && first !== undefined && formatResourceAddress(first.address) === resource,
    );
    if (!stays) continue;
    found.delete(name);
    skip(name, "shares-address");
  }
  return { found, skipped };
}

/** The invites that turned out to be out of the state already. */
export function absentIn(skipped: readonly LateSkip[]): ReadonlySet<string> {
  return new Set(skipped.filter(({ reason }) => reason.kind === "absent").map(({ name }) => name));
}

function sameInvites(looked: ReportedInvite["entry"]["objects"], stored: readonly StoredObject[]): boolean {
  const key = (id: string | undefined, deposed: string | undefined) => `${deposed ?? ""} ${id ?? ""}`;
  const left = new Set(looked.map(({ id, deposed }) => key(id, deposed)));
  return left.size === stored.length && stored.every((object) => left.has(key(objectId(object), object.deposed)));
}

function entriesOf(found: BegunRemoval["found"]): Journaled["content"]["removed"] {
  return [...found].map(([address, objects]) => ({
    address,
    objects: objects.map((object) => defined({ id: objectId(object), deposed: object.deposed })),
  }));
}

function silent(place: StatePlace): AccessFailure {
  return {
    message: `Terraform reported success in ${place.directory}, but the state did not change`,
    hint: "Check which workspace is selected there: terraform workspace show",
  };
}

/** What to do where it is not known, or not right, what became of the state. */
function recovery(journal: Journaled): string {
  return `The state before the change is in ${backupPath(journal)}. To restore what is missing: tfinvite repair --undo ${journal.id}`;
}

const SHOWN = 10;

const DIFFERENCES: Readonly<Record<Difference["kind"], string>> = {
  gone: "is gone",
  new: "is new",
  changed: "has changed",
  lineage: "has changed",
  serial: "",
  "still-there": "is still there",
};

/** Every difference by name, as far as a person reads. */
export function differenceWords(differences: readonly Difference[]): string {
  const shown = differences.slice(0, SHOWN).map(({ kind, what }) => `${what} ${DIFFERENCES[kind]}`.trim());
  const more = differences.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}
