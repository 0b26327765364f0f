/**
 * tfinvite as a library: what `status`, `check`, `lint` and `repair` do, as functions. They print nothing, and throw a
 * `Failure` where the command would end with exit code 2 at once. docs/library.md shows a program.
 */
import type { AssessOptions, AssessResult } from "./assess/assess.js";
import { systemClock } from "./base/clock.js";
import { defined } from "./base/defined.js";
import type { EngineContext } from "./base/engine-context.js";
import type { RepairPlan } from "./invites/remedies/repair-plan.js";
import type { Severity } from "./invites/rules/finding.js";
import { type ExitStatus, exitOfFindings, exitOfGaps, type FailOn } from "./policy/exit-code.js";
import type { RemovalView } from "./repair/apply.js";
import type { RepairOptions } from "./repair/options.js";
import type { PreparedRepair } from "./repair/prepare.js";
import { REPORT_FORMATS, type ReportFormat, STATUS_FORMATS, type StatusFormat } from "./report/formats.js";
import type { Report } from "./report/report.js";
import { type CommandContext, PLAIN_STYLE, type ShownCommand } from "./report/style.js";
import type { VariableArgument } from "./terraform/configuration/evaluation/variable-arguments.js";
import type { Shell } from "./terraform/shell/shell-quoting.js";

export { Failure } from "./base/failure.js";
export type { ReportedInvite } from "./invites/planned/assessment.js";
export type { RepairPlan, SkipReason } from "./invites/remedies/repair-plan.js";
export { type Finding, type RuleId, SEVERITIES, type Severity } from "./invites/rules/finding.js";
export { RULES } from "./invites/rules/registry.js";
export { INVITE_STATUSES, type InviteStatus } from "./invites/status.js";
export type { ExitStatus, FailOn } from "./policy/exit-code.js";
export type { ReportFormat, StatusFormat } from "./report/formats.js";
export { messageOf, summaryOf, wordsOf } from "./report/messages/words.js";
export type { Report, ReportError } from "./report/report.js";
export type { CommandContext, ShownCommand } from "./report/style.js";
export type { VariableArgument } from "./terraform/configuration/evaluation/variable-arguments.js";

/** Where a function runs; the process's own directory and environment unless given. */
export interface Surroundings {
  /** Absolute. Paths are relative to it, those that are given and those in reports. */
  readonly cwd?: string;
  /** `OPENAI_ADMIN_KEY` and the other variables that the command line reads. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What a rule may be set to. */
export type RuleSetting = Severity | "off";

/** Which findings are reported, as the flags of the same names say it. */
export interface PolicyChoices {
  readonly rules?: Readonly<Partial<Record<string, RuleSetting>>>;
  /** A baseline file; what it lists is silenced. */
  readonly baseline?: string;
  /** The mildest severity that makes the exit code 1; what the settings say, or `error`, unless given. */
  readonly failOn?: FailOn;
}

/** What is read and looked up, as the flags of the same names say it. Not derived: their types need `@types/node`. */
export interface InputChoices extends Surroundings {
  /** A state file, or the output of `terraform show -json` in one. */
  readonly state?: string;
  readonly terraformBin?: string;
  /** As `--var` and `--var-file`: `{ file }` or `{ assignment: "name=value" }`, later ones over earlier ones. */
  readonly variables?: readonly VariableArgument[];
  /** No network and no process: statuses as the state recorded them. */
  readonly offline?: boolean;
  /** Milliseconds after which what is not looked up stays unknown; five minutes unless given. */
  readonly deadline?: number;
  /** The shell that commands are quoted for. */
  readonly shell?: Shell;
}

/** What a run found out; `formatFindings` and `formatStatuses` make text of it. */
export interface Result {
  readonly report: Report;
  /** What the user should know beside the report. */
  readonly notes: readonly string[];
  /** The exit code that the command would end with, and why. */
  readonly exit: ExitStatus;
  /** Makes the Terraform commands of remedies. */
  readonly context: CommandContext;
}

/** Every invite of these root modules with its status, as `tfinvite status` shows it. */
export async function status(directories: readonly string[] = ["."], options: InputChoices = {}): Promise<Result> {
  const run = await assessed(directories, { ...options, withoutBaseline: true }, options);
  return resultOf(run, exitOfGaps(run.gaps));
}

/** What will go wrong with the invites of these root modules, as `tfinvite check` finds it; with `plan`, when it is applied. */
export async function check(
  directories: readonly string[] = ["."],
  options: InputChoices & PolicyChoices & { readonly plan?: string } = {},
): Promise<Result> {
  const run = await assessed(directories, { ...options, ...policyOf(options) }, options);
  return resultOf(run, exitOfFindings(run.report.findings, options.failOn ?? run.failOn ?? "error", run.gaps));
}

/** What is wrong with the invites in these directories, files and globs, as `tfinvite lint` finds it: from files alone. */
export async function lint(
  targets: readonly string[] = ["."],
  options: Surroundings & PolicyChoices & { readonly variables?: readonly VariableArgument[] } = {},
): Promise<Result> {
  const { lintOnce } = await import("./lint/lint-once.js");
  const surroundings = { ...surroundingsOf(options), ...defined({ variables: options.variables }) };
  const outcome = await lintOnce({ ...policyOf(options), targets }, surroundings);
  const { report, notes, errors } = outcome;
  const failOn = options.failOn ?? outcome.failOn ?? "error";
  const exit = exitOfFindings(report.findings, failOn, { unread: errors.length, unknown: 0 });
  return { report, notes, exit, context: { command: () => undefined } };
}

/** What `tfinvite repair` would do, and the way to do it. */
export interface Repair extends Result {
  /** One for each root module that could be read. */
  readonly plans: readonly RepairPlan[];
  /** What removes the invites from the states: one command for each root module with any. */
  readonly commands: readonly ShownCommand[];
  /**
   * Removes them, as `tfinvite repair --apply --yes` does: backup, lock, proof. `lockTimeout` is written as Terraform
   * writes it: `30s`.
   */
  apply(options?: { readonly lockTimeout?: string; readonly force?: boolean }): Promise<AppliedRepair>;
}

/** What became of a repair. */
export interface AppliedRepair {
  readonly exit: ExitStatus;
  readonly roots: readonly {
    readonly directory: string;
    /** `unchanged`: the state is as it was. `partly`: something differs from what was expected. */
    readonly outcome: "done" | "nothing" | "unchanged" | "partly";
    /** What the command would print: the proof and the way back, or what went wrong. */
    readonly text: string;
  }[];
}

/** Which used invites can be removed from the states of these root modules; `only` are addresses and email globs. */
export async function repair(
  directories: readonly string[] = ["."],
  options: InputChoices & { readonly only?: readonly string[] } = {},
): Promise<Repair> {
  const [{ prepareRepair }, { exitOfEmitted }, { removal }] = await Promise.all([
    import("./repair/prepare.js"),
    import("./repair/exit.js"),
    import("./invites/remedies/remedies.js"),
  ]);
  const given = { deadline: DEADLINE, ...options };
  const prepared = await prepareRepair(directories, given, quietContext(options));
  const { plans, context } = prepared;
  return {
    ...resultOf(prepared, exitOfEmitted(prepared)),
    plans,
    commands: plans.flatMap(({ directory, forget }) =>
      forget.length === 0 ? [] : (context.command(directory, removal(forget.map(({ entry }) => entry.address))) ?? []),
    ),
    apply: (how) => applied(directories, prepared, { ...given, ...how, yes: true }, quietContext(options)),
  };
}

async function applied(
  directories: readonly string[],
  prepared: PreparedRepair,
  options: RepairOptions,
  context: EngineContext,
): Promise<AppliedRepair> {
  const [{ runRemoval }, { checkApplyFlags }, { formatRemoval }] = await Promise.all([
    import("./repair/apply.js"),
    import("./repair/options.js"),
    import("./report/repair-outcome.js"),
  ]);
  checkApplyFlags(options, context);
  const roots: AppliedRepair["roots"][number][] = [];
  const view: RemovalView = {
    candidates: () => undefined,
    result: (result) => {
      const { before, proof, after } = formatRemoval(result, prepared.plans.length > 1, prepared, PLAIN_STYLE);
      roots.push({ directory: result.plan.directory, outcome: result.outcome.kind, text: before + proof + after });
    },
  };
  return { exit: await runRemoval(prepared, { directories, options, view }, context), roots };
}

/** The findings of a result in a format of `check` and `lint`, without colours. */
export function formatFindings({ report, context }: Result, format: ReportFormat): Promise<string> {
  return REPORT_FORMATS[format](report, { ...context, style: PLAIN_STYLE });
}

/** The statuses of a result in a format of `status`, without colours. */
export function formatStatuses({ report, context }: Result, format: StatusFormat): Promise<string> {
  return STATUS_FORMATS[format](report, { ...context, style: PLAIN_STYLE });
}

/** What the `.tfinvite.json` that holds for a root module says. */
export interface RootSettings {
  readonly file: string;
  readonly failOn?: FailOn | undefined;
  /** Relative to the folder of `file`. */
  readonly baseline?: string | undefined;
  /** Provider configurations, such as `openai.eu`, each with the variable that holds its key. */
  readonly organizations: ReadonlyMap<string, string>;
}

/** The settings of a root module, or undefined where it has none. */
export async function settings(directory = ".", options: Surroundings = {}): Promise<RootSettings | undefined> {
  const { findSettings } = await import("./policy/settings-file.js");
  const { cwd } = surroundingsOf(options);
  return findSettings((await import("node:path")).resolve(cwd, directory), cwd);
}

const DEADLINE = 300_000;

async function assessed(directories: readonly string[], options: Partial<AssessOptions>, where: Surroundings) {
  const { assess } = await import("./assess/assess.js");
  return assess(directories, { deadline: DEADLINE, ...options }, quietContext(where));
}

function resultOf({ report, notes, context }: AssessResult, exit: ExitStatus): Result {
  return { report, notes, exit, context };
}

function policyOf({ rules = {}, baseline }: PolicyChoices) {
  const settings = Object.entries(rules).flatMap(([id, setting]) => (setting ? [[id, setting] as const] : []));
  return { rule: new Map(settings), ...defined({ baseline }) };
}

function surroundingsOf({ cwd = process.cwd(), env = process.env }: Surroundings) {
  return { cwd, env };
}

/** A process that shows nothing and cannot be asked. */
function quietContext(where: Surroundings) {
  const line = () => ({ show: () => undefined, end: () => undefined });
  const { stdin, platform } = process;
  return {
    ...surroundingsOf(where),
    ...{ stdin, platform, signal: new AbortController().signal, clock: systemClock },
    progress: { steps: line, lookUp: line },
    notify: () => undefined,
  } satisfies EngineContext;
}
