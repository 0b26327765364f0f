import { setTimeout as pause } from "node:timers/promises";
import type { Io, ProgressLine } from "../base/engine-context.js";
import { Interrupted } from "../base/failure.js";
import { reasonOf } from "../base/replace-files.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import { formatResourceAddress } from "../terraform/addresses/address.js";
import { compareStates, type Difference } from "../terraform/state-change/compare-states.js";
import type { AccessFailure } from "../terraform/state-change/state-commands.js";
import { removeInstances } from "../terraform/state-change/state-commands.js";
import {
  objectId,
  objectsByAddress,
  type StoredObject,
  type StoredState,
} from "../terraform/state-change/stored-state.js";
import type { LeftOut } from "./confirm.js";
import { backupPath, beginJournal, dropJournal, endJournal, type Journaled } from "./journal.js";
import { type ReadState, readPlacedState, type StatePlace } from "./state-place.js";

/** One root module with what is to go out of its state. */
export interface RemovalTask {
  readonly place: StatePlace;
  readonly forget: readonly ReportedInvite[];
  /** Of the state that was looked at. */
  readonly lineage: string;
  /** How long to wait for somebody else to give the state's lock back, in milliseconds. */
  readonly lockTimeout: number;
  /** Where journals are kept. */
  readonly folder: string;
}

/** What is certain about a removal, because the state was read again. */
export interface Proof {
  readonly journal: Journaled;
  readonly backup: string;
  readonly gone: readonly string[];
  /** How many other instances there are, all as they were. */
  readonly unchanged: number;
  readonly serialBefore: number;
  readonly serialAfter: number;
}

export type RemovalOutcome =
  | {
      readonly kind: "done";
      readonly proof: Proof;
      readonly leftOut: readonly LeftOut[];
      readonly notes: readonly string[];
    }
  /** Nothing was left to be taken out. */
  | { readonly kind: "nothing"; readonly leftOut: readonly LeftOut[] }
  /** The state is as it was. */
  | { readonly kind: "unchanged"; readonly failure: AccessFailure; readonly leftOut: readonly LeftOut[] }
  /** Something is otherwise than it should be, or could not be compared. */
  | {
      readonly kind: "partly";
      readonly failure: AccessFailure;
      readonly journal: Journaled;
      readonly gone: readonly string[];
      readonly stillThere: readonly string[];
      readonly leftOut: readonly LeftOut[];
    };

/** The first and the longest pause before the lock is asked for again, in milliseconds. */
const PAUSES = { first: 1000, longest: 15_000 };

/**
 * Takes instances out of one state. Where it is locked, tries again until the time for that is over, each time with the
 * state as it then is: whoever held the lock has probably written it.
 */
export async function removeFromState(task: RemovalTask, steps: ProgressLine<string>, io: Io): Promise<RemovalOutcome> {
  const until = performance.now() + task.lockTimeout;
  for (let next = PAUSES.first; ; next = Math.min(next * 2, PAUSES.longest)) {
    const outcome = await tryToRemove(task, steps, io);
    const left = until - performance.now();
    if (outcome.kind !== "unchanged" || outcome.failure.locked !== true || left <= 0) return outcome;
    steps.show(`waiting for the lock of the state of ${task.place.directory}, ${Math.ceil(left / 1000)} s at most`);
    await pause(Math.min(next, left), undefined, { signal: io.signal }).catch(() => {
      throw new Interrupted();
    });
  }
}

/**
 * Takes instances out of one state: backup and journal, then Terraform's own `state rm` under its lock, then the proof.
 * Whatever happens to this process, the state is as before or as after each call, and the journal tells which backup
 * belongs to it.
 */
async function tryToRemove(task: RemovalTask, steps: ProgressLine<string>, io: Io): Promise<RemovalOutcome> {
  const { place } = task;
  steps.show(`reading the state of ${place.directory}`);
  const read = await readPlacedState(place, io.signal);
  if (io.signal.aborted) throw new Interrupted();
  if (!read.ok) return { kind: "unchanged", failure: read, leftOut: [] };
  if (read.state.lineage !== task.lineage) {
    const message = `the state of ${place.directory} is another one than was looked at: its lineage is ${read.state.lineage}, and was ${task.lineage}`;
    const hint = "see which backend and workspace are selected there, and run tfinvite again";
    return { kind: "unchanged", failure: { message, hint }, leftOut: [] };
  }
  const { found, leftOut } = resolve(task.forget, read.state);
  if (found.size === 0) return { kind: "nothing", leftOut };

  steps.show("writing the backup");
  const { backend, workspace } = place;
  const { lineage, serial } = read.state;
  const what = {
    directory: place.access.directory,
    argv: [...place.access.argv],
    ...(backend !== undefined && { backend }),
    workspace,
    lineage,
    serialBefore: serial,
    removed: entriesOf(found),
  };
  let begun: Journaled;
  try {
    begun = await beginJournal(task.folder, read.bytes, what, new Date());
  } catch (cause) {
    const message = `the backup could not be written: ${reasonOf(cause, task.folder)}`;
    const hint = "make room there, or name another folder by XDG_STATE_HOME";
    return { kind: "unchanged", failure: { message, hint }, leftOut };
  }
  if (io.signal.aborted) {
    await dropJournal(begun);
    throw new Interrupted();
  }
  // Whatever comes now, the journal stands.
  try {
    const outcome = await change(task, begun, read, found, steps, io);
    return { ...outcome, leftOut: [...leftOut, ...outcome.leftOut] };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const failure = {
      message: `whether the invites are out of the state of ${place.directory} is not known: ${reason}`,
      hint: recovery(begun),
    };
    return { kind: "partly", failure, journal: begun, gone: [], stillThere: [], leftOut };
  }
}

async function change(
  task: RemovalTask,
  begun: Journaled,
  before: ReadState,
  found: ReadonlyMap<string, readonly StoredObject[]>,
  steps: ProgressLine<string>,
  io: Io,
): Promise<RemovalOutcome> {
  const { place } = task;
  const names = [...found.keys()];
  const removal = await removeInstances(place.access, names, {
    platform: io.platform,
    signal: io.signal,
    onCall: (done, all) =>
      steps.show(
        `taking ${names.length} out of the state of ${place.directory}${all > 1 ? `, call ${done + 1} of ${all}` : ""}`,
      ),
  });
  steps.show("comparing the state with the backup");
  // An interruption ends the waiting for Terraform; what it has done has to be known all the same.
  const after = await readAgain(place);
  if (!after.ok) {
    const message = `the state of ${place.directory} could not be read again, so what was done is not known: ${after.message}`;
    const detail = [removal.ok ? undefined : removal.message, after.detail].filter(Boolean).join("\n");
    const failure = { message, hint: recovery(begun), ...(detail !== "" && { detail }) };
    return { kind: "partly", failure, journal: begun, gone: [], stillThere: [], leftOut: [] };
  }
  const differences = compareStates(before.state, after.state, new Set(names));
  const stillThere = differences.filter(({ kind }) => kind === "still-there").map(({ what }) => what);
  const others = differences.filter(({ kind }) => kind !== "still-there");
  const gone = names.filter((name) => !stillThere.includes(name));
  const [serialBefore, serialAfter] = [before.state.serial, after.state.serial];
  // Terraform writes all of a call or nothing, so that what else is otherwise is somebody else's doing.
  if (gone.length === 0 && (!removal.ok || others.length === 0)) {
    await dropJournal(begun);
    return { kind: "unchanged", failure: removal.ok ? silent(place) : removal, leftOut: [] };
  }
  if (gone.length > 0 && serialAfter <= serialBefore) {
    others.push({ kind: "serial", what: `the serial, which is ${serialAfter} and was ${serialBefore}` });
  }
  const removed = entriesOf(new Map([...found].filter(([name]) => gone.includes(name))));
  const journal = await endJournal(begun, { status: "done", serialAfter, removed }, new Date());
  if (stillThere.length > 0 || others.length > 0) {
    const failure = whatWentWrong(
      { place, journal, others, serialBefore, serialAfter },
      removal.ok ? undefined : removal,
    );
    return { kind: "partly", failure, journal, gone, stillThere, leftOut: [] };
  }
  const notes = removal.ok
    ? []
    : [`Terraform reported a failure, and the state has the change all the same: ${removal.message}`];
  return {
    kind: "done",
    proof: {
      journal,
      backup: backupPath(journal),
      gone,
      unchanged: objectsByAddress(after.state).size,
      serialBefore,
      serialAfter,
    },
    leftOut: [],
    notes,
  };
}

const READS = 3;

/** What cannot be read at once may be in a moment; not to know what was done is worse than to wait. */
async function readAgain(place: StatePlace) {
  for (let left = READS - 1; ; left -= 1) {
    const read = await readPlacedState(place);
    if (read.ok || left === 0) return read;
    await pause(1000);
  }
}

/** Holds what was looked up against the state as it is now: only the very same objects go. */
function resolve(
  forget: readonly ReportedInvite[],
  state: StoredState,
): { readonly found: ReadonlyMap<string, readonly StoredObject[]>; readonly leftOut: readonly LeftOut[] } {
  const stored = objectsByAddress(state);
  const found = new Map<string, readonly StoredObject[]>();
  const leftOut: LeftOut[] = [];
  for (const { entry } of forget) {
    const objects = stored.get(entry.name);
    if (objects === undefined) leftOut.push({ name: entry.name, why: "is not in the state any more" });
    else if (!sameInvites(entry.objects, objects))
      leftOut.push({ name: entry.name, why: "is another invite in the state by now" });
    else found.set(entry.name, objects);
  }
  // Terraform takes the address of an instance without a key for the whole resource.
  for (const { entry } of forget) {
    if (entry.address.key !== undefined || !found.has(entry.name)) continue;
    const resource = formatResourceAddress(entry.address);
    const stays = [...stored].some(
      ([name, [first]]) => !found.has(name) && first !== undefined && formatResourceAddress(first.address) === resource,
    );
    if (!stays) continue;
    found.delete(entry.name);
    leftOut.push({ name: entry.name, why: "shares its address with others of the resource, which stay" });
  }
  return { found, leftOut };
}

function sameInvites(looked: ReportedInvite["entry"]["objects"], stored: readonly StoredObject[]): boolean {
  const key = (id: string | undefined, deposed: string | undefined) => `${deposed ?? ""} ${id ?? ""}`;
  const left = new Set(looked.map(({ id, deposed }) => key(id, deposed)));
  return left.size === stored.length && stored.every((object) => left.has(key(objectId(object), object.deposed)));
}

function entriesOf(found: ReadonlyMap<string, readonly StoredObject[]>): Journaled["content"]["removed"] {
  return [...found].map(([address, objects]) => ({
    address,
    objects: objects.map((object) => {
      const id = objectId(object);
      return { ...(id !== undefined && { id }), ...(object.deposed !== undefined && { deposed: object.deposed }) };
    }),
  }));
}

function silent(place: StatePlace): AccessFailure {
  return {
    message: `Terraform reported success in ${place.directory}, and the state is as it was`,
    hint: "see whether another state is selected there: terraform workspace show",
  };
}

/** What to do where it is not known, or not right, what became of the state. */
export function recovery(journal: Journaled): string {
  return `the state as it was before is in ${backupPath(journal)}; tfinvite repair --undo ${journal.id} puts back what is missing`;
}

function whatWentWrong(
  found: {
    readonly place: StatePlace;
    readonly journal: Journaled;
    readonly others: readonly Difference[];
    readonly serialBefore: number;
    readonly serialAfter: number;
  },
  removal: AccessFailure | undefined,
): AccessFailure {
  const { place, journal, others, serialBefore, serialAfter } = found;
  const detail = removal?.detail === undefined ? {} : { detail: removal.detail };
  if (others.length === 0) {
    const why = removal?.message ?? "Terraform reported success";
    return {
      message: `only some invites are out of the state of ${place.directory}: ${why}`,
      hint: "run it again for the rest",
      ...detail,
    };
  }
  const writes = serialAfter - serialBefore;
  const who = writes > 1 ? `, since somebody else wrote it meanwhile (serial ${serialBefore} → ${serialAfter})` : "";
  const message = `more of the state of ${place.directory} is otherwise than before${who}: ${differenceWords(others)}`;
  return { message, hint: recovery(journal), ...detail };
}

const SHOWN = 10;

/** Every difference by name, as far as a person reads. */
export function differenceWords(differences: readonly Difference[]): string {
  const words = {
    gone: "is gone",
    new: "is new",
    changed: "has changed",
    lineage: "has changed",
    serial: "",
    "still-there": "is still there",
  };
  const shown = differences.slice(0, SHOWN).map(({ kind, what }) => `${what} ${words[kind]}`.trim());
  const more = differences.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}
