import { statSync } from "node:fs";
import path from "node:path";
import { defined } from "../base/defined.js";
import { lowerCaseEmail } from "../base/email.js";
import type { Trees } from "../base/tree.js";
import { isInviteType, takeInventory } from "../invites/inventory.js";
import type { Assessment } from "../invites/planned/assessment.js";
import { identifyProvider } from "../invites/providers/identify.js";
import { INVITE_TYPES, isKnown, isRelatedType } from "../invites/providers/registry.js";
import { LINT_PREFILTER } from "../invites/rules/finding.js";
import type { Configuration } from "../terraform/configuration/configuration.js";
import type { VariableArgument } from "../terraform/configuration/evaluation/variable-arguments.js";
import { loadConfiguration } from "../terraform/configuration/load-configuration.js";
import type { ParsedFiles } from "../terraform/configuration/syntax/parse-file.js";
import type { ToolName } from "../terraform/files/file-names.js";
import { diskFileSystem, type FileSystem, type TreeFileSystem } from "../terraform/files/file-system.js";
import { backendRecordFile, DEFAULT_WORKSPACE, type Environment } from "../terraform/root-module/root-module.js";
import { chooseTool, factsOfFiles } from "../terraform/run/tool.js";
import { isHeldByBackend, workspaceOf } from "../terraform/state/locate-state.js";
import type { State } from "../terraform/state/state.js";
import { textsWithKeys } from "./key-files.js";

/** What of its surroundings reading files depends on. */
export interface FileSurroundings {
  /** Absolute; files are shown relative to it. */
  readonly cwd: string;
  readonly env: Environment;
  /** Values for variables of the root modules, as of `--var` and `--var-file`. */
  readonly variables?: readonly VariableArgument[];
  readonly fileSystem?: TreeFileSystem;
  /** As for loading a configuration. */
  readonly trees?: Trees;
  /** What will be edited is asked about whole; by default only what is in doubt. */
  readonly validate?: true;
  /** What other root modules of the same run have been read from. */
  readonly cache?: ParsedFiles;
}

/** Reads one root module and nothing else: no process is started, and no network used. */
export async function assessFiles(directory: string, surroundings: FileSurroundings): Promise<Assessment> {
  const { cwd, env, fileSystem, trees, cache, variables } = surroundings;
  const configuration = await loadConfiguration({
    directory,
    cwd,
    types: INVITE_TYPES,
    related: isRelatedType,
    mention: LINT_PREFILTER,
    validate: surroundings.validate ?? "in-doubt",
    tool: await toolByFiles(path.resolve(cwd, directory), fileSystem),
    env,
    ...defined({ fileSystem, trees, cache, variables }),
  });
  const state = needsState(configuration) ? await localState(configuration, surroundings) : undefined;
  const inventory = takeInventory(configuration, state ?? "unread");
  const beside = textsWithKeys(directory, cwd, fileSystem ?? diskFileSystem);
  return { mode: "static", inventory, statuses: new Map(), beside };
}

/** The program that the files are written for. What is installed does not count: the same files get the same findings everywhere. */
async function toolByFiles(directory: string, fileSystem: FileSystem = diskFileSystem): Promise<ToolName> {
  const facts = await factsOfFiles(directory, fileSystem);
  const chosen = chooseTool({ ...facts, requested: undefined, onPath: new Set() });
  return chosen.ok ? chosen.tool.kind : "terraform";
}

/** Whether a state could change what is found: which provider wrote it, and what it still holds. */
function needsState({ resources, refactorings }: Configuration): boolean {
  if (refactorings.some(({ kind }) => kind !== "import")) return true;
  return resources.some(
    ({ mode, type, provider, instances, block }) =>
      mode === "managed" &&
      (!isKnown(identifyProvider({ ...provider, resourceType: type }).dialect) ||
        block.body.attribute("projects") !== undefined ||
        block.body.blocks("projects", 0).length > 0 ||
        block.body.blocks("dynamic", 1).length > 0 ||
        instances.some(({ arguments: given }) => hasUpperCase(given.get("email")))),
  );
}

function hasUpperCase(value: { readonly kind: string; readonly value?: unknown } | undefined): boolean {
  return typeof value?.value === "string" && value.value !== lowerCaseEmail(value.value);
}

/** `check` does more: in an editor, people don't wait for it. */
const LARGEST_STATE = 32 * 1024 * 1024;

/** The state file beside the configuration, where there is no backend that would hold another. */
async function localState(configuration: Configuration, { cwd, env }: FileSurroundings): Promise<State | undefined> {
  const directory = path.resolve(cwd, configuration.directory);
  if (isHeldByBackend({ directory, backend: configuration.settings.backend }, env)) return undefined;
  const file = path.join(directory, "terraform.tfstate");
  // Workspaces besides the default one, and states that cannot be read, are for `check`, which says so.
  if (workspaceOf(directory, env) !== DEFAULT_WORKSPACE || !isSmallFile(file)) return undefined;
  const { readStateFile } = await import("../terraform/state/read-state.js");
  const read = await readStateFile(file, { wantedTypes: isInviteType, origin: file });
  return read.ok ? read.state : undefined;
}

function isSmallFile(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size <= LARGEST_STATE;
}

/** Where Terraform keeps a state, or the record of where one is, beside the files of a root module. */
const TRACES = ["terraform.tfstate", "terraform.tfstate.d"];

/** Whether something beside a root module tells of a state that was not read: another workspace's, a backend's, a large one. */
export function stateMayBeElsewhere(
  { inventory }: Assessment,
  { cwd, env }: FileSurroundings,
  fileSystem: Pick<TreeFileSystem, "kind">,
): boolean {
  if (!inventory.stateUnread) return false;
  const directory = path.resolve(cwd, inventory.directory);
  const traces = TRACES.map((name) => path.join(directory, name));
  return [...traces, backendRecordFile(directory, env)].some((trace) => {
    try {
      return fileSystem.kind(trace) !== undefined;
    } catch {
      // What cannot even be looked at may be one.
      return true;
    }
  });
}
