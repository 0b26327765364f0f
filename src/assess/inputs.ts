import path from "node:path";
import type { Deadline } from "../base/clock.js";
import { defined } from "../base/defined.js";
import type { Surroundings } from "../base/engine-context.js";
import { Failure, Interrupted } from "../base/failure.js";
import { asSentence, count } from "../base/phrases.js";
import { type Inventory, type InviteEntry, takeInventory } from "../invites/inventory.js";
import { inventoryOfPlan } from "../invites/planned/planned-inventory.js";
import { INVITE_PREFILTER, INVITE_TYPES, isRelatedType } from "../invites/providers/registry.js";
import { notKnownNotes } from "../report/messages/not-known.js";
import { errorAt, type ReportError } from "../report/report.js";
import type { Configuration } from "../terraform/configuration/configuration.js";
import { loadConfiguration } from "../terraform/configuration/load-configuration.js";
import type { InputError } from "../terraform/document/input-error.js";
import type { Plan } from "../terraform/plan/plan.js";
import { destroysAll } from "../terraform/plan/staleness.js";
import { factsOfState, findTool, type StateFacts, type Tool } from "../terraform/run/tool.js";
import type { State } from "../terraform/state/state.js";
import { type FoundRoots, rootsBelow } from "./root-directories.js";
import { isPlan, planDoubts, readRootPlan } from "./root-plan.js";
import { type InputOptions, inputProblem, type RootRequest } from "./root-request.js";
import {
  compareWithOwnState,
  readRootState,
  type StateRead,
  type StateRelation,
  type StateRequest,
} from "./root-state.js";
import { nothingIn, whyNoDirectory } from "./wrong-directory.js";

/** What was read, and what could not be. */
export interface Inputs {
  /** The root modules that were named, or found with `--recursive`: also those that could not be read. */
  readonly directories: readonly string[];
  readonly inventories: readonly Inventory[];
  readonly errors: readonly ReportError[];
  /** What failed first, in a few words for the exit line. */
  readonly failure?: string;
  /** Things worth knowing that stop nothing, for standard error. */
  readonly notes: readonly string[];
  /** With `--plan`: the plan of the only root module. */
  readonly plan?: Plan;
  /** Why nothing should be concluded from the plan; among `errors`, too. */
  readonly planDoubts: readonly ReportError[];
  /** With `--state`: whether it is the state that commands would act on. */
  readonly givenState?: StateRelation;
  /** The tool of a root module, as words of a command line. */
  toolOf(directory: string): readonly string[];
}

/** Reads the configuration and the state of every root module. One that can't be read does not stop the others. */
export async function readInputs(
  directories: readonly string[],
  options: InputOptions,
  deadline: Deadline,
  context: Surroundings,
  onStep?: (step: string) => void,
): Promise<Inputs> {
  const found = options.recursive === true ? await requireRoots(directories, context) : undefined;
  const named = found?.directories ?? (directories.length === 0 ? ["."] : directories);
  const roots = [...new Map(named.map((directory) => [path.resolve(context.cwd, directory), directory])).values()];
  for (const flag of ["state", "plan"] as const) {
    if (options[flag] === undefined || roots.length <= 1) continue;
    throw new Failure(
      `--${flag} works for one root module only`,
      `Run tfinvite once for each of ${roots.join(", ")}, with its own --${flag}.`,
    );
  }
  if (options.plan === "-" && options.state === "-") {
    throw new Failure("--plan - and --state - can't both read standard input", "Pass one of them as a file.");
  }
  const reads: RootRead[] = [];
  const tools = new Map<string, Tool>();
  for (const directory of roots) {
    const { tool, root } = await readByTool({ directory, options, deadline, context, ...defined({ onStep }) });
    if (context.signal.aborted) throw new Interrupted();
    tools.set(directory, tool);
    reads.push(root);
  }
  // Only with one root module there is a plan or a given state.
  const [{ plan, givenState } = {}] = reads;
  return {
    ...defined({ plan, givenState, failure: reads.find(({ failure }) => failure !== undefined)?.failure }),
    planDoubts: reads.flatMap((root) => root.planDoubts ?? []),
    directories: roots,
    inventories: reads.flatMap((root) => root.inventory ?? []),
    errors: [...(found?.errors ?? []), ...reads.flatMap((root) => root.errors)],
    notes: reads.flatMap((root) => root.notes),
    toolOf: (directory) => tools.get(directory)?.argv ?? ["terraform"],
  };
}

/** The root modules below these directories; fails without any. */
async function requireRoots(directories: readonly string[], context: Surroundings): Promise<FoundRoots> {
  const found = await rootsBelow(directories, context);
  const where = directories.length === 0 ? "this directory" : directories.join(", ");
  if (!found.complete) {
    throw new Failure(
      `too many directories below ${where} to look through for root modules`,
      "Name the root modules, or directories with less below them.",
    );
  }
  if (found.directories.length > 0) return found;
  const [problem] = found.errors;
  if (problem !== undefined) throw new Failure(problem.message, "Name directories that exist and can be read.");
  throw new Failure(
    `no root module with invites below ${where}`,
    "Looked for invites in *.tf, *.tofu and terraform.tfstate files. Name the root modules, without --recursive.",
  );
}

/** One root module; without an inventory where nothing reliable is known of it. */
interface RootRead extends Pick<Inputs, "errors" | "failure" | "notes" | "givenState" | "plan"> {
  readonly inventory?: Inventory;
  readonly planDoubts?: readonly ReportError[];
  /** The program that wrote the state, where the state shows it. */
  readonly writer?: StateFacts;
}

/** Reads a root module for its tool, and again for the other tool where the state shows that it is the other's. */
async function readByTool(
  request: Omit<RootRequest, "tool">,
): Promise<{ readonly tool: Tool; readonly root: RootRead }> {
  const { tool, notes } = await requireTool(request);
  const documents = new Documents();
  const root = await readRoot({ ...request, tool }, documents);
  const meant = root.writer === undefined ? { tool, notes } : await requireTool(request, root.writer);
  const read = meant.tool.kind === tool.kind ? root : await readRoot({ ...request, tool: meant.tool }, documents);
  return { tool: meant.tool, root: { ...read, notes: [...meant.notes, ...read.notes] } };
}

/** The state and the plan of a root module, each read once: standard input cannot be read again. */
class Documents {
  #state: StateRead | undefined;
  #plan: Plan | undefined;

  async state(request: StateRequest): Promise<StateRead> {
    if (this.#state?.kind !== "read") this.#state = await readRootState(request);
    return this.#state;
  }

  async plan(request: StateRequest, given: string): Promise<Plan | ReportError> {
    const read = this.#plan ?? (await readRootPlan(request, given));
    if (isPlan(read)) this.#plan = read;
    return read;
  }
}

async function readRoot(root: RootRequest, documents: Documents): Promise<RootRead> {
  const { directory, tool, options, context } = root;
  const { command = "status" } = options;
  const missing = await whyNoDirectory(directory, command, context);
  if (missing !== undefined) return { errors: [missing], failure: `cannot read ${directory}`, notes: [] };
  const seen = await readConfiguration(root, INVITE_PREFILTER);
  const request = { ...root, settings: seen.settings };
  if (options.plan !== undefined) return readPlannedRoot(options.plan, seen, request, documents);
  const read = await documents.state(request);
  // Without its state, every invite would look as if it had never been sent.
  if (read.kind === "failed") {
    // A given file stays encrypted whichever tool reads it.
    const isEncrypted = read.error.kind === "encrypted" && options.state === undefined;
    const errors = [...syntaxErrors(seen), inputProblem(read.error, tool)];
    return { errors, failure: failureOf(read.error, root), notes: [], ...(isEncrypted && { writer: "encrypted" }) };
  }
  const notes = read.note === undefined ? [] : [read.note];
  if (seen.files.length === 0 && read.state === undefined) {
    return {
      errors: [await nothingIn(directory, command, context)],
      failure: `nothing to read in ${directory}`,
      notes: [],
    };
  }
  const configuration = await completed(seen, read.state, root);
  const inventory = takeInventory(configuration, read.state);
  const compared = options.state !== undefined && inventory.state !== undefined;
  return {
    inventory,
    ...defined({ writer: writerOf(inventory.state), failure: syntaxFailure(configuration) }),
    errors: syntaxErrors(configuration),
    notes: [...notes, ...notKnownNotes(inventory)],
    ...(compared && { givenState: await compareWithOwnState(inventory.state, request) }),
  };
}

/** A root module as its plan has it: the state that the plan was made from, and the configuration where there is one. */
async function readPlannedRoot(
  given: string,
  seen: Configuration,
  request: StateRequest,
  documents: Documents,
): Promise<RootRead> {
  const { tool } = request;
  const plan = await documents.plan(request, given);
  if (!isPlan(plan)) return { errors: [...syntaxErrors(seen), plan], failure: "cannot read the plan", notes: [] };
  const read = request.options.state === undefined ? undefined : await documents.state(request);
  if (read?.kind === "failed") {
    const errors = [...syntaxErrors(seen), inputProblem(read.error, tool)];
    return { errors, failure: failureOf(read.error, request), notes: [] };
  }
  const state = read?.state === "unread" ? undefined : read?.state;
  const configuration = await completed(seen, plan.priorState, request);
  const doubts = planDoubts(plan, { given, tool, configuration, state });
  const { inventory, notPlanned } = inventoryOfPlan(takeInventory(configuration, plan.priorState), plan, state);
  const ignored = destroysAll(plan) ? undefined : notPlannedNote(notPlanned, request.directory);
  return {
    inventory,
    ...defined({
      writer: writerOf(state ?? plan.priorState),
      failure: doubts.length > 0 ? doubtIn(plan) : syntaxFailure(configuration),
    }),
    errors: [...syntaxErrors(configuration), ...doubts],
    notes: [...[plan.note, read?.note, ignored].flatMap((note) => note ?? []), ...notKnownNotes(inventory)],
    plan,
    planDoubts: doubts,
  };
}

/** The note for a plan that was made from another configuration, or for a part of it. */
function notPlannedNote(entries: readonly InviteEntry[], directory: string): string | undefined {
  const [first, ...others] = entries;
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `${directory} declares ${first.name}${more}, which the plan doesn't contain: it was made from another configuration, or with -target or -refresh-only`;
}

/** Reads all of the configuration where the state has invites without a block in what was read. */
async function completed(
  seen: Configuration,
  state: State | "unread" | undefined,
  root: RootRequest,
): Promise<Configuration> {
  // A module that is not installed mentions nothing, and the lock file of a root module without invites was not read.
  const orphans = takeInventory(seen, state).entries.some(({ resource }) => resource === undefined);
  return orphans ? readConfiguration(root, [""]) : seen;
}

/** A state that could not be read, in a few words. */
function failureOf({ kind }: InputError, { tool }: RootRequest): string {
  if (kind === "pull-failed") return `${tool.argv.join(" ")} state pull failed`;
  return kind === "no-terraform" ? `cannot run ${tool.argv.join(" ")}` : "cannot read the state";
}

function doubtIn({ errored, complete }: Plan): string {
  if (errored) return "the plan is errored";
  return complete ? "the plan is stale" : "the plan is incomplete";
}

function syntaxFailure({ problems }: Configuration): string | undefined {
  return problems.length === 0 ? undefined : `${count(problems.length, "error")} in the configuration`;
}

function writerOf(state: State | undefined): StateFacts {
  return state && factsOfState(state.instances);
}

function syntaxErrors({ problems }: Configuration): ReportError[] {
  return problems.map(errorAt);
}

async function requireTool(
  { directory, options: { terraformBin }, context }: Omit<RootRequest, "tool">,
  state?: StateFacts,
): Promise<{ readonly tool: Tool; readonly notes: readonly string[] }> {
  const found = await findTool({
    directory: path.resolve(context.cwd, directory),
    env: context.env,
    platform: context.platform,
    ...defined({ terraformBin, state }),
  });
  if (!found.ok) throw new Failure(found.message, asSentence(found.hint));
  const { tool } = found;
  const left = `the .tofu files in ${directory} are ignored, as Terraform ignores them; to read them, pass --terraform-bin tofu`;
  const written = `OpenTofu wrote the state of ${directory}, but the commands here are for ${tool.argv.join(" ")}; for OpenTofu's, pass --terraform-bin tofu`;
  const isForeign = tool.kind === "terraform" && state === "tofu-registry";
  return { tool, notes: [...(found.ignoresTofuFiles ? [left] : []), ...(isForeign ? [written] : [])] };
}

function readConfiguration(
  { directory, tool, options, context: { cwd, env } }: RootRequest,
  mention: readonly string[],
): Promise<Configuration> {
  const { variables = [] } = options;
  return loadConfiguration({
    directory,
    cwd,
    env,
    types: INVITE_TYPES,
    related: isRelatedType,
    mention,
    tool: tool.kind,
    variables,
  });
}
