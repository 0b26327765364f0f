import { readFile } from "node:fs/promises";
import path from "node:path";
import { withheldFrom } from "../assess/root-request.js";
import { defined } from "../base/defined.js";
import type { EngineContext } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { reasonOf } from "../base/replace-files.js";
import { DEFAULT_WORKSPACE } from "../terraform/root-module/root-module.js";
import { isHeldByBackend, locateLocalState, workspaceOf } from "../terraform/state/locate-state.js";
import { lockingIsOff, lockingOf, readBackendRecord } from "../terraform/state-change/backend.js";
import {
  type Accessed,
  pullBytes,
  type StateAccess,
  type StatePlace,
} from "../terraform/state-change/state-commands.js";
import { isEncrypted, readStoredState, type StoredState } from "../terraform/state-change/stored-state.js";

/** A root module as far as its place goes. */
export interface PlacedRoot {
  readonly directory: string;
  readonly argv: readonly string[];
  /** Of the configuration's backend block; the record of `init` has the last word. */
  readonly backend?: string;
}

/** Finds out where the state is, and whether a local one is encrypted. Fails as `locateStatePlace` does. */
export async function findStatePlace(root: PlacedRoot, context: EngineContext): Promise<StatePlace> {
  const place = await locateStatePlace(root, context);
  if (place.file === undefined) return place;
  return { ...place, encrypted: await readFile(place.file).then(isEncrypted, () => false) };
}

/** Finds out where the state is, without reading it. Fails where no workspace can have such a name. */
export async function locateStatePlace(root: PlacedRoot, context: EngineContext): Promise<StatePlace> {
  const { directory, argv } = root;
  const { cwd, env } = context;
  const absolute = path.resolve(cwd, directory);
  const access: StateAccess = { argv, directory: absolute, origin: directory, cwd, env, ...withheldFrom(argv) };
  const lockingOff = lockingIsOff(argv, env);
  const common = { directory, access, ...defined({ lockingOff }) };
  // Terraform changes nothing before `init` has recorded the backend, a local one included.
  if (root.backend === undefined && !isHeldByBackend({ directory: absolute, argv }, env)) {
    const located = await locateLocalState(absolute, env);
    if (!located.ok) throw new Failure(located.error.message, located.error.hint);
    const { path: file, workspace } = located.local;
    return { ...common, workspace, file, locking: { kind: "locks" } };
  }
  const record = await readBackendRecord(absolute, env);
  const type = record?.type ?? root.backend;
  const workspace = workspaceOf(absolute, env);
  return { ...common, workspace, ...defined({ backend: type }), locking: lockingOf(type, record, env) };
}

/** The state as it is stored right now, whole. */
export async function readPlacedState(
  place: StatePlace,
  signal?: AbortSignal,
): Promise<Accessed<{ readonly bytes: Buffer; readonly state: StoredState }>> {
  const read = await readBytes(place, signal);
  if (!read.ok) return read;
  const stored = readStoredState(read.bytes);
  if (stored.ok) return { ok: true, bytes: read.bytes, state: stored.state };
  const hint =
    place.workspace === DEFAULT_WORKSPACE
      ? "Check that it is the right root module."
      : `Check that "${place.workspace}" is the right workspace.`;
  return { ok: false, message: `the state of ${place.directory} ${stored.what}`, hint };
}

async function readBytes(place: StatePlace, signal?: AbortSignal): Promise<Accessed<{ readonly bytes: Buffer }>> {
  if (place.file === undefined) return pullBytes(place.access, signal);
  try {
    const bytes = await readFile(place.file);
    // Only OpenTofu can read what it has encrypted.
    return isEncrypted(bytes) ? await pullBytes(place.access, signal) : { ok: true, bytes };
  } catch (cause) {
    return {
      ok: false,
      message: `the state of ${place.directory} can't be read: ${reasonOf(cause, place.file)}`,
      hint: "Check that the file is still there, and that you may read it.",
    };
  }
}
