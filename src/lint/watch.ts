import { EventEmitter, once } from "node:events";
import { statSync } from "node:fs";
import path from "node:path";
import { type FSWatcher, watch } from "chokidar";
import type { Io } from "../base/engine-context.js";
import { Failure, Interrupted } from "../base/failure.js";
import { isWithin, shownFrom } from "../base/paths.js";
import { count } from "../base/phrases.js";
import type { Assessment } from "../invites/planned/assessment.js";
import type { Configuration } from "../terraform/configuration/configuration.js";
import { assessFiles } from "./assess-files.js";
import type { LintOutcome } from "./lint-once.js";
import type { AssessRoot } from "./run-lint.js";
import {
  foldersAbove,
  foldersIn,
  foldersToWatch,
  isRelevantFile,
  isSettingsFile,
  isSkippedFolder,
} from "./watch-folders.js";

/** What to do again whenever files change. */
export interface WatchJob {
  /** As the user named them. */
  readonly targets: readonly string[];
  /** Lints everything. Root modules that nothing has changed in are had from `assess` without being read again. */
  lint(assess: AssessRoot): Promise<LintOutcome>;
  show(outcome: LintOutcome): Promise<void>;
}

/** Milliseconds without another change after which is linted: branches are switched and files formatted in one go. */
const QUIET = 100;

/** Moves to the top of the screen, and takes away what is left on it. */
const CLEAR = "\u001b[H\u001b[J";

/**
 * Lints once, and then again whenever a file that matters is changed, made or deleted, until `io.signal` is aborted or
 * standard output is closed; throws the reason then. An error in the first round is thrown, a later one
 * is reported and watching goes on.
 */
export async function watchLint(job: WatchJob, io: Pick<Io, "cwd" | "stdout" | "stderr" | "signal">): Promise<never> {
  const cache = new AssessmentCache();
  const changes = new Changes();
  const started = Date.now();
  const closed = new AbortController();
  io.stdout.once?.("close", () => closed.abort(new Interrupted("SIGPIPE")));
  const signal = AbortSignal.any([io.signal, closed.signal]);
  clear(io);
  let outcome = await job.lint(cache.assess);
  await job.show(outcome);

  const folders = new WatchedFolders(job.targets.map((target) => path.resolve(io.cwd, target)));
  folders.update(outcome, io.cwd);
  const watcher = startWatching(folders, changes, io);
  try {
    await once(watcher, "ready", { signal });
    for (const file of changedSince(started, outcome, io.cwd)) changes.add(file);
    while (!signal.aborted) {
      io.stderr.write("watch: waiting for changes\n");
      const files = await changes.settled(signal);
      for (const file of files) if (!isSettingsFile(file)) cache.forget(file);
      clear(io);
      io.stderr.write(`watch: ${namesOf(files, io.cwd)} changed, linting again\n`);
      try {
        outcome = await job.lint(cache.assess);
        await job.show(outcome);
        watcher.add(folders.update(outcome, io.cwd));
      } catch (error) {
        // Settings that are being edited are wrong for a while.
        if (!(error instanceof Failure)) throw error;
        io.stderr.write(`error: ${error.message}\n${error.hint === undefined ? "" : `       ${error.hint}\n`}`);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await watcher.close();
  }
  throw signal.reason;
}

/** An empty screen to start on. What is on it is moved up first, so that it can be scrolled back to. */
function clear({ stdout }: Pick<Io, "stdout">): void {
  if (stdout.isTTY === true) stdout.write("\n".repeat(Math.max(0, (stdout.rows ?? 1) - 1)) + CLEAR);
}

/** Which folders are watched, and which were there from the start without being so. */
class WatchedFolders {
  readonly #targets: readonly string[];
  readonly #wanted = new Set<string>();
  /** Folders around the others, in which nothing but settings counts. */
  readonly #around = new Set<string>();
  readonly #passed = new Set<string>();
  /** Files that the configuration reads by itself, with any names. */
  readonly #data = new Set<string>();

  constructor(targets: readonly string[]) {
    this.#targets = targets;
  }

  get all(): string[] {
    return [...this.#wanted, ...this.#around];
  }

  /** Takes in what a round has read. Gives the folders that are to be watched in addition. */
  update(outcome: LintOutcome, cwd: string): string[] {
    const roots = outcome.assessments.map(({ inventory }) => path.resolve(cwd, inventory.directory));
    const read = new Set(outcome.assessments.flatMap((assessment) => [...foldersOf(assessment, cwd)]));
    for (const { inventory } of outcome.assessments) {
      for (const file of dataFilesOf(inventory.configuration, cwd)) this.#data.add(file);
    }
    const before = new Set(this.all);
    for (const folder of foldersToWatch(this.#targets, read)) this.#wanted.add(folder);
    for (const folder of new Set(roots.flatMap(foldersAbove))) if (!this.#wanted.has(folder)) this.#around.add(folder);
    const added = this.all.filter((folder) => !before.has(folder));
    for (const folder of added) for (const below of foldersIn(folder, "with links")) this.#passed.add(below);
    return added;
  }

  /** A folder that was not seen before is new, and watched for new files. */
  isWatched(folder: string): boolean {
    if (this.#wanted.has(folder) || this.#around.has(folder)) return true;
    if (this.#passed.has(folder) || isSkippedFolder(folder)) return false;
    return !this.#around.has(path.dirname(folder)) || this.#wanted.has(path.dirname(folder));
  }

  isWatchedFile(file: string): boolean {
    const folder = path.dirname(file);
    return this.#around.has(folder) && !this.#wanted.has(folder)
      ? isSettingsFile(file)
      : this.#data.has(file) || isRelevantFile(file);
  }
}

function startWatching(folders: WatchedFolders, changes: Changes, { stderr }: Pick<Io, "stderr">): FSWatcher {
  const watcher = watch(folders.all, {
    ignoreInitial: true,
    ignored: (place, stats) => {
      if (stats === undefined) return false;
      const at = path.resolve(place);
      return stats.isDirectory() ? !folders.isWatched(at) : !folders.isWatchedFile(at);
    },
  });
  watcher.on("all", (event, place) => {
    if (event === "add" || event === "change" || event === "unlink") changes.add(path.resolve(place));
  });
  let told = false;
  watcher.on("error", (error) => {
    if (told) return;
    told = true;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const limit = code === "ENOSPC" || code === "EMFILE";
    const hint = limit ? "Name fewer directories, or raise the system's limit (fs.inotify.max_user_watches)." : "";
    stderr.write(`watch: some changes will not be noticed: files cannot be watched${code && ` (${code})`}. ${hint}\n`);
  });
  return watcher;
}

/** Files that were written while they were read for the first time, before anybody watched. */
function changedSince(started: number, outcome: LintOutcome, cwd: string): readonly string[] {
  const files = outcome.assessments.flatMap(({ inventory }) => inventory.configuration.files);
  return [...new Set(files)]
    .map((file) => path.resolve(cwd, file))
    .filter((file) => Math.floor(statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? started) > started);
}

/** Remembers what root modules were read to be, until a file that they rest on changes. */
class AssessmentCache {
  readonly #kept = new Map<string, { readonly assessment: Assessment; readonly folders: ReadonlySet<string> }>();

  /** What is remembered of a root module, or else what its files say now. */
  readonly assess: AssessRoot = async (directory, surroundings) => {
    const key = path.resolve(surroundings.cwd, directory);
    const known = this.#kept.get(key);
    if (known !== undefined) return known.assessment;
    const assessment = await assessFiles(directory, surroundings);
    this.#kept.set(key, { assessment, folders: foldersOf(assessment, surroundings.cwd) });
    return assessment;
  };

  /** Forgets the root modules that rest on a file of that absolute path, whether it exists or not. */
  forget(file: string): void {
    const folder = path.dirname(file);
    for (const [key, { folders }] of this.#kept) if (folders.has(folder)) this.#kept.delete(key);
  }
}

/** The files that a configuration reads by itself, be they there or not. Absolute. */
function dataFilesOf({ directory, dataNames }: Configuration, cwd: string): readonly string[] {
  const files = dataNames.map((file) => path.resolve(cwd, file));
  return files.filter((file) => isWithin(path.resolve(cwd, directory), file));
}

/** The folders whose files an assessment was made from, and those where a missing module would be. Absolute. */
function foldersOf({ inventory: { configuration } }: Assessment, cwd: string): ReadonlySet<string> {
  const read = [...configuration.files.map((file) => path.resolve(cwd, file)), ...dataFilesOf(configuration, cwd)];
  const files = read.map((file) => path.dirname(file));
  const missing = configuration.unresolvedModules
    .filter(({ source }) => /^\.{1,2}[/\\]/.test(source))
    .map(({ source, range }) => path.resolve(cwd, path.dirname(range.file), source.replaceAll("\\", "/")));
  return new Set([path.resolve(cwd, configuration.directory), ...files, ...missing]);
}

/** Files that have changed; `quiet` is emitted once no other has for a while. */
class Changes extends EventEmitter {
  readonly #files = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  add(file: string): void {
    this.#files.add(file);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.emit("quiet"), QUIET).unref();
  }

  /** Everything that changed since the last call, at least one file. Rejects when watching ends. */
  async settled(signal: AbortSignal): Promise<readonly string[]> {
    // What came during the last round has had its pause.
    for (const file of this.#files) this.add(file);
    await once(this, "quiet", { signal });
    const files = [...this.#files].sort();
    this.#files.clear();
    return files;
  }
}

function namesOf(files: readonly string[], cwd: string): string {
  const [first = "", ...others] = files.map((file) => shownFrom(cwd, file));
  return others.length === 0 ? first : `${first} and ${count(others.length, "other file")}`;
}
