// What a single executable has in place of `src/base/installed-files.ts`: everything is inside of it.
import { getRawAsset } from "node:sea";
import { parse } from "@cdktf/hcl2json";

/** Reads a file that was packed into the executable, by the same name as in the published package. */
export function readInstalledFile(name: string): Buffer | undefined {
  try {
    return Buffer.from(getRawAsset(name));
  } catch {
    return undefined;
  }
}

export function requireHcl2json(): { readonly parse: (file: string, text: string) => Promise<unknown> } {
  return { parse };
}
