import path from "node:path";
import { moduleFileNames, type ToolName } from "../../files/file-names.js";
import type { FileSystem } from "../../files/file-system.js";
import { type SyntaxProblem, unreadable } from "../syntax/syntax.js";
import type { InstalledModules } from "./installed-modules.js";

export interface ModuleTextFile {
  /** Absolute. */
  readonly path: string;
  /** As messages show it. */
  readonly shown: string;
  readonly text: string;
  readonly override: boolean;
  /** Whether it contains the wanted text. */
  readonly mentions: boolean;
}

/** The files of one module, read and not parsed. */
export interface ModuleText {
  readonly directory: string;
  readonly files: readonly ModuleTextFile[];
  readonly problems: readonly SyntaxProblem[];
  /** Directories of modules that it may call by a relative path. */
  readonly neighbours: readonly string[];
}

export interface ModuleTextOptions {
  readonly fileSystem: FileSystem;
  readonly tool: ToolName;
  readonly mention: readonly string[];
  readonly installed: InstalledModules;
  display(path: string): string;
}

/** What looks like `source = "./x"` in either syntax. Finding too many does no harm: they are only looked into. */
const LOCAL_SOURCE = /\bsource"?\s*[=:]\s*"(\.{1,2}[/\\][^"\n]*)"/g;

/** Reads modules as text, each once, and decides which of them matter before anything is parsed. */
export class ModuleTexts {
  readonly #options: ModuleTextOptions;
  readonly #modules = new Map<string, ModuleText | undefined>();
  readonly #matters = new Map<string, boolean>();

  constructor(options: ModuleTextOptions) {
    this.#options = options;
  }

  /** The module in that directory, or undefined where there is no such directory. */
  at(directory: string): ModuleText | undefined {
    if (!this.#modules.has(directory)) this.#modules.set(directory, this.#read(directory));
    return this.#modules.get(directory);
  }

  /** The files that were read, as messages show them. */
  get files(): readonly string[] {
    return this.#known().flatMap(({ files }) => files.map(({ shown }) => shown));
  }

  get problems(): readonly SyntaxProblem[] {
    return this.#known().flatMap(({ problems }) => problems);
  }

  #known(): readonly ModuleText[] {
    return [...this.#modules.values()].filter((module) => module !== undefined);
  }

  /** Whether the module at that call path, or one that can be reached from it, contains the wanted text. */
  matter(directory: string, callPath: readonly string[]): boolean {
    const prefix = callPath.length === 0 ? "" : `${callPath.join(".")}.`;
    const installedBelow = [...this.#options.installed].filter(([key]) => key !== "" && key.startsWith(prefix));
    return [directory, ...installedBelow.map(([, installed]) => installed)].some((start) => this.#reaches(start));
  }

  #reaches(start: string): boolean {
    const known = this.#matters.get(start);
    if (known !== undefined) return known;
    const seen = new Set([start]);
    // A set yields what is added while it is walked.
    for (const directory of seen) {
      const module = this.at(directory);
      if (this.#matters.get(directory) === true || module?.files.some((file) => file.mentions) === true) {
        this.#matters.set(start, true);
        return true;
      }
      for (const neighbour of module?.neighbours ?? []) seen.add(neighbour);
    }
    // Nothing that can be reached from here matters, so none of those does.
    for (const directory of seen) this.#matters.set(directory, false);
    return false;
  }

  #read(directory: string): ModuleText | undefined {
    const { fileSystem, tool, mention, display } = this.#options;
    const problems: SyntaxProblem[] = [];
    let names: readonly string[] | undefined;
    try {
      names = fileSystem.list(directory);
    } catch (error) {
      return { directory, files: [], problems: [unreadable(display(directory), error)], neighbours: [] };
    }
    if (names === undefined) return undefined;
    const chosen = moduleFileNames(names, tool);
    const files: ModuleTextFile[] = [];
    const neighbours = new Set<string>();
    for (const name of [...chosen.primary, ...chosen.overrides]) {
      const file = path.join(directory, name);
      const shown = display(file);
      try {
        const text = fileSystem.read(file);
        for (const called of localSources(text, directory)) neighbours.add(called);
        // What a source made from values leads to is known once they are evaluated.
        const mentions = mention.some((word) => text.includes(word)) || mayHaveEarlySource(text);
        files.push({ path: file, shown, text, override: chosen.overrides.includes(name), mentions });
      } catch (error) {
        problems.push(unreadable(shown, error));
      }
    }
    return { directory, files, problems, neighbours: [...neighbours] };
  }
}

/** What looks like a local module source that is made from variables or locals, in either syntax. */
const EARLY_SOURCE = /\bsource"?\s*[=:]\s*(?:"[^"\n$]*\$\{\s*)?(?:var|local)\./;

/** Whether a module source may have to be evaluated. */
export function mayHaveEarlySource(text: string): boolean {
  return EARLY_SOURCE.test(text) && /(?:^[ \t]*|")module\b/m.test(text);
}

/** Directories of modules that a file in the directory may call by a relative path. */
function localSources(text: string, directory: string): readonly string[] {
  return localSourceTexts(text).map((source) => localDirectory(directory, source));
}

/** The local module sources in a file, as they are written. */
export function localSourceTexts(text: string): readonly string[] {
  return Array.from(text.matchAll(LOCAL_SOURCE), (match) => match[1] ?? "");
}

/** Whether a module source is a path relative to the calling module. */
export function isLocalSource(source: string): boolean {
  return /^\.{1,2}[/\\]/.test(source);
}

export function localDirectory(from: string, source: string): string {
  return path.resolve(from, source.replaceAll("\\", "/"));
}
