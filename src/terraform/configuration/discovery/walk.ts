import path from "node:path";
import { compareText } from "../../../base/compare-text.js";
import { isConfigurationFile } from "../../files/file-names.js";
import type { DirectoryEntry, TreeFileSystem } from "../../files/file-system.js";
import { dataDirectory, type Environment } from "../../root-module/root-module.js";
import type { IgnoreRules } from "./git-ignore.js";

/** Folders of tools, which contain copies of other files, or nothing of interest. */
export const TOOL_FOLDERS: ReadonlySet<string> = new Set([".git", ".terraform", ".terragrunt-cache", "node_modules"]);

/** Whether an entry of a folder, a file or directory, is excluded, by absolute path. */
export type Exclude = (place: string) => boolean;

/** The excludes of settings. Those of a folder apply down to the next one with its own, or to a repository's root. */
export interface Exclusions {
  /** The name of a file of settings. */
  readonly file: string;
  of(directory: string): Promise<Exclude>;
}

export interface WalkOptions {
  readonly fileSystem: TreeFileSystem;
  /** For `TF_DATA_DIR`: any directory may be a root module. */
  readonly env: Environment;
  readonly exclusions?: Exclusions;
  /** Tells the files that are wanted beside those of configurations. */
  readonly isWanted?: (name: string) => boolean;
  /** Whether those are wanted also where git ignores them, as it does states. */
  readonly wantedIfIgnored?: boolean;
  /** Receives a directory with its entries that are not excluded. Returns whether to visit its directories. */
  visit(directory: string, entries: readonly DirectoryEntry[]): boolean;
  /** Where it is given, shallow directories come first, and the walk stops once it is used up. */
  readonly budget?: WalkBudget;
  unreadable(directory: string, error: unknown): void;
}

/** How many directories and files of interest a walk may still look at; counted down as it goes. */
export interface WalkBudget {
  left: number;
}

/** Walks a tree in lexical order, without following links to directories. The directory itself is always visited. */
export async function walk(start: string, rules: IgnoreRules, options: WalkOptions): Promise<void> {
  const { fileSystem, env, exclusions, visit, unreadable, budget, isWanted = () => false } = options;
  const atStart = await exclusions?.of(start);
  const waiting: { readonly directory: string; readonly rules: IgnoreRules; readonly exclude: Exclude | undefined }[] =
    [{ directory: start, rules, exclude: atStart }];
  const dataDirs = new Set<string>();
  const take = () => (budget === undefined ? waiting.pop() : budget.left > 0 ? waiting.shift() : undefined);
  for (let next = take(); next !== undefined; next = take()) {
    const { directory } = next;
    let all: readonly DirectoryEntry[];
    try {
      all = fileSystem.entries(directory);
    } catch (error) {
      unreadable(directory, error);
      continue;
    }
    if (env["TF_DATA_DIR"]) dataDirs.add(dataDirectory(directory, env));
    const hasOwn = directory !== start && all.some(({ name }) => name === exclusions?.file || name === ".git");
    const exclude = hasOwn ? await exclusions?.of(directory) : next.exclude;
    const inside = next.rules.enter(directory, all);
    const entries = all.filter(({ name, kind }) => {
      // Only what may be looked at is asked about: that is a matter of patterns, and the costly part.
      if (kind === "directory" ? TOOL_FOLDERS.has(name) : !isConfigurationFile(name) && !isWanted(name)) return false;
      const place = path.join(directory, name);
      if (kind === "file" && options.wantedIfIgnored === true && isWanted(name)) return !exclude?.(place);
      return !dataDirs.has(place) && !inside.ignores(place, kind === "directory") && !exclude?.(place);
    });
    if (budget !== undefined) budget.left -= 1 + entries.length;
    if (!visit(directory, entries)) continue;
    const below = entries.filter(({ kind }) => kind === "directory").toSorted((a, b) => compareText(b.name, a.name));
    for (const { name } of below) waiting.push({ directory: path.join(directory, name), rules: inside, exclude });
  }
}
