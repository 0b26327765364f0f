import { type Dirent, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { isWithin } from "../base/paths.js";
import { TOOL_FOLDERS } from "../terraform/configuration/discovery/walk.js";
import { isConfigurationFile } from "../terraform/files/file-names.js";
import { diskFileSystem, repositoryRoot } from "../terraform/files/file-system.js";

/** Folders that hold no configuration of one's own, and very many files. */
const SKIPPED: ReadonlySet<string> = new Set([...TOOL_FOLDERS, ".hg", ".svn"]);

/** Files that findings can rest on, besides the configuration. */
const RELEVANT = /^(?:\.tfinvite\.json|\.gitignore|terraform\.tfstate)$/;

/** Folders with nothing of interest in them yet that are watched anyway. Some systems allow 8192 watches, files included. */
const MOST_IDLE = 1000;

export function isSkippedFolder(folder: string): boolean {
  return SKIPPED.has(path.basename(folder));
}

/** Those of them that matter in a folder which is watched for what it says about others. */
export function isSettingsFile(file: string): boolean {
  return /^\.(?:tfinvite\.json|gitignore)$/.test(path.basename(file));
}

export function isRelevantFile(file: string): boolean {
  return isConfigurationFile(file) || RELEVANT.test(path.basename(file));
}

/** Folders directly below one, but for skipped ones; links to folders as well where they are wanted. Empty where it cannot be read. */
export function foldersIn(folder: string, links: "with links" | "without links"): readonly string[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isDirectory() || (links === "with links" && entry.isSymbolicLink()))
    .map(({ name }) => path.join(folder, name))
    .filter((below) => !isSkippedFolder(below));
}

export function isFolder(place: string): boolean {
  try {
    return statSync(place).isDirectory();
  } catch {
    return false;
  }
}

/** Where settings can be that hold for a folder: upward to the repository's root. */
export function foldersAbove(folder: string): readonly string[] {
  const root = repositoryRoot(folder, diskFileSystem) ?? folder;
  const above = [folder];
  for (let at = folder; at !== root; at = path.dirname(at)) above.push(path.dirname(at));
  return above;
}

/**
 * The folders to watch: those that were read with the ones on the way down to them, and as many others below the targets
 * as any system bears, the upper ones first. Absolute.
 */
export function foldersToWatch(targets: readonly string[], read: ReadonlySet<string>): ReadonlySet<string> {
  const tops = targets.filter(isFolder);
  const wanted = new Set(tops);
  for (const folder of read) {
    const inside = tops.some((top) => isWithin(top, folder));
    for (let at = folder; !wanted.has(at) && isFolder(at); at = path.dirname(at)) {
      wanted.add(at);
      if (!inside) break;
    }
  }
  const waiting = [...tops];
  let idle = 0;
  for (let index = 0; index < waiting.length; index += 1) {
    // Links may lead round in circles; what is below one is watched where it was read.
    for (const below of foldersIn(waiting[index] ?? "", "without links")) {
      if (!wanted.has(below)) idle += 1;
      if (idle > MOST_IDLE) return wanted;
      wanted.add(below);
      waiting.push(below);
    }
  }
  return wanted;
}
