import type { EngineContext, Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { count } from "../base/phrases.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import type { RemovalView } from "../repair/apply.js";
import { DECLINED, exitOfEmitted } from "../repair/exit.js";
import type { JournalListing } from "../repair/journal.js";
import { checkApplyFlags, isAgreed, type RepairOptions, requireAnswer } from "../repair/options.js";
import { type PreparedRepair, prepareRepair } from "../repair/prepare.js";
import { commandContext, programOf } from "../report/commands.js";
import { diffOf, type FileChanges } from "../report/diff.js";
import { formatClean, formatEdited, formatEmitted, formatWritten } from "../report/repair-blocks.js";
import { formatRepair } from "../report/repair-commands.js";
import {
  formatCandidates,
  formatLeftovers,
  formatRemoval,
  formatRepairs,
  formatRoots,
  formatUndo,
  formatUndone,
  undoCaution,
  undoQuestion,
} from "../report/repair-outcome.js";
import { formatRepairSummary } from "../report/repair-text.js";
import { defaultShell } from "../terraform/shell/shell-quoting.js";
import { engineContext } from "./engine-context.js";
import { styleFor } from "./style.js";

/** Flags that choose what repair does, one at a time. */
const WAYS = ["apply", "undo", "list", "keep", "clean", "print0"] as const satisfies readonly (keyof RepairOptions)[];

/** `tfinvite repair`: removes used invites from the state, or prints what does. */
export async function repair(directories: readonly string[], options: RepairOptions, io: Io): Promise<ExitStatus> {
  const ways = [...WAYS.filter((way) => options[way] !== undefined), ...(options.as === undefined ? [] : ["as"])];
  if (ways.length > 1) {
    throw new Failure(
      `${ways.map((way) => `--${way}`).join(" and ")} can't be used together`,
      "Use one of them at a time.",
    );
  }
  refuseLoneFlags(ways, options);
  const context = engineContext(io);
  if (options.undo !== undefined || options.list === true || options.keep !== undefined) {
    return journals(directories, options, context, io);
  }
  if (options.clean === true) {
    const { cleanBlocks, exitOfClean } = await import("../repair/clean.js");
    const cleaned = await cleanBlocks(directories, options, context);
    io.stderr.write(formatClean(cleaned, styleFor(io.stderr, io)));
    return exitOfClean(cleaned);
  }
  if (options.apply === true) return apply(directories, options, context, io);
  if (options.write === true)
    requireAnswer(options.as === "blocks" ? "--as blocks --write" : "--write", options, context);
  const prepared = await prepareRepair(directories, options, context);
  if (options.as === "blocks") return blocks(prepared, options, context, io);
  if (options.write === true) return edit(prepared, options, context, io);
  const isForPerson = options.print0 !== true && (options.as ?? "commands") === "commands";
  const text = formatRepair(prepared, options.print0 === true ? "print0" : (options.as ?? "commands"), context);
  const notes = formatRepairSummary(prepared, styleFor(io.stderr, io), isForPerson ? "commands" : "other");
  // On a terminal both come out in one place; a blank line sets the commands off.
  io.stderr.write(io.stdout.isTTY === true && text !== "" ? `${notes}\n` : notes);
  io.stdout.write(text);
  return exitOfEmitted(prepared);
}

/** Fails for flags that have no meaning without another one. */
function refuseLoneFlags(ways: readonly string[], options: RepairOptions): void {
  if (options.out !== undefined && options.as !== "blocks") {
    throw new Failure("--out requires --as blocks", "Run: tfinvite repair --as blocks --out FILE");
  }
  const [way] = ways;
  if (options.write === true && way !== undefined && way !== "apply" && options.as !== "blocks") {
    throw new Failure(`--write can't be used with --${way}`, "Use --write with --apply, with --as blocks, or alone.");
  }
  if (options.dryRun === true && options.write !== true && options.apply !== true) {
    throw new Failure("--dry-run requires --apply or --write", "Add one of them, or remove --dry-run.");
  }
}

/** Shows what would change in files; true where the change was agreed to. */
async function isAgreedOn(
  changes: FileChanges,
  options: RepairOptions,
  context: EngineContext,
  io: Io,
): Promise<boolean> {
  const text = await diffOf(changes);
  if (options.dryRun === true) io.stdout.write(text);
  else if (text !== "") io.stderr.write(`${text}\n`);
  if (options.dryRun === true) return false;
  return changes.size === 0 || isAgreed(`Write ${count(changes.size, "file")}?`, options, context);
}

function directoriesOf({ plans }: PreparedRepair): string[] {
  return plans.map(({ directory }) => directory);
}

/** `--write` alone: the configuration of members whose used invite no state holds any longer. */
async function edit(
  prepared: PreparedRepair,
  options: RepairOptions,
  context: EngineContext,
  io: Io,
): Promise<ExitStatus> {
  const engine = await import("../repair/write-configuration.js");
  const roots = await engine.halfDoneEdits(prepared, options, context);
  const changes = engine.changesOf(roots);
  if (!(await isAgreedOn(changes, options, context, io))) {
    return options.dryRun === true ? engine.exitOfEdits(roots, prepared) : DECLINED;
  }
  await engine.writeChanges(changes, directoriesOf(prepared), context);
  io.stderr.write(formatEdited(roots, prepared, styleFor(io.stderr, io)));
  return engine.exitOfEdits(roots, prepared);
}

/** `--apply`: previews, asks, and shows each root module as soon as it is done. */
async function apply(
  directories: readonly string[],
  options: RepairOptions,
  context: EngineContext,
  io: Io,
): Promise<ExitStatus> {
  const { runRemoval } = await import("../repair/apply.js");
  checkApplyFlags(options, context);
  const prepared = await prepareRepair(directories, options, context);
  const style = styleFor(io.stderr, io);
  const view: RemovalView = {
    candidates: async (candidates) => {
      const isNone = candidates.length === 0;
      const { now } = prepared.report;
      io.stderr.write(
        isNone ? formatRepairSummary(prepared, style, "commands") : formatCandidates(candidates, now, style),
      );
      const diff = await diffOf(new Map(candidates.flatMap(({ edited }) => [...(edited?.files ?? [])])));
      if (options.dryRun === true) io.stdout.write(diff);
      else if (diff !== "") io.stderr.write(`${diff}\n`);
    },
    result: (result) => {
      const { before, proof, after } = formatRemoval(result, prepared.plans.length > 1, prepared, style);
      io.stderr.write(before);
      io.stdout.write(proof);
      io.stderr.write(after);
    },
    end: (results) => io.stderr.write(formatRoots(results)),
  };
  return runRemoval(prepared, { directories: prepared.inputs.directories, options, view }, context);
}

/** `--as blocks`: prints the blocks, or writes them and with `--write` the edited configuration. */
async function blocks(
  prepared: PreparedRepair,
  options: RepairOptions,
  context: EngineContext,
  io: Io,
): Promise<ExitStatus> {
  const [engine, { writeChanges }] = await Promise.all([
    import("../repair/blocks.js"),
    import("../repair/write-configuration.js"),
  ]);
  const style = styleFor(io.stderr, io);
  const roots = await engine.repairAsBlocks(prepared, options, context);
  if (options.write === true) {
    const changes = engine.blockChanges(roots, options);
    const isAgreedTo = await isAgreedOn(changes, options, context, io);
    if (!isAgreedTo) return options.dryRun === true ? engine.exitOfBlocks(roots, prepared, options) : DECLINED;
    await writeChanges(changes, directoriesOf(prepared), context, options.out);
    const isAny = changes.size > 0;
    io.stderr.write(formatWritten(roots, prepared, { isAny, left: engine.leftToPerson(roots, prepared) }, style));
  } else {
    const text = engine.emittedBlocks(roots, options);
    const isInFile = options.out !== undefined;
    io.stderr.write(
      formatRepairSummary(prepared, style, "blocks") + formatEmitted(roots, isInFile, prepared.call, style),
    );
    if (isInFile)
      await writeChanges(engine.blockChanges(roots, options), directoriesOf(prepared), context, options.out);
    // On a terminal both come out in one place; a blank line sets the blocks off.
    else io.stdout.write(io.stdout.isTTY === true && text !== "" ? `\n${text}` : text);
  }
  return engine.exitOfBlocks(roots, prepared, options);
}

/** `--list`, `--undo` and `--keep`: what was repaired on this machine. */
async function journals(
  directories: readonly string[],
  options: RepairOptions,
  context: EngineContext,
  io: Io,
): Promise<ExitStatus> {
  const { openJournals, journalsOf, keepLatest, shownDirectory } = await import("../repair/journals.js");
  const listing = await openJournals(context);
  if (options.keep !== undefined) {
    const { deleted, kept, brokenOff, cleared } = await keepLatest(listing, options.keep, context);
    const stays = brokenOff === 0 ? "" : `; kept ${count(brokenOff, "interrupted repair")}, too`;
    const rest = cleared === 0 ? "" : `; deleted ${count(cleared, "file")} left by runs that were killed`;
    io.stderr.write(`deleted ${count(deleted, "repair")} with the backups, kept ${kept}${stays}${rest}\n`);
    return { code: EXIT.ok };
  }
  if (options.undo !== undefined) return undo(listing, directories, options, context, io);
  const shown = journalsOf(listing, directories, context);
  io.stdout.write(formatRepairs(shown.map((one) => ({ ...one, directory: shownDirectory(one, context) }))));
  if (shown.length === 0) io.stderr.write(`no repairs in ${listing.folder}\n`);
  io.stderr.write(formatLeftovers(listing));
  return { code: EXIT.ok };
}

/** `--undo`: previews, asks, and shows what is restored. */
async function undo(
  listing: JournalListing,
  directories: readonly string[],
  options: RepairOptions,
  context: EngineContext,
  io: Io,
): Promise<ExitStatus> {
  const [{ journalToUndo }, { planUndo, undoRepair }] = await Promise.all([
    import("../repair/journals.js"),
    import("../repair/undo.js"),
  ]);
  const chosen = await journalToUndo(listing, directories, options.undo ?? true, context);
  requireAnswer("--undo", options, context);
  const plan = await planUndo(chosen, options, context);
  const style = styleFor(io.stderr, io);
  if (plan.free.length + plan.files.length > 0) {
    const { argv } = chosen.journal.content;
    const commands = commandContext(() => argv, options.shell ?? defaultShell(context.platform), {
      ...options,
      program: programOf(context.env),
    });
    io.stderr.write(formatUndo(plan, commands, style));
    if (!(await isAgreed(undoQuestion(plan), options, context))) return DECLINED;
  }
  const outcome = await undoRepair(plan, options, context);
  switch (outcome.kind) {
    case "nothing":
      io.stderr.write(
        `Nothing to restore: all ${count(outcome.back, "invite")} of the repair ${outcome.back === 1 ? "is" : "are"} in the state.\n`,
      );
      return { code: EXIT.ok };
    case "done":
      io.stdout.write(formatUndone(outcome, style));
      if (outcome.files.length === 0) io.stderr.write(undoCaution(style));
      return { code: EXIT.ok };
    case "in-doubt":
      context.notify([], [outcome.error]);
      return { code: EXIT.incomplete, reason: outcome.reason };
  }
}
