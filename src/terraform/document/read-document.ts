import { readSync } from "node:fs";
import { open } from "node:fs/promises";
import { type ForeignInput, HEAD_LENGTH, sniffInput } from "./sniff-input.js";

/** Reads one JSON document piece by piece. */
export interface DocumentScan<Result> {
  /** Takes the next piece of the input; false when reading on is of no use. */
  push(piece: Buffer): boolean;
  /** To be called when the input has ended. */
  end(): Result;
}

/** What a scan of Terraform's documents has to know. */
export interface ScanOptions {
  readonly wanted: (type: string) => boolean;
  /** How messages name the input. */
  readonly origin: string;
  /** How many bytes of it were left out in front. */
  readonly skipped: number;
}

/** What to make of an input; none of it may throw. */
export interface DocumentReader<Result> {
  /** Begins at a byte of the input, behind a byte order mark. */
  begin(skipped: number): DocumentScan<Result>;
  /** The result for an input that cannot be JSON. */
  refuse(input: ForeignInput): Result;
  /** The result for an exception that came up while the input was opened or read. */
  fail(cause: unknown): Result;
}

const PIECE_LENGTH = 64 * 1024;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads a document from pieces of any size. A piece may be reused once the next one is asked for. Never throws: whatever
 * is wrong, with the input or with getting it, is a result.
 */
export async function readDocument<Result>(
  source: AsyncIterable<Uint8Array>,
  reader: DocumentReader<Result>,
): Promise<Result> {
  /** A scan that has taken in the head of the input. */
  const begin = (head: Buffer): { readonly scan: DocumentScan<Result> } | { readonly refused: Result } => {
    const sniffed = sniffInput(head);
    if (sniffed.kind !== "json") return { refused: reader.refuse(sniffed) };
    const scan = reader.begin(sniffed.skip);
    scan.push(head.subarray(sniffed.skip));
    return { scan };
  };
  let head: Buffer = Buffer.alloc(0);
  let scan: DocumentScan<Result> | undefined;
  try {
    for await (const bytes of source) {
      if (scan !== undefined) {
        if (!scan.push(asBuffer(bytes))) break;
        continue;
      }
      head = Buffer.concat([head, bytes]);
      if (head.length < HEAD_LENGTH) continue;
      const begun = begin(head);
      if ("refused" in begun) return begun.refused;
      scan = begun.scan;
    }
    if (scan !== undefined) return scan.end();
    const begun = begin(head);
    return "refused" in begun ? begun.refused : begun.scan.end();
  } catch (cause) {
    return reader.fail(cause);
  }
}

/**
 * The pieces of a file, each in the same buffer, so that a large file leaves no garbage behind. A regular file is read
 * synchronously, a fifth faster over all; anything else, such as a pipe of the shell, might block for long.
 */
export async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
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

/** Which resource types become instances. */
export type WantedTypes = ReadonlySet<string> | ((type: string) => boolean);

export function asPredicate(wantedTypes: WantedTypes): (type: string) => boolean {
  return typeof wantedTypes === "function" ? wantedTypes : (type) => wantedTypes.has(type);
}
