import { readSync } from "node:fs";
import { open } from "node:fs/promises";
import { StateScan } from "./scan-state.js";
import { HEAD_LENGTH, sniffInput } from "./sniff-input.js";
import type { StateResult } from "./state.js";
import { readFailure, type StateError } from "./state-error.js";

export interface ReadStateOptions {
  /** Which resource types become instances; all others are only counted. */
  readonly wantedTypes: ReadonlySet<string> | ((type: string) => boolean);
  /** How messages name the input: a path, `standard input`. */
  readonly origin: string;
}

const PIECE_LENGTH = 64 * 1024;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A scan that has taken in the head of the input, or what the input is if it cannot be a state. */
function beginScan(head: Buffer, wanted: (type: string) => boolean, origin: string): StateScan | StateError {
  const sniffed = sniffInput(head, origin);
  if (!("skip" in sniffed)) return sniffed;
  const scan = new StateScan({ wanted, origin, skipped: sniffed.skip });
  scan.push(head.subarray(sniffed.skip));
  return scan;
}

/**
 * Reads a state, raw (format version 4) or as `terraform show -json` prints it, from pieces of any size. A piece may be
 * reused once the next one is asked for. Never throws: whatever is wrong, with the input or with getting it, is a value.
 */
export async function readState(source: AsyncIterable<Uint8Array>, options: ReadStateOptions): Promise<StateResult> {
  const { wantedTypes, origin } = options;
  const wanted = typeof wantedTypes === "function" ? wantedTypes : (type: string) => wantedTypes.has(type);
  let head: Buffer = Buffer.alloc(0);
  let scan: StateScan | undefined;
  try {
    for await (const bytes of source) {
      if (scan !== undefined) {
        if (!scan.push(asBuffer(bytes))) break;
        continue;
      }
      head = Buffer.concat([head, bytes]);
      if (head.length < HEAD_LENGTH) continue;
      const begun = beginScan(head, wanted, origin);
      if (!(begun instanceof StateScan)) return { ok: false, error: begun };
      scan = begun;
    }
    const whole = scan ?? beginScan(head, wanted, origin);
    return whole instanceof StateScan ? whole.end() : { ok: false, error: whole };
  } catch (cause) {
    return { ok: false, error: readFailure(cause, origin) };
  }
}

/**
 * The pieces of a file, each in the same buffer, so that a large file leaves no garbage behind. A regular file is read
 * synchronously, a fifth faster over all; anything else, such as a pipe of the shell, might block for long.
 */
async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(PIECE_LENGTH);
    const isRegular = (await file.stat()).isFile();
    for (;;) {
      const length = isRegular ? readSync(file.fd, buffer) : (await file.read(buffer)).bytesRead;
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    await file.close();
  }
}

/** `readState` of a file; messages name it by its path as given, unless `origin` says otherwise. */
export async function readStateFile(
  path: string,
  options: Omit<ReadStateOptions, "origin"> & { readonly origin?: string },
): Promise<StateResult> {
  return await readState(readPieces(path), { ...options, origin: options.origin ?? path });
}
