import { defined } from "../base/defined.js";
import type { EngineContext } from "../base/engine-context.js";
import { Interrupted } from "../base/failure.js";
import { count, someOf } from "../base/phrases.js";
import { storedName } from "../invites/inventory.js";
import { configurationChanges } from "../invites/remedies/configuration-steps.js";
import { dependentsOf } from "../invites/remedies/dependents.js";
import { type RepairPlan, sentAgain } from "../invites/remedies/repair-plan.js";
import type { ExitStatus } from "../policy/exit-code.js";
import { escapeControls } from "../report/escape.js";
import { type Candidate, type RemovalOutcome, type RemovalResult, removalQuestion } from "../report/repair-outcome.js";
import { DEFAULT_WORKSPACE } from "../terraform/root-module/root-module.js";
import type { StatePlace } from "../terraform/state-change/state-commands.js";
import { confirmed } from "./confirm.js";
import { DECLINED, exitOfApply, exitOfEmitted, NOTHING_CHANGED } from "./exit.js";
import { goDuration, isAgreed, LOCK_TIMEOUT, type RepairOptions } from "./options.js";
import { otherRepairs, repairNote } from "./other-repairs.js";
import type { PreparedRepair } from "./prepare.js";
import { settleJournals } from "./settle.js";
import { openJournalFolder } from "./state-folder.js";
import { findStatePlace } from "./state-place.js";
import { absentIn, type RemovalTask, removeFromState } from "./transaction.js";
import { editsFor, writeChanges } from "./write-configuration.js";

/** Shows what `--apply` does, step by step. */
export interface RemovalView {
  /** What it is about to do. */
  candidates(candidates: readonly Candidate[]): void | Promise<void>;
  /** What became of a root module. */
  result(result: RemovalResult): void;
  /** The end, with what became of all root modules. */
  end?(results: readonly RemovalResult[]): void;
}

/** The course of `--apply`: settles what earlier runs left, asks, and removes the invites from state after state. */
export async function runRemoval(
  prepared: PreparedRepair,
  given: { readonly directories: readonly string[]; readonly options: RepairOptions; readonly view: RemovalView },
  context: EngineContext,
): Promise<ExitStatus> {
  const { directories, options, view } = given;
  const { endedBefore } = prepared;
  if (options.dryRun !== true) {
    context.notify(await settleJournals(prepared.inputs.inventories, directories, context));
    context.notify(await notesOnOthers(prepared, context));
  }
  const candidates = await findCandidates(prepared, options, context);
  await view.candidates(candidates);
  if (candidates.length === 0) return exitOfEmitted(prepared);
  const results: RemovalResult[] = [];
  const tell = (result: RemovalResult) => {
    results.push(result);
    view.result(result);
  };
  if (options.dryRun === true) return exitOfEmitted(prepared);
  const ready = candidates.filter(({ refusal }) => refusal === undefined);
  for (const { plan, refusal } of candidates) {
    if (refusal !== undefined) tell({ plan, outcome: { kind: "unchanged", failure: refusal, skipped: [] } });
  }
  if (ready.length === 0) return ended(results, NOTHING_CHANGED, view);
  const folder = await openJournalFolder(context);
  const agreed: Candidate[] = [];
  for (const candidate of ready) {
    if (await isAgreed(removalQuestion(candidate), options, context)) agreed.push(candidate);
    else tell({ plan: candidate.plan, outcome: { kind: "unchanged", failure: ANSWER_WAS_NO, skipped: [] } });
  }
  if (agreed.length === 0) return ended(results, DECLINED, view);
  // Each state has a transaction of its own: what fails in one root module stops no other.
  let hasChanged = false;
  for (const { plan, place, skipped } of await confirmed(agreed, prepared, options, context)) {
    const outcome = await removed({ plan, place }, { folder, endedBefore }, options, context).catch(
      (cause: unknown): RemovalOutcome => {
        // Of root modules that are done already, the result is shown anyway.
        if (!(cause instanceof Interrupted) || !hasChanged) throw cause;
        return { kind: "unchanged", failure: INTERRUPTED, skipped: [] };
      },
    );
    hasChanged ||= outcome.kind === "done" || outcome.kind === "partly";
    tell({ plan: narrowed(plan, outcome), outcome: { ...outcome, skipped: [...skipped, ...outcome.skipped] } });
  }
  return ended(results, exitOfApply(results, prepared), view);
}

/** What others do to these states at the same time. */
async function notesOnOthers({ plans, endedBefore }: PreparedRepair, context: EngineContext): Promise<string[]> {
  const notes = plans.map(async ({ directory }) => {
    const others = await otherRepairs(directory, endedBefore, context);
    return others.map((other) => repairNote(other, directory));
  });
  return (await Promise.all(notes)).flat();
}

function ended(results: readonly RemovalResult[], status: ExitStatus, view: RemovalView): ExitStatus {
  view.end?.(results);
  return status;
}

/** The root modules in which there is something to do or to refuse. */
async function findCandidates(
  { plans, inputs }: PreparedRepair,
  options: RepairOptions,
  context: EngineContext,
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const plan of plans) {
    const { directory, inventory } = plan;
    const backend = inventory.configuration.settings.backend?.type;
    const place = await findStatePlace({ directory, argv: inputs.toolOf(directory), ...defined({ backend }) }, context);
    const refusal = whyRefused(plan, place, options);
    const isEdited = options.write === true && plan.halfDone.length > 0;
    if (plan.forget.length === 0 && !isEdited && refusal === undefined) continue;
    const wanted = options.write === true && refusal === undefined;
    const edited = wanted ? await editsFor(plan, () => true, options, context) : undefined;
    candidates.push({ plan, place, ...defined({ refusal, edited }) });
  }
  return candidates;
}

/** A plan with what the configuration still needs for the invites that are gone, and for no others. */
function narrowed(plan: RepairPlan, outcome: RemovalOutcome): RepairPlan {
  const gone = "gone" in outcome ? outcome.gone : [];
  // What was edited, and what could not be, is shown separately.
  const isEdited = "edited" in outcome && outcome.edited !== undefined;
  const entries = plan.forget.map(({ entry }) => entry).filter((entry) => gone.includes(storedName(entry)));
  const still = isEdited ? [] : [...entries, ...sentAgain(entries, plan.inventory)];
  const dependents = isEdited ? [] : dependentsOf(entries, plan.inventory);
  return { ...plan, changes: configurationChanges(still, plan.inventory), dependents };
}

const ANSWER_WAS_NO = { message: "aborted; nothing was changed", hint: "" };
const INTERRUPTED = { message: "interrupted before it changed this root module", hint: "Run it again for the rest." };

async function removed(
  { plan, place }: Candidate,
  { folder, endedBefore }: Pick<RemovalTask, "folder" | "endedBefore">,
  options: RepairOptions,
  context: EngineContext,
): Promise<RemovalOutcome> {
  if (context.signal.aborted) throw new Interrupted();
  const editsOf = options.write === true ? (isGone: IsGone) => editsFor(plan, isGone, options, context) : undefined;
  const { forget, inventory, directory } = plan;
  const task = {
    ...{
      place,
      forget,
      folder,
      endedBefore,
      force: options.force === true,
      tool: inventory.configuration.settings.tool,
    },
    lineage: inventory.state?.lineage ?? "",
    lockTimeout: goDuration(options.lockTimeout ?? LOCK_TIMEOUT),
    ...defined({ editsFor: editsOf }),
  };
  const steps = context.progress.steps();
  const nothing: RemovalOutcome = { kind: "nothing", skipped: [] };
  const outcome =
    forget.length === 0 ? nothing : await removeFromState(task, steps, context).finally(() => steps.end());
  if (outcome.kind !== "nothing" || editsOf === undefined) return outcome;
  // Where nothing had to be removed from the state, the rest of an earlier repair is still edited.
  const absent = absentIn(outcome.skipped);
  const edited = await editsOf((name) => absent.has(name));
  await writeChanges(edited.files, [directory], context);
  return { ...outcome, edited };
}

type IsGone = (name: string) => boolean;

/** Why nothing may be removed from this state at all. */
function whyRefused(
  { directory, skipped, forget, inventory }: RepairPlan,
  { workspace, locking, lockingOff }: StatePlace,
  { force }: RepairOptions,
): Candidate["refusal"] {
  if (inventory.state === undefined) {
    if (workspace === DEFAULT_WORKSPACE) return undefined;
    return {
      message: `the workspace "${workspace}" of ${directory} has no state: the workspace does not exist, or nothing was applied in it yet`,
      hint: "Run `terraform workspace list` there, then select a workspace or correct TF_WORKSPACE.",
    };
  }
  const unknown = skipped.filter(({ reason }) => reason === "unknown").map(({ invite }) => storedName(invite.entry));
  if (unknown.length > 0) {
    return {
      message: `${count(unknown.length, "selected invite")} of ${directory} could not be looked up: ${someOf(unknown.map(escapeControls))}`,
      hint: "Run it again when they can be looked up, or select the others with --only.",
    };
  }
  if (forget.length === 0 || force === true) return undefined;
  if (lockingOff !== undefined) {
    return {
      message: `${lockingOff} switches locking off, so another run could overwrite the change`,
      hint: "Remove -lock=false from it. Or make sure that nothing else runs Terraform there, and pass --force.",
    };
  }
  if (locking.kind !== "none") return undefined;
  return {
    message: `the state of ${directory} can't be locked: ${locking.reason}`,
    hint: "Configure locking for the backend. Or make sure that nothing else runs Terraform there, and pass --force.",
  };
}
