import {
  type ReadFileOptions,
  type ReadOptions,
  type Refused,
  readDocument,
  readPieces,
} from "../document/read-document.js";
import { StateScan } from "./scan-state.js";
import type { StateRead } from "./state.js";

export type StateResult = StateRead | Refused;

/**
 * Reads a state, raw (format version 4) or as `terraform show -json` prints it, from pieces of any size. A piece may be
 * reused once the next one is asked for. Never throws: whatever is wrong, with the input or with getting it, is a value.
 */
export async function readState(source: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<StateResult> {
  return await readDocument(source, "state", options, (context) => new StateScan(context));
}

export async function readStateFile(path: string, options: ReadFileOptions): Promise<StateResult> {
  return await readState(readPieces(path), { origin: path, ...options });
}
