import { isJsonFile } from "../files/file-names.js";
import type { UnresolvedModule } from "./configuration.js";
import { defineModule, type ModuleDefinition, type PlacedBlock } from "./definition/module-definition.js";
import type { InstalledModules } from "./discovery/installed-modules.js";
import {
  isLocalSource,
  localDirectory,
  type ModuleText,
  type ModuleTextFile,
  type ModuleTexts,
} from "./discovery/module-texts.js";
import type { ParsedFiles, ParseOptions } from "./syntax/parse-file.js";
import type { Expression, ParsedFile } from "./syntax/syntax.js";
import { literalText } from "./syntax/traversal.js";

/** One module at one call path. A module that is called twice is two nodes with one definition. */
export interface ModuleNode {
  readonly path: readonly string[];
  /** Absolute. */
  readonly directory: string;
  readonly definition: ModuleDefinition;
  readonly parent?: ModuleNode;
  /** The call of this module in its parent. */
  readonly call?: PlacedBlock;
  /** Calls that were followed, and those that could not be; one that does not matter is neither. */
  readonly children: ReadonlyMap<string, ModuleNode | UnresolvedModule>;
  /** Variables of the root module whose default has decided the source of the call. */
  readonly sourceByDefault: readonly string[];
}

/** The value of a module source that is not a plain string, with the variables of the root module that decide it. */
export type EarlySource = { readonly byDefault: readonly string[]; readonly withoutValue: readonly string[] } & (
  | { readonly kind: "known"; readonly text: string }
  | { readonly kind: "unknown"; readonly reason: string }
);

/** The module that a call means. */
interface FoundModule {
  readonly text: ModuleText;
  readonly byDefault: readonly string[];
}

/** Why it is not there, and variables that would tell if they had a value. */
interface LostModule {
  readonly reason: string;
  readonly withoutValue?: readonly string[];
}

export function isNode(child: ModuleNode | UnresolvedModule | undefined): child is ModuleNode {
  return child !== undefined && "definition" in child;
}

/**
 * Call paths further than this, and more nodes, are not followed: calls of calls grow without end in a mistaken
 * configuration.
 */
const DEEPEST_CALL = 50;
const MOST_NODES = 5000;

export interface TreeOptions {
  readonly texts: ModuleTexts;
  readonly installed: InstalledModules;
  /** Tells the resource types that are read. */
  readonly isWanted: (type: string) => boolean;
  readonly cache: ParsedFiles;
  /** For the files that matter, as for a single file. */
  readonly validate: ParseOptions["validate"];
  earlySource(source: Expression, node: ModuleNode): Promise<EarlySource>;
}

/** Parses modules, and only those that matter or whose outputs were asked for. Keeps what it has parsed. */
export class ModuleTree {
  readonly #options: TreeOptions;
  readonly #parsed = new Map<string, Promise<ParsedFile>>();
  readonly #definitions = new Map<string, Promise<ModuleDefinition>>();
  #nodes = 0;

  constructor(options: TreeOptions) {
    this.#options = options;
  }

  /** The tree from the root on. `demanded` holds call paths (`a.b`) that are needed for their outputs. */
  async build(root: ModuleText, demanded: ReadonlySet<string>): Promise<ModuleNode> {
    this.#nodes = 0;
    return this.#node({ text: root, path: [], directories: [], byDefault: [] }, demanded);
  }

  /** Every file that was parsed. */
  async parsedFiles(): Promise<readonly ParsedFile[]> {
    return Promise.all(this.#parsed.values());
  }

  async #node(
    place: {
      readonly text: ModuleText;
      readonly byDefault: readonly string[];
      readonly path: readonly string[];
      /** Of this module's callers, the root first. */
      readonly directories: readonly string[];
      readonly parent?: ModuleNode;
      readonly call?: PlacedBlock;
    },
    demanded: ReadonlySet<string>,
  ): Promise<ModuleNode> {
    const { text, path, parent, call } = place;
    this.#nodes += 1;
    const children = new Map<string, ModuleNode | UnresolvedModule>();
    const node: ModuleNode = {
      path,
      directory: text.directory,
      definition: await this.#define(text, demanded.has(path.join("."))),
      ...(parent && { parent }),
      ...(call && { call }),
      children,
      sourceByDefault: place.byDefault,
    };
    const directories = [...place.directories, text.directory];
    for (const [name, childCall] of node.definition.calls) {
      const childPath = [...path, name];
      const fail = (lost: LostModule) => children.set(name, unresolved(childPath, childCall, lost));
      const found = await this.#resolve(node, childPath, childCall);
      if ("reason" in found) {
        fail(found);
        continue;
      }
      const { directory } = found.text;
      if (!demanded.has(childPath.join(".")) && !this.#options.texts.matter(directory, childPath)) continue;
      if (directories.includes(directory)) fail({ reason: "the module calls itself" });
      else if (directories.length >= DEEPEST_CALL || this.#nodes >= MOST_NODES)
        fail({ reason: "too many modules call each other" });
      else {
        const place = { ...found, path: childPath, directories, parent: node, call: childCall };
        children.set(name, await this.#node(place, demanded));
      }
    }
    return node;
  }

  /** The module that a call means, or why it is not there. */
  async #resolve(node: ModuleNode, path: readonly string[], { block }: PlacedBlock): Promise<FoundModule | LostModule> {
    const { texts, installed } = this.#options;
    const source = block.body.attribute("source")?.value;
    const written = literalText(source);
    if (written !== undefined && isLocalSource(written)) {
      const text = texts.at(localDirectory(node.directory, written));
      return text === undefined ? { reason: `no such directory: ${written}` } : { text, byDefault: [] };
    }
    const early =
      written !== undefined || source === undefined ? undefined : await this.#options.earlySource(source, node);
    const isLocal = early?.kind === "known" && isLocalSource(early.text);
    const directory = installed.get(path.join("."));
    // What init has installed tells more than a default does.
    if (isLocal && (directory === undefined || early.byDefault.length === 0)) {
      const text = texts.at(localDirectory(node.directory, early.text));
      // The value may be a secret, so it is not shown.
      return text === undefined ? { reason: "the directory of its source doesn't exist" } : { ...early, text };
    }
    if (directory !== undefined) {
      const text = texts.at(directory);
      return text === undefined
        ? { reason: "the directory where it was installed no longer exists; run init again" }
        : { text, byDefault: [] };
    }
    if (source === undefined) return { reason: "the call has no source" };
    if (early?.kind !== "unknown") return { reason: "it is not installed; run init first" };
    const { reason, withoutValue } = early;
    return { reason: `it is not installed, and its source is not known: ${reason}`, withoutValue };
  }

  async #define(text: ModuleText, withOutputs: boolean): Promise<ModuleDefinition> {
    const key = `${text.directory}\0${withOutputs}`;
    const known = this.#definitions.get(key);
    if (known !== undefined) return known;
    const needed = text.files.filter((file) => isNeeded(file, withOutputs));
    const definition = Promise.all(
      needed.map(async (file) => ({ file: await this.#parse(file), override: file.override })),
    ).then((files) => defineModule(files, this.#options.isWanted));
    this.#definitions.set(key, definition);
    return definition;
  }

  #parse(file: ModuleTextFile): Promise<ParsedFile> {
    const known = this.#parsed.get(file.path);
    if (known !== undefined) return known;
    const { path, shown, text, mentions } = file;
    const parsed = this.#options.cache.parse({ path, shown, text, validate: mentions && this.#options.validate });
    this.#parsed.set(file.path, parsed);
    return parsed;
  }
}

/** Blocks that values, module calls and provider requirements come from. */
const NEEDED = /^\ufeff?[ \t]*"?(?:variable|locals|module|terraform|provider|moved|removed|language)\b/m;
const OUTPUTS = /^\ufeff?[ \t]*"?output\b/m;

function isNeeded(file: ModuleTextFile, withOutputs: boolean): boolean {
  // JSON syntax may have everything on one line.
  if (file.mentions || isJsonFile(file.path)) return true;
  // Text in UTF-16, as some editors write it: what it says is not known, and Terraform refuses it.
  if (file.text.includes("\0")) return true;
  return NEEDED.test(file.text) || (withOutputs && OUTPUTS.test(file.text));
}

function unresolved(path: readonly string[], call: PlacedBlock, lost: LostModule): UnresolvedModule {
  const attribute = call.block.body.attribute("source");
  return {
    path,
    source: literalText(attribute?.value) ?? "",
    range: attribute?.range ?? call.block.headerRange,
    ...lost,
  };
}
