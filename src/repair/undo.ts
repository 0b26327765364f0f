import { readFile } from "node:fs/promises";
import { defined } from "../base/defined.js";
import type { EngineContext } from "../base/engine-context.js";
import { Failure, Interrupted, type ReportError } from "../base/failure.js";
import { mustFinish } from "../base/must-finish.js";
import { someOf } from "../base/phrases.js";
import { reasonOf } from "../base/replace-files.js";
import { escapeControls } from "../report/escape.js";
import type { ShownUndo } from "../report/repair-outcome.js";
import { kindOfArgv } from "../terraform/run/tool.js";
import { compareStates, whyNotComparable } from "../terraform/state-change/compare-states.js";
import { vacancyFor, withRestored } from "../terraform/state-change/restore-instances.js";
import { pushState, type StatePlace } from "../terraform/state-change/state-commands.js";
import { objectsByAddress, readStoredState, type StoredState } from "../terraform/state-change/stored-state.js";
import { backupPath, endJournal, type Journaled, type JournaledEdit } from "./journal.js";
import type { JournalToUndo } from "./journals.js";
import { LOCK_TIMEOUT, type RepairOptions } from "./options.js";
import { findStatePlace, readPlacedState } from "./state-place.js";
import { refusedWriter } from "./tool-version.js";
import { differenceWords, readAgain, UNCHECKED } from "./transaction.js";
import { readJournaledFiles, replaceJournaled } from "./write-configuration.js";

/** What undoing a repair would change. */
export interface UndoPlan extends ShownUndo {
  readonly journal: Journaled;
  readonly current: StoredState;
  readonly backup: StoredState;
  /** Addresses that hold the very same objects already. */
  readonly back: readonly string[];
  /** Files to be as they were before the repair. */
  readonly files: readonly JournaledEdit[];
}

export type UndoOutcome =
  | {
      readonly kind: "done";
      readonly restored: number;
      readonly files: readonly string[];
      readonly unchanged: number;
      readonly serialBefore: number;
      readonly serialAfter: number;
    }
  /** Everything is there already. */
  | { readonly kind: "nothing"; readonly back: number }
  /** What was done is not known, or differs from what was wanted. */
  | { readonly kind: "in-doubt"; readonly reason: string; readonly error: ReportError };

/** Compares a repair with the state as it is now. Fails with a Failure where something speaks against undoing it. */
export async function planUndo(
  { journal, directory }: JournalToUndo,
  options: RepairOptions,
  context: EngineContext,
): Promise<UndoPlan> {
  const { argv, backend, lineage, workspace, removed } = journal.content;
  const place = await findStatePlace({ directory, argv, ...defined({ backend }) }, context);
  refusePlace(place, journal, options);
  const backup = await readBackup(journal);
  const steps = context.progress.steps();
  steps.show(`reading the state of ${directory}`);
  const read = await readPlacedState(place, context.signal);
  steps.end();
  if (context.signal.aborted) throw new Interrupted();
  if (!read.ok) throw new Failure(read.message, withDetail(unreadableHint(place, journal, read.hint), read.detail));
  const current = read.state;
  if (current.lineage !== lineage) {
    throw new Failure(
      `the state of ${directory} is not the one that was repaired: its lineage is ${current.lineage}, and was ${lineage}`,
      `Select the workspace "${workspace}" and the same backend there, and run it again.`,
    );
  }
  const names = removed.map(({ address }) => address);
  const { free, back, taken, elsewhere, moved, lost } = vacancyFor(names, backup, current);
  refuseWhere(lost, "not in the backup", "The backup is not the one that was written with the journal.");
  refuseWhere(
    taken,
    "now used by something else in the state",
    "Remove that from the state first. Or leave it there: then Terraform manages that invite, and not the old one.",
  );
  refuseWhere(
    moved,
    "now in the state at another address",
    "Remove it from the state there first, or leave it there: the next apply would delete an invite that has two addresses.",
  );
  refuseWhere(
    elsewhere,
    "part of a resource that now has another provider configuration",
    "Import them with terraform import, which uses the current one.",
  );
  if (free.length > 0) await refuseWriting(place, current, options, context);
  const files = await filesToRestore(journal, place, options);
  return { journal, place, current, backup, free, back, files };
}

/** Puts what a repair removed back into the state as it is now, and leaves everything else in it alone. */
export function undoRepair(plan: UndoPlan, options: RepairOptions, context: EngineContext): Promise<UndoOutcome> {
  return mustFinish(() => undo(plan, options, context));
}

async function undo(plan: UndoPlan, options: RepairOptions, context: EngineContext): Promise<UndoOutcome> {
  const { journal, place, current, free, back } = plan;
  const names = plan.files.map(({ file }) => file);
  const outcome = free.length === 0 ? undefined : await putBack(plan, options, context);
  if (outcome?.kind === "in-doubt") return outcome;
  const failed = await replaceJournaled(journal, plan.files, place.access.directory, "before");
  if (failed !== undefined) {
    const message = `the invites are in the state again, but the configuration could not be restored: ${failed}`;
    const error = { message, hint: "Run it again, or restore the files from version control." };
    return { kind: "in-doubt", reason: "the configuration was not restored", error };
  }
  await endJournal(journal, { status: "undone" }, context.clock);
  if (outcome === undefined && names.length === 0) return { kind: "nothing", back: back.length };
  const counts = outcome ?? {
    restored: 0,
    unchanged: objectsByAddress(current).size,
    serialBefore: current.serial,
    serialAfter: current.serial,
  };
  return { ...counts, kind: "done", files: names };
}

/** Puts the instances back into the state, and proves it. */
async function putBack(
  { journal, place, current, backup, free }: UndoPlan,
  options: RepairOptions,
  { progress, clock, signal }: EngineContext,
) {
  const bytes = withRestored(new Set(free), backup, current);
  const wanted = readStoredState(bytes);
  if (!wanted.ok) throw new Failure(`the state with the restored invites ${wanted.what}`, "Nothing was changed.");
  const steps = progress.steps();
  steps.show(`restoring ${free.length} in the state of ${place.directory}`);
  const pushed = await pushState(place.access, bytes, { lockTimeout: options.lockTimeout ?? LOCK_TIMEOUT, signal });
  steps.show("comparing the state with what was restored");
  const after = await readAgain(place, clock);
  steps.end();
  if (!after.ok) {
    const error = { message: `what was done is not known: ${after.message}`, hint: after.hint };
    return { kind: "in-doubt" as const, reason: "the state could not be read again", error };
  }
  const there = objectsByAddress(after.state);
  // A push is all or nothing.
  if (!free.some((name) => there.has(name))) {
    if (!pushed.ok) throw new Failure(pushed.message, withDetail(pushed.hint, pushed.detail));
    throw new Failure("Terraform reported success, but none of the invites is in the state", "Run it again.");
  }
  const differences = compareStates(wanted.state, after.state, new Set());
  if (differences.length > 0) {
    const reason = pushed.ok ? "" : `; ${pushed.message}`;
    const message = `the state differs from what was expected: ${differenceWords(differences)}${reason}`;
    const hint = `The whole state before the repair is in ${backupPath(journal)}.`;
    const reasonOfAll = "the state differs from what was expected: see above";
    return { kind: "in-doubt" as const, reason: reasonOfAll, error: { message, hint } };
  }
  return {
    kind: "done" as const,
    restored: free.length,
    unchanged: there.size - free.length,
    serialBefore: current.serial,
    serialAfter: after.state.serial,
  };
}

/** The files that the repair edited. Fails where one of them has changed since, unless forced: then it stays as it is. */
async function filesToRestore(
  { id, content: { edits = [] } }: Journaled,
  { access, directory }: StatePlace,
  { force }: RepairOptions,
): Promise<readonly JournaledEdit[]> {
  const { edited, changed } = await readJournaledFiles(edits, access.directory);
  if (changed.length === 0 || force === true) return edited;
  throw new Failure(
    `${someOf(changed.map(({ file }) => file))} in ${directory} changed after the repair; nothing was restored`,
    `Revert the later change and run it again. Or restore everything else, and edit this file yourself: tfinvite repair --undo ${id} --force`,
  );
}

function refusePlace(
  { directory, workspace, locking, lockingOff }: StatePlace,
  { content }: Journaled,
  { force }: RepairOptions,
) {
  if (workspace !== content.workspace) {
    throw new Failure(
      `the workspace "${workspace}" is selected in ${directory}, but the repair was made in "${content.workspace}"`,
      `Set TF_WORKSPACE=${content.workspace}, or run: terraform workspace select ${content.workspace}`,
    );
  }
  const why = lockingOff ?? (locking.kind === "none" ? locking.reason : undefined);
  if (force === true || why === undefined) return;
  throw new Failure(
    `the state of ${directory} would be written without a lock: ${why}`,
    "Make sure that nothing else runs Terraform there, and pass --force.",
  );
}

/** Fails before the change where it could lose data, or could not be compared afterwards. */
async function refuseWriting(
  place: StatePlace,
  current: StoredState,
  { force }: RepairOptions,
  context: EngineContext,
): Promise<void> {
  const kind = kindOfArgv(place.access.argv) ?? "terraform";
  const refused = force === true ? undefined : await refusedWriter(place, kind, current, context);
  if (refused !== undefined) throw new Failure(refused.message, refused.hint);
  const why = whyNotComparable(current);
  if (why === undefined) return;
  throw new Failure(`the state of ${place.directory} could not be compared afterwards: ${why}`, UNCHECKED);
}

async function readBackup(journal: Journaled): Promise<StoredState> {
  const file = backupPath(journal);
  try {
    const stored = readStoredState(await readFile(file));
    if (stored.ok) return stored.state;
    throw new Error(stored.what);
  } catch (cause) {
    throw new Failure(
      `the backup of ${journal.id} can't be read: ${reasonOf(cause, file)}`,
      "Import the invites with terraform import; the journal has their addresses and ids.",
      { cause },
    );
  }
}

/** A state file that is empty or cut off was being written when its writer was killed; only the backup has it whole. */
function unreadableHint({ file }: StatePlace, journal: Journaled, hint: string): string {
  if (file === undefined) return hint;
  return `If a run was killed while it wrote the file, the state before it is in ${backupPath(journal)}. Check that nothing else changed since then, and copy it to ${file}.`;
}

function refuseWhere(names: readonly string[], what: string, hint: string): void {
  if (names.length === 0) return;
  const are = names.length === 1 ? "is" : "are";
  throw new Failure(`${someOf(names.map(escapeControls))} ${are} ${what}; nothing was changed`, hint);
}

function withDetail(hint: string, detail: string | undefined): string {
  return detail === undefined ? hint : `${hint}\n${detail}`;
}
