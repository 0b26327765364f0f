import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { open } from "node:fs/promises";

const MB = 1 << 20;

/**
 * The largest file that is read, in bytes, since a file may be untrusted. Files written by hand are smaller, and so are
 * generated ones, such as a baseline of ten thousand findings.
 */
export const MOST_BYTES = {
  /** Configuration, variable and lock files, and what Terraform notes beside them. */
  configuration: 2 * MB,
  /** What `file()` and its like read. */
  data: MB,
  settings: MB,
  baseline: 16 * MB,
} as const;

/** A file that is there and is not read, for what it is. The message goes on from the file's name: `it is …`. */
export class NotRead extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotRead";
  }
}

const NOT_REGULAR = "it is not a regular file";

function tooLarge(atMost: number): NotRead {
  return new NotRead(`it is larger than ${atMost / MB} MB`);
}

/** Looked at before it is opened: opening a pipe waits for its writer, and opening a device may do something. */
function openRegular(file: string, atMost: number): { readonly handle: number; readonly size: number } {
  if (!statSync(file).isFile()) throw new NotRead(NOT_REGULAR);
  // What is put in its place meanwhile is not waited for.
  const handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(handle);
    if (!found.isFile()) throw new NotRead(NOT_REGULAR);
    if (found.size > atMost) throw tooLarge(atMost);
    return { handle, size: found.size };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

/**
 * The bytes of a regular file that is not larger than `atMost`; throws NotRead for anything else. `into` is memory to read into
 * where they fit.
 */
export function readRegularFile(file: string, atMost: number, into?: Buffer): Buffer {
  const { handle, size } = openRegular(file, atMost);
  try {
    // One more than it says, to see that it has not grown.
    const buffer = into !== undefined && size < into.length ? into : Buffer.allocUnsafe(size + 1);
    let length = 0;
    for (;;) {
      const read = readSync(handle, buffer, length, buffer.length - length, null);
      if (read === 0) return buffer.subarray(0, length);
      length += read;
      if (length === buffer.length) throw new NotRead("it grows while it is read");
    }
  } finally {
    closeSync(handle);
  }
}

const pipes = new Map<string, Promise<Buffer>>();

/** The bytes of a file that the user has named, which may be a pipe of the shell; throws NotRead for more than `atMost`. */
export async function readNamedFile(file: string, atMost: number): Promise<Buffer> {
  if (statSync(file).isFile()) return readRegularFile(file, atMost);
  // A pipe gives its content once, and a run may ask for it several times.
  const known = pipes.get(file) ?? readToEnd(file, atMost);
  pipes.set(file, known);
  return known;
}

async function readToEnd(file: string, atMost: number): Promise<Buffer> {
  const handle = await open(file, "r");
  try {
    const pieces: Buffer[] = [];
    let length = 0;
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(64 * 1024));
      if (bytesRead === 0) return Buffer.concat(pieces, length);
      length += bytesRead;
      if (length > atMost) throw tooLarge(atMost);
      pieces.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
