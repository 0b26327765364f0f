import path from "node:path";
import type { Ignore } from "ignore";
import { isWithin } from "../../../base/paths.js";
import { type DirectoryEntry, readIfPossible, repositoryRoot, type TreeFileSystem } from "../../files/file-system.js";

/**
 * The entries that git ignores, by the files in the repository and its `.git/info/exclude`. A user's own
 * `core.excludesFile` is not read, so that every machine finds the same, and whether a file is tracked is ignored. See [gitignore](https://git-scm.com/docs/gitignore).
 */
export interface IgnoreRules {
  /** Whether the entry of a directory is ignored, if the directory itself is not. */
  ignores(file: string, isDirectory: boolean): boolean;
  /** The same with a directory's own `.gitignore`, if there is one among its entries. */
  enter(directory: string, entries: readonly DirectoryEntry[]): IgnoreRules;
}

/** Makes rule sets. The library that matches patterns is only loaded by callers that need it. */
export interface IgnoreRulesOptions {
  readonly fileSystem: TreeFileSystem;
  readonly newIgnore: (options: { ignorecase: boolean }) => Ignore;
  /** Where file names differ by more than case, as git's `core.ignorecase` has it by default. */
  readonly platform: NodeJS.Platform;
}

/**
 * The rules that hold in a directory, its own `.gitignore` not included: `enter` adds that. Without a repository, rules
 * count from `top` on.
 *
 * An ignored directory is only read if the user names it, and then only the rules in it count.
 */
export function rulesAbove(directory: string, top: string, options: IgnoreRulesOptions): IgnoreRules {
  const repository = repositoryRoot(directory, options.fileSystem);
  const start = repository ?? (isWithin(top, directory) ? top : directory);
  let rules = rulesFrom(start, options);
  let place = start;
  for (const step of path.relative(start, directory).split(path.sep).filter(Boolean)) {
    rules = rules.enter(place, entriesOf(place, options.fileSystem));
    place = path.join(place, step);
    if (rules.ignores(place, true)) return rulesFrom(directory, options);
  }
  return rules;
}

function entriesOf(directory: string, fileSystem: TreeFileSystem): readonly DirectoryEntry[] {
  try {
    return fileSystem.entries(directory);
  } catch {
    return [];
  }
}

/** Without a matcher, no rules yet but those of the repository itself, if its top is here. */
function rulesFrom(top: string, options: IgnoreRulesOptions, matcher?: Ignore): IgnoreRules {
  const { fileSystem } = options;
  return {
    ignores(file, isDirectory) {
      if (matcher === undefined) return false;
      const name = bytewise(posix(path.relative(top, file)));
      return name !== "" && matcher.ignores(isDirectory ? `${name}/` : name);
    },
    enter(directory, entries) {
      const has = (wanted: string) =>
        entries.some(({ name, kind }) => name === wanted && (kind === "file" || kind === "directory"));
      const repository = has(".git");
      // A repository within another one goes by its own rules.
      if (repository && directory !== top) return rulesFrom(directory, options).enter(directory, entries);
      const patterns = [
        ...(repository ? readPatterns(excludeFile(directory, fileSystem), "", fileSystem) : []),
        ...(has(".gitignore")
          ? readPatterns(path.join(directory, ".gitignore"), posix(path.relative(top, directory)), fileSystem)
          : []),
      ];
      if (patterns.length === 0) return this;
      const extended = options.newIgnore({ ignorecase: options.platform === "win32" || options.platform === "darwin" });
      if (matcher !== undefined) extended.add(matcher);
      extended.add(patterns.map((pattern) => ({ pattern: bytewise(pattern) })));
      return rulesFrom(top, options, extended);
    },
  };
}

/** A character for each byte: git's `?` and `[…]` match bytes. */
function bytewise(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : Buffer.from(text).toString("latin1");
}

function posix(file: string): string {
  return path.sep === "/" ? file : file.split(path.sep).join("/");
}

/** `info/exclude` of the repository; a worktree shares that of the main one. */
function excludeFile(directory: string, fileSystem: TreeFileSystem): string {
  const git = path.join(directory, ".git");
  const folder = pointer(git, /^gitdir: (.*)/, fileSystem);
  if (folder === undefined) return path.join(git, "info", "exclude");
  const own = path.resolve(directory, folder);
  const common = pointer(path.join(own, "commondir"), /^(.*)/, fileSystem);
  return path.join(common === undefined ? own : path.resolve(own, common), "info", "exclude");
}

function pointer(file: string, form: RegExp, fileSystem: TreeFileSystem): string | undefined {
  const text = readIfPossible(file, fileSystem);
  return text === undefined ? undefined : form.exec(text)?.[1]?.trimEnd();
}

/**
 * The patterns in a file, each made to count from the top of the tree. None where the file cannot be read, as for git.
 */
function readPatterns(file: string, directory: string, fileSystem: TreeFileSystem): readonly string[] {
  return (readIfPossible(file, fileSystem) ?? "")
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .flatMap((line) => patternFromTop(line, directory));
}

/**
 * A pattern in a directory's own file, rewritten to count from the top: all rules of a tree are then in one list,
 * in which the last match decides, as in git.
 */
export function patternFromTop(line: string, directory: string): string | readonly [] {
  const trimmed = withoutTrailingSpaces(line);
  if (trimmed === "" || trimmed.startsWith("#")) return [];
  if (directory === "") return trimmed;
  const negated = trimmed.startsWith("!");
  const pattern = negated ? trimmed.slice(1) : trimmed.replace(/^\\([!#])/, "$1");
  if (pattern === "" || pattern === "/") return [];
  const base = directory.replace(/[\\*?[\]!# ]/g, "\\$&");
  const anchored = pattern.slice(0, -1).includes("/");
  const rest = anchored ? pattern.replace(/^\//, "") : `**/${pattern}`;
  return `${negated ? "!" : ""}/${base}/${rest}`;
}

/** The line without spaces at the end, unless they follow a backslash. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === " ") {
    let slashes = 0;
    while (line[end - 2 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 1) break;
    end -= 1;
  }
  return line.slice(0, end);
}
