import path from "node:path";
import type { TreeFileSystem } from "../../files/file-system.js";
import { localDirectory } from "./module-texts.js";

/** More directories are not looked into for one source. */
const MOST_DIRECTORIES = 200;

/**
 * The directories that a local module source may mean, `./mods/${var.env}` for example: of a part that is made from
 * values, every name that begins and ends as it does.
 */
export function earlySourceDirectories(source: string, from: string, fileSystem: TreeFileSystem): readonly string[] {
  const parts = source.replace(/\$\{[^}]*\}/g, "\0").split(/[/\\]/);
  let found: readonly string[] = [from];
  for (const part of parts) {
    const known = part.split("\0");
    const [begin = "", end = ""] = [known[0], known.at(-1)];
    if (known.length === 1) found = found.map((directory) => localDirectory(directory, part));
    else {
      const matching = (name: string) =>
        name.startsWith(begin) && name.endsWith(end) && name.length >= begin.length + end.length;
      found = found.flatMap((directory) =>
        foldersIn(directory, fileSystem)
          .filter(matching)
          .map((name) => path.join(directory, name)),
      );
    }
    found = found.slice(0, MOST_DIRECTORIES);
  }
  return found;
}

function foldersIn(directory: string, fileSystem: TreeFileSystem): readonly string[] {
  try {
    return fileSystem.entries(directory).flatMap(({ name, kind }) => (kind === "directory" ? [name] : []));
  } catch {
    return [];
  }
}
