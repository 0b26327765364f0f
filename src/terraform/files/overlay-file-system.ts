import path from "node:path";
import { isWithin } from "../../base/paths.js";
import { type DirectoryEntry, diskFileSystem, type TreeFileSystem } from "./file-system.js";

/**
 * A file system with texts over it, such as an editor's unsaved ones, by absolute path as `path.resolve` writes it. The
 * file or folder of a text need not exist yet. The map is read at every call, so it may change.
 */
export function overlayFileSystem(
  texts: ReadonlyMap<string, string>,
  base: TreeFileSystem = diskFileSystem,
): TreeFileSystem {
  return {
    list(directory) {
      const names = base.list(directory);
      const files = below(texts, directory).filter(({ kind }) => kind === "file");
      return files.length === 0 ? names : [...new Set([...(names ?? []), ...files.map(({ name }) => name)])];
    },
    read: (file) => texts.get(file) ?? base.read(file),
    data(file, root) {
      const text = isWithin(root, file) ? texts.get(file) : undefined;
      return text === undefined ? base.data(file, root) : { kind: "text", text };
    },
    entries(directory) {
      const added = below(texts, directory);
      if (added.length === 0) return base.entries(directory);
      const entries = base.kind(directory) === undefined ? [] : base.entries(directory);
      // A text replaces a link, too: it is what the editor shows at that path.
      const files = new Set(added.filter(({ kind }) => kind === "file").map(({ name }) => name));
      const kept = entries.filter(({ name }) => !files.has(name));
      const names = new Set(kept.map(({ name }) => name));
      return [...kept, ...added.filter(({ name }) => !names.has(name))];
    },
    kind(place) {
      if (texts.has(place)) return "file";
      return base.kind(place) ?? (below(texts, place).length > 0 ? "directory" : undefined);
    },
    bytes(file) {
      const text = texts.get(file);
      return text === undefined ? base.bytes(file) : Buffer.from(text);
    },
  };
}

/** The entries that the texts add to a directory: files, and directories on the way to deeper ones. */
function below(texts: ReadonlyMap<string, string>, directory: string): readonly DirectoryEntry[] {
  const prefix = directory.endsWith(path.sep) ? directory : directory + path.sep;
  const entries = new Map<string, DirectoryEntry>();
  for (const file of texts.keys()) {
    if (!file.startsWith(prefix)) continue;
    const [name = "", ...deeper] = file.slice(prefix.length).split(path.sep);
    if (deeper.length > 0) entries.set(name, { name, kind: "directory" });
    else if (!entries.has(name)) entries.set(name, { name, kind: "file" });
  }
  return [...entries.values()];
}

/** An empty file system, to be used below texts without any files on disk. */
export const emptyFileSystem: TreeFileSystem = {
  list: () => undefined,
  entries: () => [],
  kind: () => undefined,
  read: missing,
  data: () => ({ kind: "unread", reason: "it is not on the disk" }),
  bytes: missing,
};

function missing(): never {
  throw Object.assign(new Error("no such file"), { code: "ENOENT" });
}
