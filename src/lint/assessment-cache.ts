import path from "node:path";
import type { Assessment } from "../invites/planned/assessment.js";
import { assessFiles, type FileSurroundings } from "./assess-files.js";

/** Reads one root module, as `assessFiles` does. */
export type AssessRoot = (directory: string, surroundings: FileSurroundings) => Promise<Assessment>;

interface Kept {
  readonly assessment: Assessment;
  /** Folders whose files it was made from, absolute. */
  readonly folders: ReadonlySet<string>;
}

/** Remembers what root modules were read to be, until a file that they rest on changes. */
export class AssessmentCache {
  readonly #kept = new Map<string, Kept>();

  /** What is remembered of a root module, or else what its files say now. */
  readonly assess: AssessRoot = async (directory, surroundings) => {
    const key = path.resolve(surroundings.cwd, directory);
    const known = this.#kept.get(key);
    if (known !== undefined) return known.assessment;
    const assessment = await assessFiles(directory, surroundings);
    this.#kept.set(key, { assessment, folders: foldersOf(assessment, surroundings.cwd) });
    return assessment;
  };

  /** Forgets the root modules that rest on a file of that absolute path, be it there or not. */
  forget(file: string): void {
    const folder = path.dirname(file);
    for (const [key, { folders }] of this.#kept) if (folders.has(folder)) this.#kept.delete(key);
  }
}

/** The folders whose files an assessment was made from, and those where a missing module would be. Absolute. */
export function foldersOf({ inventory: { configuration } }: Assessment, cwd: string): ReadonlySet<string> {
  const files = configuration.files.map((file) => path.dirname(path.resolve(cwd, file)));
  const missing = configuration.unresolvedModules
    .filter(({ source }) => /^\.{1,2}[/\\]/.test(source))
    .map(({ source, range }) => path.resolve(cwd, path.dirname(range.file), source.replaceAll("\\", "/")));
  return new Set([path.resolve(cwd, configuration.directory), ...files, ...missing]);
}
