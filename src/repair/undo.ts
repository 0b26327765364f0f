import { setTimeout as pause } from "node:timers/promises";
import type { Io } from "../base/engine-context.js";
import { Failure, Interrupted } from "../base/failure.js";
import { count } from "../base/phrases.js";
import { reasonOf } from "../base/replace-files.js";
import { startStepLine } from "../cli/progress.js";
import { styleFor } from "../cli/style.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import { commandContext } from "../report/commands.js";
import { escapeControls } from "../report/escape.js";
import { formatSections } from "../report/repair-text.js";
import { wrap } from "../report/text-width.js";
import { parseAddress } from "../terraform/addresses/address-parser.js";
import { defaultShell } from "../terraform/shell/shell-quoting.js";
import { compareStates } from "../terraform/state-change/compare-states.js";
import { vacancyFor, withRestored } from "../terraform/state-change/restore-instances.js";
import type { AccessFailure } from "../terraform/state-change/state-commands.js";
import { pushState } from "../terraform/state-change/state-commands.js";
import { objectsByAddress, readStoredState, type StoredState } from "../terraform/state-change/stored-state.js";
import { ask, requireAnswer } from "./ask.js";
import { backupPath, endJournal, type Journaled } from "./journal.js";
import { LOCK_TIMEOUT, type RepairOptions } from "./options.js";
import { findStatePlace, placeWords, readPlacedState, type StatePlace } from "./state-place.js";
import { differenceWords } from "./transaction.js";

/** Puts what a repair took out back into the state as it is now, and leaves everything else in it alone. */
export async function undoRepair(
  journal: Journaled,
  directory: string,
  options: RepairOptions,
  io: Io,
): Promise<ExitStatus> {
  requireAnswer("--undo", options, io);
  const { content } = journal;
  const style = styleFor(io.stderr, io);
  const steps = startStepLine(io, style);
  const { backend } = content;
  const place = await findStatePlace({ directory, argv: content.argv, ...(backend !== undefined && { backend }) }, io);
  refusePlace(place, journal, options);
  const backup = await readBackup(journal);
  steps.show(`reading the state of ${directory}`);
  const current = await readPlacedState(place, io.signal);
  steps.end();
  if (io.signal.aborted) throw new Interrupted();
  if (!current.ok)
    throw new Failure(current.message, withDetail(unreadableHint(place, journal, current.hint), current.detail));
  if (current.state.lineage !== content.lineage) {
    throw new Failure(
      `the state of ${directory} is another one than the repair was made in: its lineage is ${current.state.lineage}, and was ${content.lineage}`,
      `Select the workspace "${content.workspace}" and the same backend there, and run it again.`,
    );
  }
  const names = content.removed.map(({ address }) => address);
  const { free, back, taken, elsewhere, lost } = vacancyFor(names, backup, current.state);
  refuseWhere(lost, "not in the backup", "The backup is not the one that was written with the journal.");
  refuseWhere(
    taken,
    "taken again by something else",
    "Take what is there out of the state first, or leave it: that invite is then managed instead of the old one.",
  );
  refuseWhere(
    elsewhere,
    "of a resource that belongs to another provider configuration by now",
    "Put them back by terraform import, which takes the present one.",
  );
  if (free.length === 0) {
    await endJournal(journal, { status: "undone" }, new Date());
    io.stderr.write(`${count(back.length, "invite")} to put back, and all there already: nothing to do\n`);
    return { code: EXIT.ok };
  }

  io.stderr.write(preview(journal, place, free, current.state, options, io));
  const question = `Put ${count(free.length, "invite")} back into the state of ${directory}?`;
  if (options.yes !== true && !(await ask(question, io))) {
    return { code: EXIT.failed, reason: "nothing was changed, since the answer was no" };
  }
  const bytes = withRestored(new Set(free), backup, current.state);
  const wanted = readStoredState(bytes);
  if (!wanted.ok) throw new Failure(`the state with the invites put back ${wanted.what}`, "Nothing was changed.");
  steps.show(`putting ${free.length} back into the state of ${directory}`);
  const pushed = await pushState(place.access, bytes, {
    lockTimeout: options.lockTimeout ?? LOCK_TIMEOUT,
    signal: io.signal,
  });
  steps.show("comparing the state with what was put back");
  const after = await readAfterPush(place);
  steps.end();
  if (!after.ok) {
    io.stderr.write(
      `${style.red("error:")} what was done is not known: ${escapeControls(after.message)}\n       ${after.hint}\n`,
    );
    return { code: EXIT.incomplete, reason: "the state could not be read again" };
  }
  const there = objectsByAddress(after.state);
  // A push is all or nothing.
  if (!free.some((name) => there.has(name))) {
    const failure: AccessFailure = pushed.ok
      ? { message: "Terraform reported success, and none of them is in the state", hint: "run it again" }
      : pushed;
    throw new Failure(failure.message, withDetail(failure.hint, failure.detail));
  }
  const differences = compareStates(wanted.state, after.state, new Set());
  if (differences.length > 0) {
    const reason = pushed.ok ? "" : `; ${pushed.message}`;
    io.stderr.write(
      `${style.red("error:")} the state is otherwise than it should be: ${escapeControls(differenceWords(differences))}${escapeControls(reason)}\n       The whole state before the repair is in ${backupPath(journal)}.\n`,
    );
    return { code: EXIT.incomplete, reason: "the state is not what it should be: see above" };
  }
  await endJournal(journal, { status: "undone" }, new Date());
  const others = objectsByAddress(after.state).size - free.length;
  io.stdout.write(
    `${free.length} back, ${count(others, "other")} unchanged, serial ${current.state.serial} → ${after.state.serial}\n`,
  );
  const caution =
    "Where the configuration does not declare them any more, the next apply tries to delete them, which OpenAI refuses for accepted ones: put that back, too.";
  io.stderr.write(`${wrap(caution, style.width).join("\n")}\n`);
  return { code: EXIT.ok };
}

function refusePlace(place: StatePlace, journal: Journaled, { force }: RepairOptions): void {
  if (place.workspace !== journal.content.workspace) {
    throw new Failure(
      `the workspace "${place.workspace}" is selected in ${place.directory}, and the repair was made in "${journal.content.workspace}"`,
      `Set TF_WORKSPACE=${journal.content.workspace}, or select it: terraform workspace select ${journal.content.workspace}`,
    );
  }
  if (force === true) return;
  const why = place.lockingOff ?? (place.locking.kind === "none" ? place.locking.reason : undefined);
  if (why === undefined) return;
  throw new Failure(
    `the state of ${place.directory} would be written without a lock: ${why}`,
    "See to it that nobody else runs Terraform there, and give --force.",
  );
}

async function readBackup(journal: Journaled): Promise<StoredState> {
  const { readFile } = await import("node:fs/promises");
  const file = backupPath(journal);
  try {
    const stored = readStoredState(await readFile(file));
    if (stored.ok) return stored.state;
    throw new Error(stored.what);
  } catch (cause) {
    throw new Failure(
      `the backup of ${journal.id} cannot be read: ${reasonOf(cause, file)}`,
      "Put the invites back by terraform import; the journal has their addresses and ids.",
      { cause },
    );
  }
}

/** A state file that is empty or cut off was being written when its writer was killed; only the backup has it whole. */
function unreadableHint({ file }: StatePlace, journal: Journaled, hint: string): string {
  if (file === undefined) return hint;
  return `if a run was killed while it wrote the file, the state before it is in ${backupPath(journal)}: see that nothing else was changed since, and copy it to ${file}`;
}

function refuseWhere(names: readonly string[], what: string, hint: string): void {
  if (names.length === 0) return;
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  throw new Failure(
    `${names.slice(0, 5).map(escapeControls).join(", ")}${more} ${names.length === 1 ? "is" : "are"} ${what}; nothing was changed`,
    hint,
  );
}

function withDetail(hint: string, detail: string | undefined): string {
  return detail === undefined ? hint : `${hint}\n${detail}`;
}

function preview(
  { id, content }: Journaled,
  place: StatePlace,
  free: readonly string[],
  { lineage, serial }: StoredState,
  options: RepairOptions,
  io: Io,
): string {
  const wanted = new Set(free);
  const entries = content.removed.filter(({ address }) => wanted.has(address));
  const rows = entries.map(({ address, objects }): [string, string] => {
    const ids = objects.map(
      (object) => `${object.id ?? "no id"}${object.deposed ? ` (deposed ${object.deposed})` : ""}`,
    );
    return [address, ids.join(", ")];
  });
  const title = `${count(free.length, "invite")} to put back, from the repair ${id}:`;
  const context = commandContext(() => content.argv, options.shell ?? defaultShell(io.platform), options);
  const imports = entries.flatMap(({ address, objects }) => {
    const parsed = parseAddress(address);
    const id = objects.find(({ deposed }) => deposed === undefined)?.id;
    if (!parsed.ok || id === undefined) return [];
    const command = context.command(place.directory, { verb: ["import"], addresses: [parsed.address], tail: [id] });
    return command === undefined ? [] : [`  ${command.text}\n`];
  });
  const other = imports.length === 0 ? "" : `The other way, with the provider and its key:\n${imports.join("")}\n`;
  return (
    formatSections([{ title, rows }], styleFor(io.stderr, io)) +
    `State:\n  ${escapeControls(place.directory)}: ${escapeControls(placeWords(place))}, lineage ${lineage}, serial ${serial}\n\n${other}`
  );
}

async function readAfterPush(place: StatePlace) {
  const first = await readPlacedState(place);
  if (first.ok) return first;
  await pause(1000);
  return readPlacedState(place);
}
