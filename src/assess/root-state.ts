import { existsSync } from "node:fs";
import path from "node:path";
import { isInviteType } from "../invites/inventory.js";
import { formatAddress } from "../terraform/addresses/address.js";
import type { RootSettings } from "../terraform/configuration/configuration.js";
import type { InputError } from "../terraform/document/input-error.js";
import { isTerragrunt, TERRAGRUNT_FILE } from "../terraform/root-module/root-module.js";
import { pullState } from "../terraform/run/pull-state.js";
import { isHeldByBackend, locateLocalState } from "../terraform/state/locate-state.js";
import { readState, readStateFile, type StateResult } from "../terraform/state/read-state.js";
import type { State } from "../terraform/state/state.js";
import { endedBy, pipedInput, processOptions, type RootRequest } from "./root-request.js";

/** The result of looking for a root module's state. */
export type StateRead =
  | {
      readonly kind: "read";
      /** Absent where no state exists yet; `unread` where one may exist. */
      readonly state?: State | "unread";
      readonly note?: string;
    }
  | { readonly kind: "failed"; readonly error: InputError };

/** A root module whose state is wanted. */
export interface StateRequest extends RootRequest {
  readonly settings: RootSettings;
}

const WANTED = { wantedTypes: isInviteType };

/** Reads the state from where the user says, else by Terraform where a backend holds it, else from the local file. */
export async function readRootState(request: StateRequest): Promise<StateRead> {
  const { directory, settings, tool, options, context } = request;
  const { state: given, offline = false } = options;
  if (given === "-") {
    const input = pipedInput("--state", "terraform state pull | tfinvite … --state -", context);
    return asRead(await readState(input, { ...WANTED, origin: "standard input" }));
  }
  if (given !== undefined)
    return asRead(await readStateFile(path.resolve(context.cwd, given), { ...WANTED, origin: given }));
  if (!needsBackend(request)) {
    const read = await fromLocalFile(request);
    // Only OpenTofu can read what it has encrypted.
    if (read.kind !== "failed" || read.error.kind !== "encrypted") return read;
    return tool.kind === "tofu" && !offline
      ? fromBackend(request)
      : { ...read, error: encryptedError(read.error, request) };
  }
  const type = settings.backend?.type;
  if (!offline) return fromBackend(request);
  // What init recorded of a local backend is usually what the files say; no process is started to verify it.
  if (settings.backend?.localPlace !== undefined && !isTerragrunt(tool.argv)) return fromLocalFile(request);
  const where = type === undefined ? "a backend" : `a backend of type ${type}`;
  const note = `the state of ${directory} is in ${where} and was not read, because of --offline; pass it with --state FILE`;
  return { kind: "read", state: "unread", note };
}

function needsBackend({ directory, settings: { backend }, tool: { argv }, context }: StateRequest): boolean {
  return isHeldByBackend({ directory: path.resolve(context.cwd, directory), backend, argv }, context.env);
}

async function fromBackend(request: StateRequest): Promise<StateRead> {
  const command = `${request.tool.argv.join(" ")} state pull`;
  request.onStep?.(`running ${command} in ${request.directory}`);
  const pulled = await pullState(processOptions(request));
  if (!pulled.ok) return { kind: "failed", error: endedBy(pulled.error, command, request) };
  const { state, removedVariables: removed } = pulled;
  const note = `${removed.join(", ")} was kept from \`${command}\`, since it could have changed the output`;
  return { kind: "read", state, ...(removed.length > 0 && { note }) };
}

/** The file is encrypted, and OpenTofu is not asked about it. */
function encryptedError(error: InputError, { tool, options: { offline } }: StateRequest): InputError {
  if (tool.kind === "tofu" && offline === true)
    return { ...error, hint: "run it without --offline, or pass the output of `tofu state pull` with --state" };
  return {
    ...error,
    hint: "pass --terraform-bin tofu, or the output of `tofu state pull` with --state",
  };
}

/** Terragrunt alone knows where the state of its unit is. */
function terragruntError(directory: string): InputError {
  const message = `${directory} is a Terragrunt unit (${TERRAGRUNT_FILE}): only Terragrunt knows where its state is`;
  return { kind: "missing", message, hint: 'pass --terraform-bin "terragrunt run --", or the state with --state FILE' };
}

async function fromLocalFile({ directory, settings: { backend }, context }: StateRequest): Promise<StateRead> {
  const located = await locateLocalState(path.resolve(context.cwd, directory), context.env, backend?.localPlace);
  if (!located.ok) return { kind: "failed", error: located.error };
  const { path: file, exists } = located.local;
  const name = path.relative(context.cwd, file) || file;
  if (exists) return asRead(await readStateFile(file, { ...WANTED, origin: name }));
  if (existsSync(path.resolve(context.cwd, directory, TERRAGRUNT_FILE)))
    return { kind: "failed", error: terragruntError(directory) };
  const why = backend === undefined ? "no backend is configured" : "the backend is local";
  return { kind: "read", note: `${directory} has no state yet: ${why}, and ${name} does not exist` };
}

function asRead(result: StateResult): StateRead {
  return result.ok ? { kind: "read", state: result.state } : { kind: "failed", error: result.error };
}

/** How a given state relates to the one that Terraform would act on in the root module. */
export type StateRelation =
  | { readonly kind: "same" }
  /** Only a backend could tell, or there is no state there. */
  | { readonly kind: "not-known" }
  | { readonly kind: "other"; readonly reason: string };

/** Compares a given state with the root module's own. Commands made from another state could remove the wrong instances. */
export async function compareWithOwnState(given: State, request: StateRequest): Promise<StateRelation> {
  if (needsBackend(request)) return { kind: "not-known" };
  const read = await fromLocalFile(request);
  if (read.kind === "failed" || read.state === undefined || read.state === "unread") return { kind: "not-known" };
  const own = read.state;
  if (given.lineage !== undefined && own.lineage !== undefined && given.lineage !== own.lineage) {
    return { kind: "other", reason: "its lineage differs" };
  }
  const ids = new Map(own.instances.map((instance) => [formatAddress(instance.address), instance.attributes["id"]]));
  const other = given.instances.find(({ address, attributes, deposed }) => {
    const name = formatAddress(address);
    return deposed === undefined && ids.has(name) && ids.get(name) !== attributes["id"];
  });
  if (other === undefined) return { kind: "same" };
  return { kind: "other", reason: `${formatAddress(other.address)} is another invite there` };
}
