import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { Failure, Interrupted } from "../base/failure.js";
import { count } from "../base/phrases.js";
import { engineContext } from "../cli/engine-context.js";
import { goDuration } from "../cli/option-values.js";
import { startStepLine } from "../cli/progress.js";
import { styleFor } from "../cli/style.js";
import type { Inventory } from "../invites/inventory.js";
import { configurationSteps } from "../invites/remedies/configuration-steps.js";
import { dependentsOf } from "../invites/remedies/dependents.js";
import type { RepairPlan } from "../invites/remedies/repair-plan.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import { escapeControls } from "../report/escape.js";
import { formatForgetting, formatRemaining } from "../report/repair-text.js";
import type { Style } from "../report/style.js";
import { DEFAULT_WORKSPACE } from "../terraform/root-module/root-module.js";
import { ask, requireAnswer } from "./ask.js";
import { confirmPlans } from "./confirm.js";
import { backupPath, listJournals } from "./journal.js";
import { exitOfEmitted, repairNotes } from "./notes.js";
import { LOCK_TIMEOUT, type RepairOptions } from "./options.js";
import type { PreparedRepair } from "./prepare.js";
import { settleJournals } from "./settle.js";
import { journalFolder, openJournalFolder } from "./state-folder.js";
import { findStatePlace, placeWords, type StatePlace } from "./state-place.js";
import { type RemovalOutcome, removeFromState } from "./transaction.js";

/** One root module from which something is to go, and why it may not. */
interface Candidate {
  readonly plan: RepairPlan;
  readonly inventory: Inventory;
  readonly place: StatePlace;
  readonly refusal?: { readonly message: string; readonly hint: string };
}

/** What became of one root module. */
interface Result {
  readonly candidate: Candidate;
  readonly outcome: RemovalOutcome;
}

/** Takes the invites out of each state in a transaction of its own: what fails in one root module stops no other. */
export async function applyRepair(
  prepared: PreparedRepair,
  directories: readonly string[],
  options: RepairOptions,
  io: Io,
): Promise<ExitStatus> {
  const style = styleFor(io.stderr, io);
  for (const note of await settle(prepared, directories, io)) io.stderr.write(`${style.cyan("note:")} ${note}\n`);
  const candidates = await findCandidates(prepared, options, io);
  if (candidates.length === 0) {
    io.stderr.write(repairNotes(prepared, io));
    return exitOfEmitted(prepared);
  }
  const ready = candidates.filter(({ refusal }) => refusal === undefined);
  io.stderr.write(preview(candidates, prepared, style));
  for (const { refusal } of candidates) if (refusal !== undefined) complain(refusal, io, style);
  if (ready.length === 0) return { code: EXIT.failed, reason: "nothing was changed" };
  const folder = await openJournalFolder(io);
  if (options.yes !== true && !(await ask(question(ready), io))) {
    return { code: EXIT.failed, reason: "nothing was changed, since the answer was no" };
  }

  const steps = startStepLine(io, style);
  const confirmed = await confirmPlans(
    ready.map(({ plan }) => plan),
    prepared,
    options,
    engineContext(io),
  );
  const results: Result[] = candidates.flatMap((candidate) =>
    candidate.refusal === undefined
      ? []
      : [{ candidate, outcome: { kind: "unchanged", failure: candidate.refusal, leftOut: [] } }],
  );
  for (const [index, { plan, leftOut }] of confirmed.entries()) {
    const candidate = ready[index];
    if (candidate === undefined) continue;
    const outcome = await transact({ ...candidate, plan }, folder, options, steps, io).catch((cause: unknown) => {
      // Of root modules that are done already, the exit status has to be given all the same.
      if (!(cause instanceof Interrupted) || !results.some(hasChanged)) throw cause;
      return INTERRUPTED;
    });
    const result = { candidate, outcome: { ...outcome, leftOut: [...leftOut, ...outcome.leftOut] } };
    steps.end();
    tell(result, prepared, io, style);
    results.push(result);
  }
  return exitOf(results, prepared);
}

const INTERRUPTED: RemovalOutcome = {
  kind: "unchanged",
  failure: { message: "interrupted before this root module was changed", hint: "run it again for the rest" },
  leftOut: [],
};

function hasChanged({ outcome: { kind } }: Result): boolean {
  return kind === "done" || kind === "partly";
}

async function transact(
  { place, plan, inventory }: Candidate,
  folder: string,
  options: RepairOptions,
  steps: ReturnType<typeof startStepLine>,
  io: Io,
): Promise<RemovalOutcome> {
  if (io.signal.aborted) throw new Interrupted();
  if (plan.forget.length === 0) return { kind: "nothing", leftOut: [] };
  const lineage = inventory.state?.lineage ?? "";
  const lockTimeout = goDuration(options.lockTimeout ?? LOCK_TIMEOUT);
  try {
    return await removeFromState({ place, forget: plan.forget, lineage, lockTimeout, folder }, steps, io);
  } finally {
    steps.end();
  }
}

async function findCandidates(prepared: PreparedRepair, options: RepairOptions, io: Io): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const plan of prepared.plans) {
    const inventory = prepared.inputs.inventories.find(({ directory }) => directory === plan.directory);
    if (inventory === undefined) continue;
    const backend = inventory.configuration.settings.backend?.type;
    const root = { directory: plan.directory, argv: prepared.inputs.toolOf(plan.directory) };
    const place = await findStatePlace({ ...root, ...(backend !== undefined && { backend }) }, io);
    const refusal = whyRefused(plan, inventory, place, options);
    if (plan.forget.length === 0 && refusal === undefined) continue;
    candidates.push({ plan, inventory, place, ...(refusal !== undefined && { refusal }) });
  }
  return candidates;
}

/** Why nothing may be taken out of this state, whatever is in it. */
function whyRefused(
  { directory, skipped, forget }: RepairPlan,
  inventory: Inventory,
  { workspace, locking, lockingOff }: StatePlace,
  { force }: RepairOptions,
): Candidate["refusal"] {
  if (inventory.state === undefined) {
    if (workspace === DEFAULT_WORKSPACE) return undefined;
    return {
      message: `the workspace "${workspace}" of ${directory} has no state: it does not exist, or nothing was ever applied in it`,
      hint: "run `terraform workspace list` there, then select one or correct TF_WORKSPACE",
    };
  }
  const unknown = skipped.filter(({ reason }) => reason === "unknown").map(({ invite }) => invite.entry.name);
  if (unknown.length > 0) {
    return {
      message: `${count(unknown.length, "selected invite")} of ${directory} could not be looked up: ${listed(unknown)}`,
      hint: "run it again once they can be, or select the others by --only",
    };
  }
  if (forget.length === 0 || force === true) return undefined;
  if (lockingOff !== undefined) {
    return {
      message: `${lockingOff} switches locking off, and without a lock another run's write could be lost`,
      hint: "take -lock=false out of it, or see to it that nobody else runs Terraform there and give --force",
    };
  }
  if (locking.kind !== "none") return undefined;
  return {
    message: `the state of ${directory} cannot be locked: ${locking.reason}`,
    hint: "make the backend lock, or see to it that nobody else runs Terraform there and give --force",
  };
}

const SHOWN = 5;

function listed(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).map(escapeControls).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function preview(candidates: readonly Candidate[], { report }: PreparedRepair, style: Style): string {
  const plans = candidates.map(({ plan }) => plan);
  const states = candidates
    .filter(({ plan, inventory }) => plan.forget.length > 0 && inventory.state !== undefined)
    .map(({ place, inventory }) => {
      const { lineage = "none", serial = 0 } = inventory.state ?? {};
      const locking =
        place.locking.kind === "not-known" ? `; whether it locks is not known: ${place.locking.reason}` : "";
      return `  ${escapeControls(place.directory)}: ${escapeControls(placeWords(place))}, lineage ${lineage}, serial ${serial}${locking}\n`;
    });
  const plain = candidates.some(({ inventory }) => isEncrypted(inventory))
    ? `${style.cyan("note:")} OpenTofu encrypts this state; the backup is in plain text, and for you alone to read\n\n`
    : "";
  const heading =
    states.length === 0 ? "" : `${style.bold(states.length === 1 ? "State:" : "States:")}\n${states.join("")}\n`;
  return formatForgetting(plans, report.now, style) + heading + plain;
}

/** OpenTofu's state encryption: https://opentofu.org/docs/language/state/encryption/ */
function isEncrypted({ configuration }: Inventory): boolean {
  if (configuration.settings.tool !== "tofu") return false;
  return [...configuration.texts.values()].some((text) => /^\s*encryption\s*\{/m.test(text));
}

function question(ready: readonly Candidate[]): string {
  const invites = count(
    ready.reduce((sum, { plan }) => sum + plan.forget.length, 0),
    "invite",
  );
  const [only, ...others] = ready;
  const where = others.length === 0 ? `the state of ${only?.plan.directory}` : `${ready.length} states`;
  return `Take ${invites} out of ${where}, and leave them as they are at OpenAI?`;
}

function complain(
  { message, hint, detail }: { readonly message: string; readonly hint: string; readonly detail?: string },
  io: Io,
  style: Style,
): void {
  const words = detail === undefined ? "" : `${detail.replace(/^(?=.)/gm, "       ")}\n`;
  io.stderr.write(`${style.red("error:")} ${escapeControls(message)}\n${words}       ${escapeControls(hint)}\n`);
}

/** What was done in one root module, on standard output where it is proven; the rest is for a person. */
function tell({ candidate, outcome }: Result, prepared: PreparedRepair, io: Io, style: Style): void {
  const { plan, inventory } = candidate;
  for (const { name, why } of outcome.leftOut) {
    io.stderr.write(`${style.yellow("left alone:")} ${escapeControls(name)} ${why}\n`);
  }
  if (outcome.kind === "unchanged") complain(outcome.failure, io, style);
  if (outcome.kind === "partly") {
    complain(outcome.failure, io, style);
    const { gone, stillThere } = outcome;
    const still = stillThere.length === 0 ? "" : `, ${stillThere.length} still there: ${listed(stillThere)}`;
    if (gone.length + stillThere.length > 0) io.stderr.write(`${plan.directory}: ${gone.length} gone${still}\n`);
  }
  if (outcome.kind === "done") {
    for (const note of outcome.notes) io.stderr.write(`${style.cyan("note:")} ${escapeControls(note)}\n`);
    const { gone, unchanged, serialBefore, serialAfter, backup, journal } = outcome.proof;
    const where = prepared.plans.length > 1 ? `${plan.directory}: ` : "";
    io.stdout.write(
      `${where}${gone.length} gone, ${count(unchanged, "other")} unchanged, serial ${serialBefore} → ${serialAfter}\n` +
        `backup: ${backup}\nundo:   tfinvite repair --undo ${journal.id}\n`,
    );
  }
  const gone = outcome.kind === "done" ? outcome.proof.gone : outcome.kind === "partly" ? outcome.gone : [];
  const entries = plan.forget.map(({ entry }) => entry).filter(({ name }) => gone.includes(name));
  if (entries.length === 0) return;
  const steps = configurationSteps(entries, inventory);
  const dependents = dependentsOf(entries, inventory.configuration);
  const rest = formatRemaining([{ ...plan, steps, dependents }], style);
  if (rest !== "") io.stderr.write(`\n${rest.trimEnd()}\n`);
}

function exitOf(results: readonly Result[], { gaps, plans }: PreparedRepair): ExitStatus {
  const kinds = results.map(({ outcome }) => outcome.kind);
  const changed = results.filter(hasChanged).length;
  const failed = kinds.filter((kind) => kind === "unchanged").length + gaps.unread;
  if (kinds.includes("partly")) return { code: EXIT.incomplete, reason: "stopped part-way: see above" };
  if (failed > 0 && changed === 0) return { code: EXIT.failed, reason: "nothing was changed" };
  if (failed > 0) {
    return { code: EXIT.incomplete, reason: `done in ${count(changed, "root module")}, not in ${failed}: see above` };
  }
  const left = results.flatMap(({ outcome }) => outcome.leftOut).filter(({ why }) => !why.includes("not in the state"));
  const leftAlone = left.length + plans.reduce((sum, plan) => sum + plan.skipped.length, 0);
  if (leftAlone === 0) return { code: EXIT.ok };
  if (changed === 0 && left.length > 0) return { code: EXIT.failed, reason: "nothing was changed" };
  const were = leftAlone === 1 ? "was" : "were";
  return { code: EXIT.incomplete, reason: `incomplete, ${leftAlone} of the selected invites ${were} left alone` };
}

/** Finds out what became of repairs that were broken off; gives what is to be said of them. */
async function settle(prepared: PreparedRepair, directories: readonly string[], io: Io): Promise<string[]> {
  const { journals } = await listJournals(journalFolder(io));
  const { inventories } = prepared.inputs;
  const settled = await settleJournals(journals, inventories, new Date());
  const placeOf = (directory: string) => path.resolve(io.cwd, directory);
  const read = new Set(inventories.map(({ directory }) => placeOf(directory)));
  const unread = new Set((directories.length === 0 ? ["."] : directories).map(placeOf).filter((one) => !read.has(one)));
  const inDoubt = journals.filter(({ content }) => content.status === "begun" && unread.has(content.directory));
  return [
    ...settled.map(({ journal: { id }, found }) =>
      found === "done"
        ? `the repair ${id} was broken off, and had been made: undo it by tfinvite repair --undo ${id}`
        : `the repair ${id} was broken off before it changed anything`,
    ),
    // A state file that was being written when Terraform was killed may be empty, or cut off.
    ...inDoubt.map(
      (journal) => `the repair ${journal.id} was broken off there; the state before it is in ${backupPath(journal)}`,
    ),
  ];
}

/** What `--apply` cannot go without, or with; said before anything is looked up. */
export function checkFlags(options: RepairOptions, io: Io): void {
  if (options.state !== undefined) {
    throw new Failure(
      "--apply takes no --state: it acts on the state that Terraform finds in the root module, and looks that up",
      "Leave --state out, or take the commands that `tfinvite repair --state FILE` prints.",
    );
  }
  requireAnswer("--apply", options, io);
}
