import { stat } from "node:fs/promises";
import path from "node:path";
import type { Deadline } from "../base/clock.js";
import type { Surroundings } from "../base/engine-context.js";
import { Failure, Interrupted } from "../base/failure.js";
import { type Inventory, type InviteEntry, takeInventory, unresolvedModulesOf } from "../invites/inventory.js";
import { inventoryOfPlan } from "../invites/planned/planned-inventory.js";
import { INVITE_PREFILTER, INVITE_TYPES } from "../invites/providers/registry.js";
import type { ReportError } from "../report/report.js";
import type { Configuration } from "../terraform/configuration/configuration.js";
import { loadConfiguration } from "../terraform/configuration/load-configuration.js";
import type { InputError } from "../terraform/document/input-error.js";
import type { Plan } from "../terraform/plan/plan.js";
import { destroysAll } from "../terraform/plan/staleness.js";
import { findTool, type Tool } from "../terraform/run/tool.js";
import type { State } from "../terraform/state/state.js";
import { isPlan, planDoubts, readRootPlan } from "./root-plan.js";
import { compareWithOwnState, readRootState, type StateRelation, type StateRequest } from "./root-state.js";

/** The flags that say what to read. */
export interface InputOptions {
  readonly state?: string;
  readonly terraformBin?: string;
  readonly varFile?: readonly string[];
  readonly var?: readonly string[];
  readonly offline?: boolean;
  /** A plan to be applied; the state is the one that it was made from. */
  readonly plan?: string;
}

/** What was read, and what could not be. */
export interface Inputs {
  readonly inventories: readonly Inventory[];
  readonly errors: readonly ReportError[];
  /** Things worth knowing that stop nothing, for standard error. */
  readonly notes: readonly string[];
  /** With `--plan`: the plan of the only root module. */
  readonly plan?: Plan;
  /** Why nothing should be concluded from the plan; among `errors`, too. */
  readonly planDoubts: readonly ReportError[];
  /** With `--state`: whether it is the state that commands would act on. */
  readonly givenState?: StateRelation;
  /** The tool that plays in a root module, as words of a command line. */
  toolOf(directory: string): readonly string[];
}

/** Reads the configuration and the state of every root module. One that cannot be read does not stop the others. */
export async function readInputs(
  directories: readonly string[],
  options: InputOptions,
  deadline: Deadline,
  context: Surroundings,
): Promise<Inputs> {
  const named = directories.length === 0 ? ["."] : directories;
  const roots = [...new Map(named.map((directory) => [path.resolve(context.cwd, directory), directory])).values()];
  if (options.state !== undefined && roots.length > 1) {
    throw new Failure(
      "--state goes with one root module only",
      `Call tfinvite once for each of ${roots.join(", ")}, each with its own state.`,
    );
  }
  if (options.plan !== undefined && roots.length > 1) {
    throw new Failure(
      "--plan goes with one root module only",
      `Call tfinvite once for each of ${roots.join(", ")}, each with its own plan.`,
    );
  }
  if (options.plan === "-" && options.state === "-") {
    throw new Failure("--plan - and --state - cannot both read standard input", "Give one of them as a file.");
  }
  const reads: RootRead[] = [];
  const tools = new Map<string, Tool>();
  for (const directory of roots) {
    const { tool, note } = await requireTool(directory, options, context);
    tools.set(directory, tool);
    const root = await readRoot(directory, tool, options, deadline, context);
    if (context.signal.aborted) throw new Interrupted();
    reads.push(note === undefined ? root : { ...root, notes: [note, ...root.notes] });
  }
  const [givenState] = reads.flatMap((root) => root.givenState ?? []);
  const [plan] = reads.flatMap((root) => root.plan ?? []);
  return {
    ...(plan !== undefined && { plan }),
    planDoubts: reads.flatMap((root) => root.planDoubts ?? []),
    inventories: reads.flatMap((root) => root.inventory ?? []),
    errors: reads.flatMap((root) => root.errors),
    notes: reads.flatMap((root) => root.notes),
    ...(givenState !== undefined && { givenState }),
    toolOf: (directory) => tools.get(directory)?.argv ?? ["terraform"],
  };
}

/** One root module; without an inventory where there is nothing reliable to say of it. */
interface RootRead {
  readonly inventory?: Inventory;
  readonly errors: readonly ReportError[];
  readonly notes: readonly string[];
  readonly givenState?: StateRelation;
  readonly plan?: Plan;
  readonly planDoubts?: readonly ReportError[];
}

async function readRoot(
  directory: string,
  tool: Tool,
  options: InputOptions,
  deadline: Deadline,
  context: Surroundings,
): Promise<RootRead> {
  const missing = await whyNoDirectory(directory, context);
  if (missing !== undefined) return { errors: [missing], notes: [] };
  const seen = await readConfiguration(directory, tool, options, context, INVITE_PREFILTER);
  const request = {
    directory,
    settings: seen.settings,
    tool,
    offline: options.offline === true,
    deadline,
    ...(options.state !== undefined && { given: options.state }),
  };
  if (options.plan !== undefined) return readPlannedRoot(options.plan, seen, request, options, context);
  const read = await readRootState(request, context);
  // Without its state, every invite would look as if it had never been sent; better to say nothing of it.
  if (read.kind === "failed") return { errors: [...syntaxErrors(seen), stateProblem(read.error)], notes: [] };
  const notes = read.note === undefined ? [] : [read.note];
  if (seen.files.length === 0 && read.state === undefined) {
    const message = `there is no Terraform configuration and no state in ${directory}`;
    const hint = "Name the root module's directory, or give its state by --state FILE.";
    return { errors: [{ message, hint }], notes };
  }
  const configuration = await completed(seen, read.state, () =>
    readConfiguration(directory, tool, options, context, [""]),
  );
  const inventory = takeInventory(configuration, read.state);
  const givenState =
    options.state === undefined || inventory.state === undefined
      ? undefined
      : await compareWithOwnState(inventory.state, request, context);
  return {
    inventory,
    errors: syntaxErrors(configuration),
    notes: [...notes, ...unresolvedNotes(inventory)],
    ...(givenState !== undefined && { givenState }),
  };
}

/** A root module as its plan has it: the state that the plan was made from, and the configuration where there is one. */
async function readPlannedRoot(
  given: string,
  seen: Configuration,
  request: StateRequest,
  options: InputOptions,
  context: Surroundings,
): Promise<RootRead> {
  const { directory, tool, deadline } = request;
  const plan = await readRootPlan({ given, directory, tool, deadline }, context);
  if (!isPlan(plan)) return { errors: [...syntaxErrors(seen), plan], notes: [] };
  const read = request.given === undefined ? undefined : await readRootState(request, context);
  if (read?.kind === "failed") return { errors: [...syntaxErrors(seen), stateProblem(read.error)], notes: [] };
  const state = read?.state === "unread" ? undefined : read?.state;
  const doubts = planDoubts(plan, given, state);
  const configuration = await completed(seen, plan.priorState, () =>
    readConfiguration(directory, tool, options, context, [""]),
  );
  const { inventory, notPlanned } = inventoryOfPlan(takeInventory(configuration, plan.priorState), plan, state);
  const notes = [plan.note, read?.note, destroysAll(plan) ? undefined : notPlannedNote(notPlanned, directory)].flatMap(
    (note) => note ?? [],
  );
  return {
    inventory,
    errors: [...syntaxErrors(configuration), ...doubts],
    notes: [...notes, ...unresolvedNotes(inventory)],
    plan,
    planDoubts: doubts,
  };
}

/** Where the configuration beside a plan is not the one that the plan was made from, or the plan is for a part of it. */
function notPlannedNote(entries: readonly InviteEntry[], directory: string): string | undefined {
  const [first, ...others] = entries;
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `${directory} declares ${first.name}${more}, which the plan does not speak of: it was made from another configuration, or with -target or -refresh-only`;
}

/** The configuration once more, with all that it holds, where the state has invites that what was read knows no block of. */
async function completed(
  seen: Configuration,
  state: State | "unread" | undefined,
  readAll: () => Promise<Configuration>,
): Promise<Configuration> {
  // A module that is not installed mentions nothing, and a root module without invites has had its lock file left alone.
  const orphans = takeInventory(seen, state).entries.some(({ resource }) => resource === undefined);
  return orphans ? await readAll() : seen;
}

/** What is not known of an inventory because modules could not be followed. */
function unresolvedNotes(inventory: Inventory): string[] {
  return unresolvedModulesOf(inventory).map(({ path: calls, range, reason }) => {
    const name = calls.map((call) => `module.${call}`).join(".");
    return `${range.file}:${range.start.line}: what ${name} declares is not known: ${reason}`;
  });
}

function syntaxErrors({ problems }: Configuration): ReportError[] {
  return problems.map(({ message, range }) => ({
    message,
    file: range.file,
    line: range.start.line,
    column: range.start.column,
  }));
}

async function requireTool(directory: string, { terraformBin }: InputOptions, context: Surroundings) {
  const found = await findTool({
    directory: path.resolve(context.cwd, directory),
    env: context.env,
    platform: context.platform,
    ...(terraformBin !== undefined && { terraformBin }),
  });
  if (!found.ok) throw new Failure(found.message, found.hint);
  const note = found.ignoresTofuFiles
    ? `the .tofu files in ${directory} are left out, since terraform does not read them; --terraform-bin tofu reads them`
    : undefined;
  return { tool: found.tool, note };
}

async function whyNoDirectory(directory: string, context: Surroundings): Promise<ReportError | undefined> {
  const found = await stat(path.resolve(context.cwd, directory)).catch(() => undefined);
  if (found === undefined) return { message: `there is no directory ${directory}` };
  if (found.isDirectory()) return undefined;
  const hint = "Name the directory of a root module; a state file goes with --state.";
  return { message: `${directory} is not a directory`, hint };
}

async function readConfiguration(
  directory: string,
  tool: Tool,
  options: InputOptions,
  context: Surroundings,
  mention: readonly string[],
): Promise<Configuration> {
  return loadConfiguration({
    directory,
    cwd: context.cwd,
    types: INVITE_TYPES,
    mention,
    tool: tool.kind,
    env: context.env,
    varFiles: options.varFile ?? [],
    vars: options.var ?? [],
  });
}

function stateProblem(error: InputError): ReportError {
  return {
    message: error.detail === undefined ? error.message : `${error.message}\n${error.detail}`,
    hint: error.hint,
  };
}
