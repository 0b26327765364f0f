import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

// The only module that knows how the program was installed: `scripts/binaries/` has another one for single executables.

/**
 * Reads a file of the published package: `docs/rules/resend.md`, or one that the build puts beside the bundle.
 * `specifier` names its origin in node_modules, for running from the sources. Undefined where it is missing.
 */
export function readInstalledFile(name: string, specifier?: string): Buffer | undefined {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const installed = upToPackage(here).map((folder) => path.join(folder, name));
  const found = installed.find((file) => existsSync(file));
  if (found !== undefined) return readFileSync(found);
  try {
    return specifier === undefined ? undefined : readFileSync(createRequire(import.meta.url).resolve(specifier));
  } catch {
    return undefined;
  }
}

/** Loads `@cdktf/hcl2json`: a CommonJS package, which `require` keeps out of the bundle, beside its own wasm file. */
export function requireHcl2json(): { readonly parse: (file: string, text: string) => Promise<unknown> } {
  return createRequire(import.meta.url)("@cdktf/hcl2json");
}

/** A folder and those above it, up to the one of the package. */
function upToPackage(folder: string): string[] {
  const above = path.dirname(folder);
  if (above === folder || existsSync(path.join(folder, "package.json"))) return [folder];
  return [folder, ...upToPackage(above)];
}
