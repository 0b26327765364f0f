import path from "node:path";
import type { TreeFileSystem } from "../file-system.js";

/** The nearest directory, from this one upward, that holds a `.git` directory, or the file of a worktree or submodule. */
export function repositoryRoot(directory: string, fileSystem: Pick<TreeFileSystem, "kind">): string | undefined {
  for (let place = path.resolve(directory); ; place = path.dirname(place)) {
    if (holdsGit(place, fileSystem)) return place;
    if (path.dirname(place) === place) return undefined;
  }
}

function holdsGit(directory: string, fileSystem: Pick<TreeFileSystem, "kind">): boolean {
  try {
    const kind = fileSystem.kind(path.join(directory, ".git"));
    return kind === "directory" || kind === "file";
  } catch {
    return false;
  }
}
