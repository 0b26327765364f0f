import { type Dirent, readdirSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { MOST_BYTES, readRegularFile } from "../../base/read-file.js";
import { realPathOf, type Trees } from "../../base/tree.js";
import { readDataFile } from "./data-file.js";

/** What loading needs of a file system. An editor can put its unsaved texts in front of the disk's. */
export interface FileSystem {
  /** Names of what is no directory in a directory, or undefined where there is no such directory. */
  list(directory: string): readonly string[] | undefined;
  /** Throws where the file cannot be read, is no regular file, or is larger than any configuration. */
  read(path: string): string;
  /** A file that a configuration reads by itself, such as by `file()`. Never more than one below `root`, links followed. */
  data(path: string, root: string): DataRead;
}

/** What became of reading a data file. `failed` where Terraform cannot read it either. */
export type DataRead =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "failed" | "unread"; readonly reason: string; readonly isFile?: true };

/** `other` is what is neither read nor walked: sockets, pipes, devices. */
export type EntryKind = "file" | "directory" | "link" | "other";

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

/** What it takes to look for modules in a tree, on top of what loading one needs. */
export interface TreeFileSystem extends FileSystem {
  /** Everything in a directory, hidden entries included, in no order. Throws where it cannot be read. */
  entries(directory: string): readonly DirectoryEntry[];
  /** What a path leads to, links followed; undefined where it leads nowhere. Throws where that cannot be told. */
  kind(path: string): Exclude<EntryKind, "link"> | undefined;
  /** The bytes of a file, in memory that the next call may write over. Throws where the file cannot be read. */
  bytes(path: string): Buffer;
}

/** The text of a file, or undefined where it is not there or cannot be read. */
export function readIfPossible(file: string, fileSystem: FileSystem): string | undefined {
  try {
    return fileSystem.read(file);
  } catch {
    return undefined;
  }
}

/** Most configuration files fit; a larger one gets memory of its own. */
const SHARED_BYTES = 1 << 17;
let shared: Buffer | undefined;

/** The disk. Synchronous, since thousands of small files are read twice as fast that way. */
export const diskFileSystem: TreeFileSystem = {
  list(directory) {
    try {
      return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
        // A pipe that is called main.tf is part of the module, and has to be told of.
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
      // An exception costs more than the call, and most that is asked about is not there.
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
 * The same file system, which lists a directory and reads a file once only: for a run that loads many root modules with
 * modules in common. What changes meanwhile is not seen, so it must not outlive the run. Errors are not kept.
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

/** The nearest directory, from this one upward, that holds a `.git` directory, or the file of a worktree or submodule. */
export function repositoryRoot(directory: string, fileSystem: Pick<TreeFileSystem, "kind">): string | undefined {
  for (let place = path.resolve(directory); ; place = path.dirname(place)) {
    if (holdsGit(place, fileSystem)) return place;
    if (path.dirname(place) === place) return undefined;
  }
}

/** For each directory, the repository that it lies in, or itself where there is none. */
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
