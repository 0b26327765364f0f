import { realpathSync, statSync } from "node:fs";
import { isWithin } from "../../base/paths.js";
import { MOST_BYTES, NotRead, readRegularFile } from "../../base/read-file.js";
import type { DataRead } from "./file-system.js";

export const OUTSIDE_THE_ROOT = "it is outside the root module's directory";

/** Reads a regular file that is below a folder after following links. A pipe or a device is not even opened. */
export function readDataFile(file: string, root: string): DataRead {
  if (!isWithin(root, file)) return { kind: "unread", reason: OUTSIDE_THE_ROOT };
  try {
    const real = realpathSync(file);
    if (!isWithin(realpathSync(root), real)) return { kind: "unread", reason: OUTSIDE_THE_ROOT };
    const stats = statSync(real);
    if (stats.isDirectory()) return { kind: "failed", reason: "it is a directory" };
    if (!stats.isFile()) return { kind: "unread", reason: "it is not a regular file" };
    return readRegular(real);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT") return { kind: "missing" };
    if (code === "ENOTDIR") return { kind: "failed", reason: "a part of its path is a file" };
    return { kind: "unread", reason: `it can't be read${code && ` (${code})`}` };
  }
}

function readRegular(file: string): DataRead {
  try {
    const bytes = readRegularFile(file, MOST_BYTES.data);
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof NotRead) return { kind: "unread", reason: error.message, isFile: true };
    if (error instanceof TypeError) return { kind: "failed", reason: "it is not valid UTF-8", isFile: true };
    throw error;
  }
}
