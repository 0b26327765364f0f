import path from "node:path";
import { moduleFileNames, type ToolName } from "../../files/file-names.js";
import type { DirectoryEntry, TreeFileSystem } from "../../files/file-system.js";
import { earlySourceDirectories } from "./early-source-directories.js";
import { localSourceTexts, mayHaveEarlySource } from "./module-texts.js";
import type { DiscoveryProblem } from "./problem.js";
import { unreadablePlace } from "./problem.js";

/** What is known about a module without parsing it. */
export interface ModuleScan {
  /** Whether one of its files contains a wanted text. */
  readonly mentions: boolean;
  /** Absolute directories that it may call by a local path, itself not among them. */
  readonly calls: readonly string[];
}

/** Files outside of modules, which matter if they contain one of these texts. */
export interface BesideModules {
  isWanted(name: string): boolean;
  /** Whether they matter also where git ignores them. */
  readonly evenIgnored?: boolean;
  readonly mention: readonly string[];
}

export interface ModuleScanOptions {
  readonly beside?: BesideModules;
  readonly fileSystem: TreeFileSystem;
  readonly tool: ToolName;
  readonly mention: readonly string[];
  display(path: string): string;
}

const NO_MODULE: ModuleScan = { mentions: false, calls: [] };

/** Looks through the files of modules, each once, as bytes: decoding and parsing cost more than reading. */
export class ModuleScans {
  readonly problems: DiscoveryProblem[] = [];
  readonly #options: ModuleScanOptions;
  readonly #mention: readonly Buffer[];
  readonly #scans = new Map<string, ModuleScan>();
  #filesRead = 0;

  constructor(options: ModuleScanOptions) {
    this.#options = options;
    this.#mention = options.mention.map((text) => Buffer.from(text));
  }

  get filesRead(): number {
    return this.#filesRead;
  }

  /** The module in a directory; an empty one where there is no such directory. `entries` are what it may consist of. */
  at(directory: string, entries?: readonly DirectoryEntry[]): ModuleScan {
    const scan = this.#scans.get(directory) ?? this.#scan(directory, entries ?? this.#entries(directory));
    this.#scans.set(directory, scan);
    return scan;
  }

  #entries(directory: string): readonly DirectoryEntry[] {
    const { fileSystem, display } = this.#options;
    try {
      return fileSystem.kind(directory) === "directory" ? fileSystem.entries(directory) : [];
    } catch (error) {
      this.problems.push(unreadablePlace(display(directory), error));
      return [];
    }
  }

  #scan(directory: string, entries: readonly DirectoryEntry[]): ModuleScan {
    const { fileSystem, tool, display } = this.#options;
    const candidates = new Map(
      entries.flatMap(({ name, kind }) => (kind === "directory" ? [] : [[name, kind] as const])),
    );
    const { primary, overrides } = moduleFileNames([...candidates.keys()], tool);
    const mentionsBeside = this.#mentionsBeside(directory, [...candidates.keys()]);
    if (primary.length + overrides.length === 0) return mentionsBeside ? { mentions: true, calls: [] } : NO_MODULE;
    const calls = new Set<string>();
    let mentions = mentionsBeside;
    for (const name of [...primary, ...overrides]) {
      const file = path.join(directory, name);
      try {
        // Like Terraform, skip a folder with the name of a configuration file.
        if (candidates.get(name) === "link" && fileSystem.kind(file) === "directory") continue;
        const bytes = fileSystem.bytes(file);
        this.#filesRead += 1;
        mentions ||= this.#mention.some((text) => bytes.includes(text));
        if (!mentions && bytes.includes("module")) mentions = mayHaveEarlySource(bytes.toString("utf8"));
        // "source" is part of every "resource"; a string that starts with a dot is rarer.
        if (!bytes.includes('".')) continue;
        for (const source of localSourceTexts(bytes.toString("utf8")))
          for (const called of earlySourceDirectories(source, directory, fileSystem)) calls.add(called);
      } catch (error) {
        this.problems.push(unreadablePlace(display(file), error));
      }
    }
    calls.delete(directory);
    return { mentions, calls: [...calls] };
  }

  /** Unreadable files are reported by the code that needs them. */
  #mentionsBeside(directory: string, names: readonly string[]): boolean {
    const { fileSystem, beside } = this.#options;
    return names.some((name) => {
      if (beside?.isWanted(name) !== true) return false;
      try {
        const bytes = fileSystem.bytes(path.join(directory, name));
        return beside.mention.some((text) => bytes.includes(text));
      } catch {
        return false;
      }
    });
  }
}
