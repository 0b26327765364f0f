import { asPredicate, readDocument, readPieces, type WantedTypes } from "../document/read-document.js";
import { refuseStateInput } from "./refuse-input.js";
import { StateScan } from "./scan-state.js";
import type { StateResult } from "./state.js";
import { readFailure } from "./state-error.js";

export interface ReadStateOptions {
  /** Which resource types become instances; all others are only counted. */
  readonly wantedTypes: WantedTypes;
  /** How messages name the input: a path, `standard input`. */
  readonly origin: string;
}

/**
 * Reads a state, raw (format version 4) or as `terraform show -json` prints it, from pieces of any size. A piece may be
 * reused once the next one is asked for. Never throws: whatever is wrong, with the input or with getting it, is a value.
 */
export async function readState(source: AsyncIterable<Uint8Array>, options: ReadStateOptions): Promise<StateResult> {
  const { origin } = options;
  const wanted = asPredicate(options.wantedTypes);
  return await readDocument<StateResult>(source, {
    begin: (skipped) => new StateScan({ wanted, origin, skipped }),
    refuse: (input) => ({ ok: false, error: refuseStateInput(input, origin) }),
    fail: (cause) => ({ ok: false, error: readFailure(cause, origin) }),
  });
}

/** `readState` of a file; messages name it by its path as given, unless `origin` says otherwise. */
export async function readStateFile(
  path: string,
  options: Omit<ReadStateOptions, "origin"> & { readonly origin?: string },
): Promise<StateResult> {
  return await readState(readPieces(path), { ...options, origin: options.origin ?? path });
}
