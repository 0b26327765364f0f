import path from "node:path";
import ignore from "ignore";
import { shownFrom } from "../base/paths.js";
import type { TextBeside } from "../invites/planned/assessment.js";
import { KEY_PREFILTER } from "../invites/rules/admin-keys.js";
import { SETTINGS_FILE } from "../policy/settings-file.js";
import { rulesAbove } from "../terraform/configuration/discovery/git-ignore.js";
import { isStackFile, isVariableFile } from "../terraform/files/file-names.js";
import { readIfPossible, type TreeFileSystem } from "../terraform/files/file-system.js";

/** Whether a file, by its name, is one in which people write values that a module gets, keys among them. */
export function mayHoldKeys(name: string): boolean {
  return isVariableFile(name) || isStackFile(name) || name === SETTINGS_FILE;
}

/** The files beside a module that may hold a key. What git ignores stays on this machine, and is skipped. */
export function textsWithKeys(directory: string, cwd: string, fileSystem: TreeFileSystem): readonly TextBeside[] {
  const place = path.resolve(cwd, directory);
  const found = namesIn(place, fileSystem).flatMap((name) => {
    const file = path.join(place, name);
    const text = readIfPossible(file, fileSystem);
    return text !== undefined && KEY_PREFILTER.some((start) => text.includes(start)) ? [{ file, text }] : [];
  });
  if (found.length === 0) return [];
  const { platform } = process;
  const above = rulesAbove(place, cwd, { fileSystem, platform, newIgnore: (given) => ignore(given) });
  const rules = above.enter(place, fileSystem.entries(place));
  return found
    .filter(({ file }) => !rules.ignores(file, false))
    .map(({ file, text }) => ({ file: shownFrom(cwd, file), text }));
}

function namesIn(directory: string, fileSystem: TreeFileSystem): string[] {
  try {
    return (fileSystem.list(directory) ?? []).filter(mayHoldKeys);
  } catch {
    // That it cannot be read is reported where the module is read.
    return [];
  }
}
