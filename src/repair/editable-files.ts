import { realpath } from "node:fs/promises";
import path from "node:path";
import type { Surroundings } from "../base/engine-context.js";
import { isWithin, shownFrom } from "../base/paths.js";
import { isInTrees } from "../base/tree.js";
import { INVITE_PREFILTER, INVITE_TYPES } from "../invites/providers/registry.js";
import type { Configuration } from "../terraform/configuration/configuration.js";
import { loadConfiguration } from "../terraform/configuration/load-configuration.js";
import { diskFileSystem, repositoryRoot } from "../terraform/files/file-system.js";
import { dataDirectory } from "../terraform/root-module/root-module.js";

/** Which files of a root module may be changed for it. */
export interface Editable {
  /** Undefined where nothing speaks against it. `file` is as shown. */
  whyNot(file: string): Promise<string | undefined>;
}

/** Files below the root module's directory that were not fetched, and that no other root module of the repository uses. */
export async function editableFiles(configuration: Configuration, surroundings: Surroundings): Promise<Editable> {
  const root = path.resolve(surroundings.cwd, configuration.directory);
  const realRoot = await realpath(root).catch(() => root);
  const fetched = dataDirectory(root, surroundings.env);
  const answers = new Map<string, Promise<string | undefined>>();
  const ask = async (file: string): Promise<string | undefined> => {
    const place = path.resolve(surroundings.cwd, file);
    if (isWithin(fetched, place)) return "it is a copy that terraform init downloaded";
    if (!isWithin(root, place) || !isInTrees(place, [realRoot]))
      return "it is outside the root module's directory, so others may use it";
    if (configuration.texts.get(file)?.includes("\ufffd") === true) return "it is not valid UTF-8";
    const isData = configuration.dataFiles.some((one) => one.file === file);
    if (path.dirname(place) === root && !isData) return undefined;
    return otherUsers(place, root, configuration, surroundings);
  };
  return {
    whyNot(file) {
      const known = answers.get(file) ?? ask(file);
      answers.set(file, known);
      return known;
    },
  };
}

/** The other root modules of the repository that call the module of a file, or read the file. */
async function otherUsers(
  file: string,
  root: string,
  { settings }: Configuration,
  surroundings: Surroundings,
): Promise<string | undefined> {
  const repository = repositoryRoot(root, diskFileSystem) ?? root;
  const { cwd, env } = surroundings;
  const reading = { cwd, env, mention: INVITE_PREFILTER, tool: settings.tool };
  const { discoverModules } = await import("../terraform/configuration/discovery/discover-modules.js");
  const { roots } = await discoverModules({ ...reading, targets: [repository] });
  const [shown, module] = [shownFrom(cwd, file), shownFrom(cwd, path.dirname(file))];
  const callers: string[] = [];
  const readers: string[] = [];
  for (const { directory } of roots) {
    if (path.resolve(cwd, directory) === root) continue;
    const request = { ...reading, directory, types: INVITE_TYPES, validate: false };
    const other = await loadConfiguration(request);
    if (other.modules.some((call) => call.directory === module)) callers.push(directory);
    else if (other.dataNames.includes(shown)) readers.push(directory);
  }
  const told = (users: readonly string[], one: string, several: string) =>
    users.length === 0 ? [] : [`${users.join(", ")} ${users.length === 1 ? one : several} as well`];
  const all = [...told(callers, "calls the module", "call the module"), ...told(readers, "reads it", "read it")];
  return all.length === 0 ? undefined : all.join(", ");
}
