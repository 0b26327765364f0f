import { realpath } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../base/failure.js";
import { shownFrom } from "../base/paths.js";
import { MOST_BYTES, NotRead, readRegularFile } from "../base/read-file.js";
import { isInTrees, whyNotWritten } from "../base/tree.js";
import { diskFileSystem, isMissing, repositoryRoot } from "../terraform/files/file-system.js";
import type { Settings } from "./settings.js";

export const SETTINGS_FILE = ".tfinvite.json";

/** The settings that hold for a root module, given by its absolute path. */
export type SettingsFinder = (directory: string) => Promise<Settings | undefined>;

/**
 * Finds settings upward from each root module to its repository's root; the nearest file holds alone. Without a repository
 * it goes up to `cwd`, and from a directory outside of that nowhere. Each folder is looked at once. Fails with a Failure
 * that tells everything that is wrong in a file.
 */
export function settingsFinder(cwd: string): SettingsFinder {
  const files = new Map<string, Promise<Settings | undefined>>();
  return async (directory) => {
    const place = path.resolve(cwd, directory);
    const folders = ancestors(place);
    const limit = Math.max(0, folders.indexOf(repositoryRoot(place, diskFileSystem) ?? path.resolve(cwd)));
    const tree = folders[limit] ?? place;
    for (const folder of folders.slice(0, limit + 1)) {
      const found = files.get(folder) ?? readSettingsFile(folder, tree, cwd);
      files.set(folder, found);
      const settings = await found;
      if (settings !== undefined) return settings;
    }
    return undefined;
  };
}

/** The settings that hold for one root module; with many of them, use a `settingsFinder`. */
export function findSettings(directory: string, cwd: string): Promise<Settings | undefined> {
  return settingsFinder(cwd)(directory);
}

/** The baseline that the settings name, as an absolute path. Fails where a link in the tree leads out of it. */
export async function baselineOfSettings(settings: Settings): Promise<string | undefined> {
  if (settings.baseline === undefined) return undefined;
  const file = path.join(settings.folder, settings.baseline);
  if (!isInTrees(file, [await realpath(settings.folder)])) {
    throw new Failure(
      `${settings.file}: the baseline ${settings.baseline} is a link out of its folder`,
      "Name a file inside the folder, or pass the baseline with --baseline FILE.",
    );
  }
  if (whyNotWritten(file, [await realpath(settings.folder)]) !== undefined) {
    throw new Failure(
      `${settings.file}: the baseline ${settings.baseline} is in the folder .git`,
      "Name a file outside .git.",
    );
  }
  return file;
}

async function readSettingsFile(folder: string, tree: string, cwd: string): Promise<Settings | undefined> {
  const file = path.join(folder, SETTINGS_FILE);
  const name = shownFrom(cwd, file);
  let text: string;
  try {
    text = readRegularFile(file, MOST_BYTES.settings).toString("utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(name, error);
  }
  // Messages show its keys, so it must not be a link to something secret.
  if (!isInTrees(file, [await realpath(tree)])) {
    throw new Failure(`${name} is a link out of ${shownFrom(cwd, tree)}`, "Replace the link by the file itself.");
  }
  const { settingsOfText } = await import("./read-settings.js");
  return settingsOfText(text, { folder, file: name });
}

function unreadable(name: string, cause: unknown): Failure {
  if (cause instanceof NotRead) {
    const hint = "It must be a JSON file; see docs/configuration.md.";
    return new Failure(`cannot read ${name}: ${cause.message}`, hint, { cause });
  }
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return new Failure(`cannot read ${name}${code}`, undefined, { cause });
}

/** The folder itself, its parent, and so on. */
function ancestors(folder: string): string[] {
  const folders = [folder];
  for (let at = folder; path.dirname(at) !== at; at = path.dirname(at)) folders.push(path.dirname(at));
  return folders;
}
