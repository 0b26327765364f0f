import { realpathSync } from "node:fs";
import path from "node:path";
import { isWithin } from "./paths.js";

/**
 * Folders whose files a run may show and change, links followed: the repositories that it was started for. A file in
 * them may come from a stranger, and may name any other.
 */
export type Trees = readonly string[];

/** Where a path leads, links followed; of what is not there, where its folder leads. */
export function realPathOf(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    const folder = path.dirname(place);
    return folder === place ? place : path.join(realPathOf(folder), path.basename(place));
  }
}

/** Whether a file really lies in one of the trees. */
export function isInTrees(file: string, trees: Trees): boolean {
  const real = realPathOf(file);
  return trees.some((tree) => isWithin(tree, real));
}

/** Why a file is not to be written, for the trees or for what it is; undefined where nothing speaks against it. */
export function whyNotWritten(file: string, trees: Trees): string | undefined {
  if (!isInTrees(file, trees)) return "it is outside the repository";
  return realPathOf(file).split(path.sep).includes(".git") ? "it belongs to git" : undefined;
}
