import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const onWindows = process.platform === "win32";

/**
 * The absolute path that a `file:` URI names, in one spelling however the client escapes it. Undefined for every other
 * scheme, and for what names no file of this machine.
 */
export function fileOfUri(uri: string, windows: boolean = onWindows): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    const file = fileURLToPath(uri, { windows });
    return windows ? windowsPath(file) : path.posix.normalize(file);
  } catch {
    return undefined;
  }
}

/** Drive letters come in both cases, `file:///c%3A/` and `file:///C:/`, and mean the same. */
function windowsPath(file: string): string {
  return path.win32.normalize(file).replace(/^[a-z]:/, (drive) => drive.toUpperCase());
}

/** The URI of a file that the client has not named itself. */
export function uriOfFile(file: string): string {
  return pathToFileURL(file).href;
}
