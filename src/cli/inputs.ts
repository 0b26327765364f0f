import { stat } from "node:fs/promises";
import path from "node:path";
import { INVITE_MENTIONS, INVITE_TYPES } from "../invites/dialects.js";
import { type Inventory, isInviteType, takeInventory, unresolvedModulesOf } from "../invites/inventory.js";
import type { ReportError } from "../invites/report.js";
import type { Configuration } from "../terraform/configuration/configuration.js";
import { loadConfiguration } from "../terraform/configuration/load-configuration.js";
import { pullState } from "../terraform/pull-state.js";
import { locateLocalState } from "../terraform/state/locate-state.js";
import { readState, readStateFile } from "../terraform/state/read-state.js";
import type { State } from "../terraform/state/state.js";
import type { StateError } from "../terraform/state/state-error.js";
import { findTool, type Tool } from "../terraform/tool.js";
import { Failure } from "./failure.js";
import type { Io } from "./io.js";

/** The flags that say what to read. */
export interface InputOptions {
  readonly state?: string;
  readonly terraformBin?: string;
  readonly varFile?: readonly string[];
  readonly var?: readonly string[];
  readonly offline?: boolean;
}

/** What was read, and what could not be. */
export interface Inputs {
  readonly inventories: readonly Inventory[];
  readonly errors: readonly ReportError[];
  /** Things worth knowing that stop nothing, for standard error. */
  readonly notes: readonly string[];
  /** The tool that plays in a root module, as words of a command line. */
  toolOf(directory: string): readonly string[];
}

/** Reads the configuration and the state of every root module. One that cannot be read does not stop the others. */
export async function readInputs(directories: readonly string[], options: InputOptions, io: Io): Promise<Inputs> {
  const roots = [...new Set(directories.length === 0 ? ["."] : directories)];
  if (options.state !== undefined && roots.length > 1) {
    throw new Failure(
      "--state goes with one root module only",
      `Call tfinvite once for each of ${roots.join(", ")}, each with its own state.`,
    );
  }
  const inventories: Inventory[] = [];
  const errors: ReportError[] = [];
  const notes: string[] = [];
  const tools = new Map<string, Tool>();
  for (const directory of roots) {
    await requireDirectory(directory, io);
    const tool = await requireTool(directory, options, io);
    tools.set(directory, tool);
    const root = await readRoot(directory, tool, options, io);
    if (root.inventory !== undefined) inventories.push(root.inventory);
    errors.push(...root.errors);
    notes.push(...root.notes);
  }
  return { inventories, errors, notes, toolOf: (directory) => tools.get(directory)?.argv ?? ["terraform"] };
}

/** One root module; without an inventory where there is nothing reliable to say of it. */
interface RootRead {
  readonly inventory?: Inventory;
  readonly errors: readonly ReportError[];
  readonly notes: readonly string[];
}

async function readRoot(directory: string, tool: Tool, options: InputOptions, io: Io): Promise<RootRead> {
  const seen = await readConfiguration(directory, tool, options, io, INVITE_MENTIONS);
  const read = await readRootState(directory, seen, tool, options, io);
  // Without its state, every invite would look as if it had never been sent; better to say nothing of it.
  if (read.kind === "failed") return { errors: [...syntaxErrors(seen), stateProblem(read.error)], notes: [] };
  const notes = read.note === undefined ? [] : [read.note];
  if (seen.files.length === 0 && read.state === undefined) {
    const message = `there is no Terraform configuration and no state in ${directory}`;
    return {
      errors: [{ message, hint: "Name the root module's directory, or give its state by --state FILE." }],
      notes,
    };
  }
  // A module that is not installed mentions nothing; where the state has invites in modules, every call is looked at.
  const inModules = takeInventory(seen, read.state).entries.some(
    (entry) => entry.modulePath !== "" && entry.inConfig === false,
  );
  const configuration = inModules ? await readConfiguration(directory, tool, options, io, [""]) : seen;
  const inventory = takeInventory(configuration, read.state);
  const unresolved = unresolvedModulesOf(inventory).map(({ path: calls, range, reason }) => {
    const name = calls.map((call) => `module.${call}`).join(".");
    return `${range.file}:${range.start.line}: what ${name} declares is not known: ${reason}`;
  });
  return { inventory, errors: syntaxErrors(configuration), notes: [...notes, ...unresolved] };
}

function syntaxErrors({ problems }: Configuration): ReportError[] {
  return problems.map(({ message, range }) => ({
    message,
    file: range.file,
    line: range.start.line,
    column: range.start.column,
  }));
}

async function requireTool(directory: string, { terraformBin }: InputOptions, io: Io): Promise<Tool> {
  const found = await findTool({
    directory: path.resolve(io.cwd, directory),
    env: io.env,
    platform: io.platform,
    ...(terraformBin !== undefined && { terraformBin }),
  });
  if (!found.ok) throw new Failure(found.message, found.hint);
  return found.tool;
}

async function requireDirectory(directory: string, io: Io): Promise<void> {
  const found = await stat(path.resolve(io.cwd, directory)).catch(() => undefined);
  if (found === undefined) throw new Failure(`there is no directory ${directory}`);
  if (!found.isDirectory())
    throw new Failure(
      `${directory} is not a directory`,
      "Name the directory of a root module; a state file goes with --state.",
    );
}

async function readConfiguration(
  directory: string,
  tool: Tool,
  options: InputOptions,
  io: Io,
  mention: readonly string[],
): Promise<Configuration> {
  return loadConfiguration({
    directory,
    cwd: io.cwd,
    types: INVITE_TYPES,
    mention,
    tool: tool.kind,
    env: io.env,
    varFiles: options.varFile ?? [],
    vars: options.var ?? [],
  });
}

type StateRead =
  | { readonly kind: "read"; readonly state?: State | "unread"; readonly note?: string }
  | { readonly kind: "failed"; readonly error: StateError };

async function readRootState(
  directory: string,
  configuration: Configuration,
  tool: Tool,
  options: InputOptions,
  io: Io,
): Promise<StateRead> {
  const wanted = { wantedTypes: isInviteType };
  const asRead = (result: Awaited<ReturnType<typeof readStateFile>>): StateRead =>
    result.ok ? { kind: "read", state: result.state } : { kind: "failed", error: result.error };
  if (options.state === "-") {
    if (io.stdin.isTTY === true)
      throw new Failure(
        "--state - reads standard input, and nothing is piped into it",
        "terraform state pull | tfinvite … --state -",
      );
    return asRead(await readState(io.stdin, { ...wanted, origin: "standard input" }));
  }
  if (options.state !== undefined)
    return asRead(await readStateFile(path.resolve(io.cwd, options.state), { ...wanted, origin: options.state }));
  const { backend } = configuration.settings;
  if (backend !== undefined) {
    if (options.offline === true && backend.type !== "local") {
      return {
        kind: "read",
        state: "unread",
        note: `the state of ${directory} is in a ${backend.type} backend, which --offline leaves alone; give it by --state FILE`,
      };
    }
    const pulled = await pullState({
      tool,
      directory: path.resolve(io.cwd, directory),
      origin: directory,
      cwd: io.cwd,
      env: io.env,
      signal: io.signal,
      // No provider runs, so none of their keys is needed; but a wrapper's own configuration may read them.
      ...(tool.argv.length === 1 && { withhold: (name: string) => name.startsWith("OPENAI_") }),
      ...wanted,
    });
    if (!pulled.ok || pulled.removedVariables.length === 0) return asRead(pulled);
    return {
      kind: "read",
      state: pulled.state,
      note: `${pulled.removedVariables.join(", ")} did not reach ${tool.argv.join(" ")} state pull, whose output could have changed by it`,
    };
  }
  const located = await locateLocalState(path.resolve(io.cwd, directory), io.env);
  if (!located.ok) return { kind: "failed", error: located.error };
  const { local } = located;
  const file = path.relative(io.cwd, local.path) || local.path;
  if (!local.exists)
    return { kind: "read", note: `${directory} has no state yet: it names no backend, and there is no ${file}` };
  return asRead(await readStateFile(local.path, { ...wanted, origin: file }));
}

function stateProblem(error: StateError): ReportError {
  return {
    message: error.detail === undefined ? error.message : `${error.message}\n${error.detail}`,
    hint: error.hint,
  };
}
