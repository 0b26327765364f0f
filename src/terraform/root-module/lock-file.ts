import { textOf } from "../configuration/module-definition.js";
import type { ParsedFile } from "../configuration/syntax/syntax.js";

/** Versions that are chosen for providers, by full source address: `registry.terraform.io/acme/acme`. */
export type LockedVersions = ReadonlyMap<string, string>;

export const LOCK_FILE = ".terraform.lock.hcl";

/** Reads a [dependency lock file](https://developer.hashicorp.com/terraform/language/files/dependency-lock). */
export function lockedVersions(file: ParsedFile): LockedVersions {
  const versions = new Map<string, string>();
  for (const { labels, body } of file.body.blocks("provider", 1)) {
    const source = labels[0]?.value;
    const version = textOf(body.attribute("version")?.value);
    if (source !== undefined && version !== undefined) versions.set(source, version);
  }
  return versions;
}
