import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { isWithin } from "../../base/paths.js";
import type { DataRead } from "./file-system.js";

/** Larger files are not read. */
export const LARGEST_DATA_FILE = 1_000_000;

export const OUTSIDE_THE_ROOT = "it is outside the root module's directory";

/** Reads a regular file of the disk that really lies below a folder. A pipe or a device is not even opened. */
export function readDataFile(file: string, root: string): DataRead {
  if (!isWithin(root, file)) return { kind: "unread", reason: OUTSIDE_THE_ROOT };
  try {
    const real = realpathSync(file);
    if (!isWithin(realpathSync(root), real)) return { kind: "unread", reason: OUTSIDE_THE_ROOT };
    const stats = statSync(real);
    if (stats.isDirectory()) return { kind: "failed", reason: "it is a directory" };
    if (!stats.isFile()) return { kind: "unread", reason: "it is no regular file" };
    return readRegular(real);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
    return { kind: "unread", reason: `it cannot be read${code && ` (${code})`}` };
  }
}

function readRegular(file: string): DataRead {
  // Without waiting, should it have become a pipe meanwhile.
  const handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(handle).isFile()) return { kind: "unread", reason: "it is no regular file" };
    const bytes = Buffer.allocUnsafe(LARGEST_DATA_FILE + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      read = readSync(handle, bytes, length, bytes.length - length, null);
    }
    if (length > LARGEST_DATA_FILE) return { kind: "unread", reason: "it is larger than 1 MB", isFile: true };
    return {
      kind: "text",
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length)),
    };
  } catch (error) {
    if (error instanceof TypeError) return { kind: "failed", reason: "it is not UTF-8 throughout", isFile: true };
    throw error;
  } finally {
    closeSync(handle);
  }
}
