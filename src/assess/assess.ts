import { startDeadline } from "../base/clock.js";
import { defined } from "../base/defined.js";
import type { EngineContext } from "../base/engine-context.js";
import { VERSION } from "../base/version.js";
import type { Inventory } from "../invites/inventory.js";
import { type Assessment, inviteKey } from "../invites/planned/assessment.js";
import { toBeSent as invitesToBeSent, plannedRoot } from "../invites/planned/planned.js";
import { findOrphans } from "../invites/remedies/orphans.js";
import { type Finding, SEVERITIES } from "../invites/rules/finding.js";
import { findAll, RULES, rulesFacts } from "../invites/rules/registry.js";
import {
  applyPolicy,
  inReadingOrder,
  type PolicyInput,
  type PolicyOptions,
  readSettingsOf,
  sourcesOf,
} from "../policy/apply-policy.js";
import type { FailOn, Gaps } from "../policy/exit-code.js";
import { commandContext, programOf } from "../report/commands.js";
import { makeReport, type OrphanSearch, type Report } from "../report/report.js";
import type { CommandContext } from "../report/style.js";
import { defaultShell, type Shell } from "../terraform/shell/shell-quoting.js";
import { type Inputs, readInputs } from "./inputs.js";
import type { InputOptions } from "./root-request.js";
import { findStatuses, type Statuses } from "./statuses.js";
import { undecidedActions, unknownActions, verdictsNotGiven } from "./verdicts-not-given.js";

/** Flags that every command with a look-up shares. */
export interface AssessOptions extends InputOptions, PolicyOptions {
  /** Milliseconds after which what is not looked up stays unknown. */
  readonly deadline: number;
  /** Whether to look up what keeps OpenAI from sending an invite again; true unless given. */
  readonly advice?: boolean;
  readonly shell?: Shell;
  readonly redact?: boolean;
  /** Whether to look for pending invites that are in no state. */
  readonly orphans?: boolean;
}

/** A report with what is needed to show it and to judge it. */
export interface AssessResult {
  readonly report: Report;
  /** The least severity that makes the run fail, where the settings set it. */
  readonly failOn?: FailOn;
  readonly inputs: Inputs;
  /** What the user should know beside the report. */
  readonly notes: readonly string[];
  readonly gaps: Gaps;
  readonly context: CommandContext;
}

/** Reads, looks up and judges: everything that `status`, `check` and `repair` have in common. */
export async function assess(
  directories: readonly string[],
  options: AssessOptions,
  context: EngineContext,
): Promise<AssessResult> {
  const deadline = startDeadline(options.deadline, context.clock);
  const steps = context.progress.steps();
  const inputs = await readInputs(directories, options, deadline, context, steps.show).finally(steps.end);
  const roots = inputs.inventories.map(({ directory }) => directory);
  const settingsOf = await readSettingsOf(roots, context.cwd);
  const organizationsOf = (directory: string) => settingsOf(directory)?.organizations;
  const { plan } = inputs;
  const toBeSent = new Map(
    plan === undefined ? [] : inputs.inventories.flatMap((each) => [...invitesToBeSent(plan, each)]),
  );
  const looking = {
    offline: options.offline === true,
    deadline,
    organizationsOf,
    toBeSent,
    advice: options.advice !== false,
    wholeLists: options.orphans === true,
  };
  const statuses = await findStatuses(inputs.inventories, looking, context);
  const assessments = statuses.assessments.map((assessment) =>
    plan === undefined
      ? assessment
      : { ...assessment, planned: plannedRoot(plan, assessment.inventory, assessment.statuses) },
  );
  const applied = await applyPolicy(
    policyInput(statuses.mode, assessments, context.clock.now()),
    settingsOf,
    options,
    context.cwd,
  );
  const order = new Map(roots.map((directory, index) => [directory, index]));
  // What a plan is about to do comes before what was true without it, and what stops the apply before all else.
  const urgency = ({ rule, severity }: Finding) =>
    RULES[rule].needs === "plan" ? SEVERITIES.indexOf(severity) : SEVERITIES.length;
  const findings = applied.findings.toSorted(
    (a, b) =>
      (order.get(a.directory) ?? 0) - (order.get(b.directory) ?? 0) || urgency(a) - urgency(b) || inReadingOrder(a, b),
  );
  const notUnderstood = unknownActions(assessments);
  const report = makeReport(
    {
      tool: { name: "tfinvite", version: VERSION },
      mode: statuses.mode,
      findings,
      silenced: applied.silenced,
      rules: rulesFacts(statuses.mode, plan !== undefined),
      errors: [...inputs.errors, ...notUnderstood, ...statuses.errors],
      requests: statuses.requests,
      now: statuses.now,
      planInDoubt: inputs.planDoubts.length + notUnderstood.length > 0,
      ...(options.orphans === true && { orphans: orphansOf(statuses, inputs.inventories, options) }),
    },
    assessments,
  );
  const shell = options.shell ?? defaultShell(context.platform);
  return {
    report,
    ...defined({ failOn: applied.failOn }),
    inputs,
    notes: [...inputs.notes, ...statuses.notes, ...applied.notes, ...verdictsNotGiven(report)],
    gaps: {
      unread: inputs.errors.length + notUnderstood.length,
      ...defined({ failure: inputs.failure }),
      planInDoubt: inputs.planDoubts.length > 0,
      unknown: report.statuses.get("unknown") ?? 0,
      unlisted: report.invites.filter(({ entry }) => entry.unknownInstances !== undefined).length,
      // A plan lists what its modules declare.
      unresolved:
        plan === undefined ? inputs.inventories.flatMap((one) => one.configuration.unresolvedModules).length : 0,
      undecided: undecidedActions(report).length,
      organizations: statuses.lists.filter(({ problem }) => problem !== undefined).length,
    },
    context: commandContext(inputs.toolOf, shell, { ...options, program: programOf(context.env) }),
  };
}

function orphansOf(
  { lists, now }: Statuses,
  inventories: readonly Inventory[],
  { redact = false }: AssessOptions,
): OrphanSearch {
  return {
    orphans: findOrphans(lists, inventories, { now, anonymous: redact }),
    listed: lists.reduce((sum, { invites }) => sum + invites.length, 0),
    unlisted: lists.filter(({ problem }) => problem !== undefined).length,
    states: inventories.filter(({ state }) => state !== undefined).length,
  };
}

/** All that was found in root modules, each with its own copy of what they share. */
function policyInput(mode: Assessment["mode"], assessments: readonly Assessment[], now: number): PolicyInput {
  const directories = assessments.map(({ inventory }) => inventory.directory);
  const changed = assessments.flatMap(({ planned, inventory: { directory } }) =>
    (planned?.changes ?? [])
      .filter(({ operation, outcomes }) => operation !== "no-op" && outcomes.length > 0)
      .map(({ entry }) => inviteKey(directory, entry.name)),
  );
  return {
    mode,
    ...(assessments.some(({ planned }) => planned !== undefined) && { planned: new Set(changed) }),
    findings: assessments.flatMap(findAll),
    ...sourcesOf(assessments),
    directories,
    partly: new Set(),
    covers: (directory) => directories.includes(directory),
    now,
  };
}
