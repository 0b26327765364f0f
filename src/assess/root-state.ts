import path from "node:path";
import { addAbortSignal } from "node:stream";
import type { Deadline } from "../base/clock.js";
import type { Surroundings } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { isInviteType } from "../invites/inventory.js";
import { formatAddress } from "../terraform/addresses/address.js";
import type { RootSettings } from "../terraform/configuration/configuration.js";
import type { InputError } from "../terraform/document/input-error.js";
import { pullState } from "../terraform/run/pull-state.js";
import type { Tool } from "../terraform/run/tool.js";
import { isHeldByBackend, locateLocalState } from "../terraform/state/locate-state.js";
import { readState, readStateFile } from "../terraform/state/read-state.js";
import type { State, StateResult } from "../terraform/state/state.js";

/** What came of looking for a root module's state. */
export type StateRead =
  | {
      readonly kind: "read";
      /** Absent where there is none yet; `unread` where there may be one that was left alone. */
      readonly state?: State | "unread";
      readonly note?: string;
    }
  | { readonly kind: "failed"; readonly error: InputError };

/** A root module whose state is wanted. */
export interface StateRequest {
  /** As the user named it. */
  readonly directory: string;
  readonly settings: RootSettings;
  readonly tool: Tool;
  /** `--state`: a file, or `-`. */
  readonly given?: string;
  /** True where no network may be used. */
  readonly offline: boolean;
  readonly deadline: Deadline;
}

const WANTED = { wantedTypes: isInviteType };

/** Reads the state from where the user says, else by Terraform where a backend holds it, else from the local file. */
export async function readRootState(request: StateRequest, context: Surroundings): Promise<StateRead> {
  const { directory, settings, tool, given, offline } = request;
  if (given === "-") return fromInput(context);
  if (given !== undefined)
    return asRead(await readStateFile(path.resolve(context.cwd, given), { ...WANTED, origin: given }));
  if (!needsBackend(request, context)) {
    const read = await fromLocalFile(directory, context);
    // Only OpenTofu can read what it has encrypted.
    const encrypted = read.kind === "failed" && read.error.kind === "encrypted";
    return encrypted && tool.kind === "tofu" && !offline ? fromBackend(request, context) : read;
  }
  const type = settings.backend?.type;
  if (!offline || type === "local") return fromBackend(request, context);
  const where = type === undefined ? "a backend" : `a backend of type ${type}`;
  const note = `the state of ${directory} is in ${where}, which --offline leaves alone; give it by --state FILE`;
  return { kind: "read", state: "unread", note };
}

function needsBackend(
  { directory, settings: { backend }, tool: { argv } }: StateRequest,
  context: Surroundings,
): boolean {
  return isHeldByBackend({ directory: path.resolve(context.cwd, directory), backend, argv }, context.env);
}

async function fromInput(context: Surroundings): Promise<StateRead> {
  if (context.stdin.isTTY === true) {
    throw new Failure(
      "--state - reads standard input, and nothing is piped into it",
      "terraform state pull | tfinvite … --state -",
    );
  }
  return asRead(
    await readState(addAbortSignal(context.signal, context.stdin), { ...WANTED, origin: "standard input" }),
  );
}

async function fromBackend({ directory, tool, deadline }: StateRequest, context: Surroundings): Promise<StateRead> {
  const pulled = await pullState({
    tool,
    directory: path.resolve(context.cwd, directory),
    origin: directory,
    cwd: context.cwd,
    env: context.env,
    signal: AbortSignal.any([context.signal, deadline.signal]),
    ...withheldFrom(tool.argv),
    ...WANTED,
  });
  const command = `\`${tool.argv.join(" ")} state pull\``;
  if (!pulled.ok && deadline.signal.aborted) {
    const message = `${command} in ${directory} was not done when the deadline of ${deadline.text} was over`;
    return { kind: "failed", error: { ...pulled.error, message, hint: "allow more time with --deadline" } };
  }
  if (!pulled.ok || pulled.removedVariables.length === 0) return asRead(pulled);
  const note = `${pulled.removedVariables.join(", ")} did not reach ${command}, whose output could have changed by it`;
  return { kind: "read", state: pulled.state, note };
}

/**
 * What a child process must not see: no provider runs, or only to tell its schema, so none of their keys is needed. A
 * wrapper's own configuration may read them.
 */
export function withheldFrom(argv: readonly string[]): { readonly withhold?: (name: string) => boolean } {
  return argv.length === 1 ? { withhold: (name) => name.startsWith("OPENAI_") } : {};
}

async function fromLocalFile(directory: string, context: Surroundings): Promise<StateRead> {
  const located = await locateLocalState(path.resolve(context.cwd, directory), context.env);
  if (!located.ok) return { kind: "failed", error: located.error };
  const { path: file, exists } = located.local;
  const name = path.relative(context.cwd, file) || file;
  if (exists) return asRead(await readStateFile(file, { ...WANTED, origin: name }));
  return { kind: "read", note: `${directory} has no state yet: it names no backend, and there is no ${name}` };
}

function asRead(result: StateResult): StateRead {
  return result.ok ? { kind: "read", state: result.state } : { kind: "failed", error: result.error };
}

/** How a state that was given relates to the one that Terraform would act on in the root module. */
export type StateRelation =
  | { readonly kind: "same" }
  /** Only a backend could tell, or there is no state there. */
  | { readonly kind: "not-known" }
  | { readonly kind: "other"; readonly reason: string };

/** Compares a given state with the root module's own. Commands made from another state could take out the wrong instances. */
export async function compareWithOwnState(
  given: State,
  request: StateRequest,
  context: Surroundings,
): Promise<StateRelation> {
  if (needsBackend(request, context)) return { kind: "not-known" };
  const read = await fromLocalFile(request.directory, context);
  if (read.kind === "failed" || read.state === undefined || read.state === "unread") return { kind: "not-known" };
  const own = read.state;
  if (given.lineage !== undefined && own.lineage !== undefined && given.lineage !== own.lineage) {
    return { kind: "other", reason: "its lineage is another one" };
  }
  const ids = new Map(own.instances.map((instance) => [formatAddress(instance.address), instance.attributes["id"]]));
  const other = given.instances.find(({ address, attributes, deposed }) => {
    const name = formatAddress(address);
    return deposed === undefined && ids.has(name) && ids.get(name) !== attributes["id"];
  });
  if (other === undefined) return { kind: "same" };
  return { kind: "other", reason: `${formatAddress(other.address)} is another invite there` };
}
