import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { type Fixed, fixFiles } from "../../src/lint/fix-files.js";
import { lintOnce } from "../../src/lint/lint-once.js";
import type { TreeFileSystem } from "../../src/terraform/files/file-system.js";
import { diskFileSystem } from "../../src/terraform/files/file-system.js";

/** What `lint --fix` makes of a folder, in memory. */
export function fixFolder(cwd: string, fileSystem: TreeFileSystem = diskFileSystem): Promise<Fixed> {
  const surroundings = { cwd, env: {}, fileSystem };
  return fixFiles((given) => lintOnce({ targets: ["."] }, { ...surroundings, ...given }), surroundings);
}

/** The texts of the files below a folder, by their path in it. */
export function textsIn(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  return new Map(files.map((name) => [name.split(path.sep).join("/"), readFileSync(path.join(folder, name), "utf8")]));
}
