import path from "node:path";
import ignore from "ignore";
import { compareText } from "../../../base/compare-text.js";
import { defined } from "../../../base/defined.js";
import { shownFrom } from "../../../base/paths.js";
import { isConfigurationFile, isModuleFile, isOpenTofuFile, type ToolName } from "../../files/file-names.js";
import { type DirectoryEntry, diskFileSystem, type TreeFileSystem } from "../../files/file-system.js";
import { dataDirectory, type Environment } from "../../root-module/root-module.js";
import { rulesAbove } from "./git-ignore.js";
import { readInstalledModules } from "./installed-modules.js";
import { type BesideModules, ModuleScans } from "./module-scans.js";
import { type DiscoveryProblem, unreadablePlace } from "./problem.js";
import { modulesThatMatter, rootModules } from "./root-modules.js";
import { type Glob, readTarget, type Target } from "./targets.js";
import { type Exclude, type Exclusions, type WalkBudget, walk } from "./walk.js";

export interface DiscoveryOptions {
  /** Directories, files and globs as they were typed, relative to `cwd`. What exists is never taken for a glob. */
  readonly targets: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** A module matters if one of these texts is in one of its files, or in a module that it reaches. */
  readonly mention: readonly string[];
  /** Files beside modules for whose sake a directory matters, too. */
  readonly beside?: BesideModules;
  readonly tool: ToolName;
  /** For `TF_DATA_DIR`. */
  readonly env: Environment;
  /** Entries that the settings exclude. A target is excluded with any folder on the way to it. */
  readonly exclusions?: Exclusions;
  /** How much is looked at; everything unless given. */
  readonly budget?: WalkBudget;
  readonly fileSystem?: TreeFileSystem;
  readonly platform?: NodeJS.Platform;
}

export interface DiscoveredRoot {
  /** Relative to `cwd`, with slashes; `.` for `cwd` itself. */
  readonly directory: string;
  /** Set where only files of it were named: findings elsewhere are not wanted. Shown as `directory` is. */
  readonly files?: ReadonlySet<string>;
}

export interface Discovery {
  /** By path. */
  readonly roots: readonly DiscoveredRoot[];
  /**
   * Modules in the trees that mention the wanted text and that some root calls, by path. Calls are recognised without
   * parsing, in comments too, so that a module here may turn out not to be called: what loading the roots has not
   * reached is to be loaded by itself.
   */
  readonly called: readonly string[];
  /** How many files were read. */
  readonly filesRead: number;
  readonly problems: readonly DiscoveryProblem[];
}

/**
 * Finds the root modules that are worth loading, reading each file once and parsing none.
 *
 * Directories are walked but for `.gitignore`d and tools' own folders, unless they are named themselves. In them, roots
 * are the modules that matter and that no other one there calls. A file stands for its module, which is a root even
 * where another one calls it; so does a variable or lock file, for the whole of the module.
 */
export async function discoverModules(options: DiscoveryOptions): Promise<Discovery> {
  const { cwd, env, mention, tool, fileSystem = diskFileSystem, platform = process.platform } = options;
  const display = (place: string) => shownFrom(cwd, place);
  const scans = new ModuleScans({ fileSystem, tool, mention, display, ...defined({ beside: options.beside }) });
  const targets = await Promise.all(options.targets.map((typed) => readTarget(typed, cwd, fileSystem, platform)));
  const found = await findModules(targets, { ...options, fileSystem, platform }, scans, display);

  const starts = new Set([...found.walked, ...found.named.keys()]);
  const installed = await installedModules(starts, env, fileSystem);
  const matters = modulesThatMatter(starts, (directory) => {
    const scan = scans.at(directory);
    return { ...scan, calls: [...scan.calls, ...(installed.get(directory) ?? [])] };
  });

  const candidates = [...found.walked].filter((directory) => matters.has(directory));
  const whole = new Set(rootModules(candidates, (directory) => scans.at(directory).calls));
  const roots: DiscoveredRoot[] = [...whole].map((directory) => ({ directory: display(directory) }));
  for (const [directory, files] of found.named) {
    if (whole.has(directory) || !matters.has(directory)) continue;
    roots.push({ directory: display(directory), ...(files !== "all" && { files: new Set([...files].map(display)) }) });
  }
  return {
    roots: roots.toSorted((a, b) => compareText(a.directory, b.directory)),
    called: candidates
      .filter((directory) => !whole.has(directory) && !found.named.has(directory) && scans.at(directory).mentions)
      .map(display)
      .toSorted(compareText),
    filesRead: scans.filesRead,
    problems: [...found.problems, ...scans.problems].filter(isFirst),
  };
}

/** The first problem of a place says it all. */
function isFirst(problem: DiscoveryProblem, index: number, all: readonly DiscoveryProblem[]): boolean {
  return all.findIndex(({ message }) => message === problem.message) === index;
}

interface FoundModules {
  /** Directories of the trees that were walked. Absolute. */
  readonly walked: ReadonlySet<string>;
  /** Directories of named files, and those files. Absolute. */
  readonly named: ReadonlyMap<string, ReadonlySet<string> | "all">;
  readonly problems: readonly DiscoveryProblem[];
}

type FindOptions = DiscoveryOptions & { readonly fileSystem: TreeFileSystem; readonly platform: NodeJS.Platform };

async function findModules(
  targets: readonly Target[],
  options: FindOptions,
  scans: ModuleScans,
  display: (place: string) => string,
): Promise<FoundModules> {
  const { cwd, env, fileSystem, platform, exclusions } = options;
  const walked = new Set<string>();
  const named = new Map<string, Set<string> | "all">();
  const problems: DiscoveryProblem[] = [];

  const walkTree = (start: string, visit: (directory: string, entries: readonly DirectoryEntry[]) => boolean) =>
    walk(start, rulesAbove(start, cwd, { fileSystem, platform, newIgnore: (given) => ignore(given) }), {
      fileSystem,
      env,
      ...(exclusions && { exclusions }),
      ...defined({
        isWanted: options.beside?.isWanted,
        wantedIfIgnored: options.beside?.evenIgnored,
        budget: options.budget,
      }),
      visit,
      unreadable: (directory, error) => problems.push(unreadablePlace(display(directory), error)),
    });
  const takeDirectory = (directory: string, entries: readonly DirectoryEntry[]) => {
    walked.add(directory);
    scans.at(directory, entries);
    return true;
  };
  const takeFile = (file: string) => {
    const directory = path.dirname(file);
    const files = named.get(directory) ?? new Set();
    named.set(directory, files === "all" || !isModuleFile(file) ? "all" : files.add(file));
  };
  const takeGlob = async (glob: Glob): Promise<boolean> => {
    const whole = new Set<string>();
    let matched = false;
    try {
      if (fileSystem.kind(glob.base) !== "directory") return false;
    } catch {
      return false;
    }
    await walkTree(glob.base, (directory, entries) => {
      const taken = whole.has(directory) || whole.has(path.dirname(directory));
      if (taken) {
        whole.add(directory);
        return takeDirectory(directory, entries);
      }
      for (const { name, kind } of entries) {
        const place = path.join(directory, name);
        if (!glob.matches(path.relative(glob.base, place).split(path.sep).join("/"))) continue;
        matched = true;
        if (kind === "directory") whole.add(place);
        else takeFile(place);
      }
      return path.relative(glob.base, directory).split(path.sep).filter(Boolean).length < glob.depth;
    });
    return matched;
  };

  for (const target of targets) {
    if (target.kind === "problem") {
      problems.push(target.problem);
    } else if (target.kind === "glob") {
      const message = `no Terraform files match ${target.typed} (after excludes)`;
      if (!(await takeGlob(target.glob))) problems.push({ kind: "no-match", path: target.typed, message });
    } else {
      const { typed } = target;
      const place = target.kind === "file" ? target.file : target.directory;
      const exclude = await exclusions?.of(target.kind === "file" ? path.dirname(place) : place);
      if (exclude !== undefined && isExcluded(place, cwd, exclude)) {
        problems.push({ kind: "excluded", path: typed, message: `${typed} is excluded by the settings` });
      } else if (target.kind === "directory") {
        await walkTree(place, takeDirectory);
      } else if (isReadBy(place, options.tool)) {
        takeFile(place);
      } else {
        const message = `${typed} is not a file that ${options.tool === "tofu" ? "OpenTofu" : "Terraform"} reads`;
        problems.push({ kind: "not-configuration", path: typed, message });
      }
    }
  }
  return { walked, named, problems };
}

/** Whether a path is excluded, by itself or with a folder on the way to it. */
function isExcluded(place: string, cwd: string, exclude: Exclude): boolean {
  for (let above = place; above !== cwd; above = path.dirname(above)) {
    if (exclude(above)) return true;
    if (path.dirname(above) === above) return false;
  }
  return false;
}

function isReadBy(file: string, tool: ToolName): boolean {
  return isConfigurationFile(file) && (tool === "tofu" || !isOpenTofuFile(file));
}

/** Modules that `init` fetched for the directories it was run in. Their calls alone don't show where they are. */
async function installedModules(
  directories: Iterable<string>,
  env: Environment,
  fileSystem: TreeFileSystem,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const initialized = [...directories].flatMap((directory) => {
    const dataDir = dataDirectory(directory, env);
    try {
      return fileSystem.kind(path.join(dataDir, "modules", "modules.json")) === "file" ? [{ directory, dataDir }] : [];
    } catch {
      return [];
    }
  });
  const found = initialized.map(async ({ directory, dataDir }) => {
    const modules = await readInstalledModules(directory, dataDir, fileSystem);
    return [directory, [...modules.values()]] as const;
  });
  return new Map(await Promise.all(found));
}
