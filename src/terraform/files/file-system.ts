import { type Dirent, readdirSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { MOST_BYTES, readRegularFile } from "../../base/read-file.js";
import { realPathOf, type Trees } from "../../base/tree.js";
import { readDataFile } from "./data-file.js";

/** The file system as loading needs it. An editor can put its unsaved texts over the files on disk. */
export interface FileSystem {
  /** Names of the entries of a directory that are not directories; undefined where there is no such directory. */
  list(directory: string): readonly string[] | undefined;
  /** The text of a file. Throws where it cannot be read, is not a regular file, or is too large for a configuration. */
  read(path: string): string;
  /** A file that a configuration reads, for example by `file()`. It must be below `root` after following links. */
  data(path: string, root: string): DataRead;
}

/** The result of reading a data file. `failed` where Terraform cannot read it either. */
export type DataRead =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "failed" | "unread"; readonly reason: string; readonly isFile?: true };

/** The kind of an entry; `other` are sockets, pipes and devices, which are neither read nor walked. */
export type EntryKind = "file" | "directory" | "link" | "other";

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

/** The file system as the search for modules in a tree needs it. */
export interface TreeFileSystem extends FileSystem {
  /** All entries of a directory, hidden ones included, in no order. Throws where it cannot be read. */
  entries(directory: string): readonly DirectoryEntry[];
  /**
   * The kind of entry at a path, after following links; undefined if it doesn't exist. Throws where that is unknown.
   */
  kind(path: string): Exclude<EntryKind, "link"> | undefined;
  /** The bytes of a file, in memory that the next call may overwrite. Throws where the file cannot be read. */
  bytes(path: string): Buffer;
}

/** The text of a file, or undefined where it is missing or cannot be read. */
export function readIfPossible(file: string, fileSystem: FileSystem): string | undefined {
  try {
    return fileSystem.read(file);
  } catch {
    return undefined;
  }
}

/** Enough for most configuration files; a larger one gets its own memory. */
const SHARED_BYTES = 1 << 17;
let shared: Buffer | undefined;

/** The disk. Synchronous, since thousands of small files are read twice as fast that way. */
export const diskFileSystem: TreeFileSystem = {
  list(directory) {
    try {
      return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
        // A pipe named main.tf is part of the module, and must be reported.
        entry.isDirectory() ? [] : [entry.name],
      );
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  read: (file) => readRegularFile(file, MOST_BYTES.configuration).toString("utf8"),
  data: readDataFile,
  entries: (directory) =>
    readdirSync(directory, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
  kind(place) {
    try {
      // An exception costs more than the call, and most of the paths don't exist.
      const stats = statSync(place, { throwIfNoEntry: false });
      const kind = stats && kindOf(stats);
      return kind === "link" ? "other" : kind;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  bytes(file) {
    shared ??= Buffer.allocUnsafe(SHARED_BYTES);
    return readRegularFile(file, MOST_BYTES.configuration, shared);
  },
};

function kindOf(entry: Dirent | Stats): EntryKind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "link" : "other";
}

/** Whether there is no such file or directory. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/**
 * A file system that lists each directory and reads each file only once, for a run that loads many root modules with
 * shared modules. It does not see later changes, so it must not outlive the run. Errors are not kept.
 */
export function readingOnce<F extends FileSystem>(base: F): F {
  const lists = new Map<string, readonly string[] | undefined>();
  const texts = new Map<string, string>();
  return {
    ...base,
    list(directory) {
      if (!lists.has(directory)) lists.set(directory, base.list(directory));
      return lists.get(directory);
    },
    read(file) {
      const known = texts.get(file);
      if (known !== undefined) return known;
      const text = base.read(file);
      texts.set(file, text);
      return text;
    },
  };
}

/**
 * The nearest directory, from this one upward, with a `.git` directory, or the `.git` file of a worktree or submodule.
 */
export function repositoryRoot(directory: string, fileSystem: Pick<TreeFileSystem, "kind">): string | undefined {
  for (let place = path.resolve(directory); ; place = path.dirname(place)) {
    if (holdsGit(place, fileSystem)) return place;
    if (path.dirname(place) === place) return undefined;
  }
}

/** The repository of each directory, or the directory itself if it is in no repository. */
export function treesOf(directories: readonly string[]): Trees {
  return directories.map((directory) => {
    const real = realPathOf(directory) ?? directory;
    return repositoryRoot(real, diskFileSystem) ?? real;
  });
}

function holdsGit(directory: string, fileSystem: Pick<TreeFileSystem, "kind">): boolean {
  try {
    const kind = fileSystem.kind(path.join(directory, ".git"));
    return kind === "directory" || kind === "file";
  } catch {
    return false;
  }
}
