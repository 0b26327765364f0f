import { lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { isWithin } from "./paths.js";

/**
 * Folders whose files a run may show and change, links followed: the repositories that it was started for. A file in
 * them may be untrusted, and may name any other file.
 */
export type Trees = readonly string[];

/** Where a path leads, links followed; of what is not there, where its folder leads. Undefined for a link to nowhere. */
export function realPathOf(place: string): string | undefined {
  try {
    return realpathSync(place);
  } catch {
    if (isLink(place)) return undefined;
    const folder = path.dirname(place);
    const real = folder === place ? folder : realPathOf(folder);
    return real === undefined ? undefined : path.join(real, path.basename(place));
  }
}

function isLink(place: string): boolean {
  try {
    return lstatSync(place).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Whether a file really lies in one of the trees. */
export function isInTrees(file: string, trees: Trees): boolean {
  return isIn(realPathOf(file), trees);
}

function isIn(real: string | undefined, trees: Trees): real is string {
  return real !== undefined && trees.some((tree) => isWithin(tree, real));
}

/** Links after which a path counts as a loop, as for Linux. */
const MOST_LINKS = 40;

/** Where a path leads, through links to what is not there as well; undefined for a loop. */
function targetOf(place: string, left = MOST_LINKS): string | undefined {
  const folder = realPathOf(path.dirname(place));
  if (folder === undefined || left === 0) return undefined;
  const own = path.join(folder, path.basename(place));
  return isLink(own) ? targetOf(path.resolve(folder, readlinkSync(own)), left - 1) : own;
}

/** Whether a path that is in a tree by its name leads to a file out of it, by a link that anyone may have put there. */
export function isLedOut(file: string, trees: Trees): boolean {
  const target = trees.some((tree) => isWithin(tree, file)) ? targetOf(file) : undefined;
  return target !== undefined && !trees.some((tree) => isWithin(tree, target)) && !isDevice(target);
}

/** `/dev/null` and the like, in which nothing can be overwritten. */
function isDevice(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isCharacterDevice() ?? false;
}

/** Why a file is not to be written, for the trees or for what it is; undefined where nothing speaks against it. */
export function whyNotWritten(file: string, trees: Trees): string | undefined {
  const real = realPathOf(file);
  if (!isIn(real, trees))
    return "it is outside the repository, or outside the named directory if there is no repository";
  return real.toLowerCase().split(path.sep).includes(".git") ? "it belongs to git" : undefined;
}
