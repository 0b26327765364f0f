import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { type DataEntry, type DataItem, type DataNode, type DataResult, DEEPEST_DATA } from "./data-node.js";

/** Thrown for a document that tfinvite can't read in exactly the way that Terraform does. */
class Unread extends Error {
  readonly failed: boolean;

  constructor(reason: string, { failed }: { readonly failed: boolean } = { failed: false }) {
    super(reason);
    this.failed = failed;
  }
}

/**
 * A YAML document as `yamldecode` of Terraform 1.11 reads it (compared in fixtures/data-files). Terraform's parser is
 * made for YAML 1.1: syntax that it reads differently from `yaml`, or that differs between its versions, is not read.
 */
export function readYaml(text: string): DataResult {
  try {
    return { ok: true, node: documentOf(text) };
  } catch (error) {
    if (error instanceof Unread) return { ok: false, failed: error.failed, reason: error.message };
    if (error instanceof RangeError) return { ok: false, failed: false, reason: "it is nested too deeply" };
    throw error;
  }
}

/** Line ends that only YAML 1.1 has, characters that it forbids, directives. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
const DOUBTFUL = /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]|.\ufeff|^%/ms;

/** Deeper indentation, or more dashes on a line, than an allowed nesting depth needs. */
const INDENTED_DEEP = /^[ \t]{200}|^[ \t]*(?:[-?:][ \t]+){50}/m;

/**
 * Whether a text is nested too deeply. Checked first: a stack overflow inside a regular expression ends the process.
 */
function isNestedDeep(text: string): boolean {
  if (INDENTED_DEEP.test(text)) return true;
  let depth = 0;
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth = bracket === "[" || bracket === "{" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > DEEPEST_DATA) return true;
  }
  return false;
}

/** What begins a token of YAML. Each costs the parser up to 1 kB, also where it is only a mistake. */
const TOKEN = /[\n,[\]{}:"'&*!?]|-(?=\s)/g;
/** Ten thousand people with a few attributes each have about as many. */
const MOST_TOKENS = 200_000;

function hasTooManyTokens(text: string): boolean {
  let tokens = 0;
  for (const _ of text.matchAll(TOKEN)) {
    tokens += 1;
    if (tokens > MOST_TOKENS) return true;
  }
  return false;
}

function documentOf(text: string): DataNode {
  if (hasTooManyTokens(text)) throw new Unread("it has too many lines and signs for tfinvite to read");
  if (isNestedDeep(text)) throw new Unread("it is nested too deeply");
  if (DOUBTFUL.test(text)) throw new Unread("it contains characters or directives that tfinvite doesn't support");
  const documents = parseAllDocuments(text, {
    schema: "failsafe",
    uniqueKeys: false,
    keepSourceTokens: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  if (!Array.isArray(documents)) throw new Unread("it is empty", { failed: true });
  const [document, another] = documents;
  if (document === undefined) throw new Unread("it is empty", { failed: true });
  // An empty second document may be just a second line of dots.
  if (another !== undefined) throw new Unread("it contains several documents", { failed: !isEmpty(another.contents) });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new Unread("it is not valid YAML, or uses syntax that tfinvite doesn't support");
  const { contents } = document;
  if (contents === null) throw new Unread("it is empty", { failed: true });
  if (text.includes("\t") && !(isCollection(contents) && contents.flow === true))
    throw new Unread("tfinvite doesn't support tabs in it");
  if (isScalar(contents) && contents.type?.startsWith("BLOCK_") === true)
    throw new Unread("tfinvite doesn't support a document that is a block scalar");
  return new Reader(text).read(contents, 0);
}

function isEmpty(contents: unknown): boolean {
  return contents === null || (isScalar(contents) && !contents.value);
}

class Reader {
  readonly #text: string;
  readonly #anchors = new Map<string, DataNode>();
  /** The number of open brackets. */
  #flows = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(node: unknown, depth: number): DataNode {
    if (depth > DEEPEST_DATA) throw new Unread("it is nested too deeply");
    if (isAlias(node)) return this.#alias(node);
    const read = this.#plain(node, depth);
    const anchor = isScalar(node) || isCollection(node) ? node.anchor : undefined;
    if (anchor !== undefined && !/^[\w-]+$/.test(anchor))
      throw new Unread("tfinvite doesn't support the name of an anchor in it");
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #plain(node: unknown, depth: number): DataNode {
    if (isScalar(node)) return this.#scalar(node);
    const isFlow = (isMap(node) || isSeq(node)) && node.flow === true ? 1 : 0;
    this.#flows += isFlow;
    try {
      if (isMap(node)) return this.#map(node, depth);
      if (isSeq(node)) return this.#list(node, depth);
    } finally {
      this.#flows -= isFlow;
    }
    throw new Unread("it contains syntax that tfinvite doesn't support");
  }

  /** The node of an alias; it is missing inside its own anchor. */
  #alias(node: Alias): DataNode {
    const found = this.#anchors.get(node.source);
    if (found === undefined) throw new Unread("it uses an undefined anchor", { failed: true });
    return { ...found, ...this.#stretch(node) };
  }

  #scalar(node: Scalar): DataNode {
    const place = this.#stretch(node);
    const isText = node.tag === "tag:yaml.org,2002:str";
    if ((node.tag !== undefined && !isText) || typeof node.value !== "string")
      throw new Unread("tfinvite doesn't support tags in it");
    if (node.type === "QUOTE_DOUBLE") this.#checkEscapes(place);
    const isBlock = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
    // Terraform reads some block scalars as other values than text.
    if (isBlock && !isOnlyText(node.value)) throw new Unread("tfinvite doesn't support this block scalar");
    if (node.type !== "PLAIN" || isText) return { kind: "string", text: node.value, ...place };
    if ((this.#flows > 0 ? /[?:]/ : /^[?:]/).test(node.value))
      throw new Unread("tfinvite doesn't support text that starts with a YAML indicator");
    return { ...plainScalar(node.value), ...place };
  }

  /** Escapes that both parsers know. */
  #checkEscapes({ start, end }: { readonly start: number; readonly end: number }): void {
    const escapes = this.#text.slice(start, end).match(/\\(?:x..|u....|U........|.|\n)/gs) ?? [];
    const isPlain = (one: string) =>
      /^\\(?:[\\"nrt0abefv \n]|x[0-9a-fA-F]{2}|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|U000[0-9a-fA-F]{5})$/.test(one);
    if (!escapes.every(isPlain)) throw new Unread("tfinvite doesn't support an escape in it");
  }

  #list(node: YAMLSeq, depth: number): DataNode {
    if (node.tag !== undefined && node.tag !== "tag:yaml.org,2002:seq")
      throw new Unread("tfinvite doesn't support tags in it");
    const marks = marksOf(node);
    const items = node.items.map((item, index): DataItem => {
      const value = this.read(item, depth + 1);
      return { start: value.start, end: value.end, value, mark: marks[index] ?? value.start };
    });
    return { kind: "list", layout: node.flow === true ? "flow" : "block", items, ...this.#around(node, items) };
  }

  #map(node: YAMLMap, depth: number): DataNode {
    if (node.tag !== undefined && node.tag !== "tag:yaml.org,2002:map")
      throw new Unread("tfinvite doesn't support tags in it");
    const entries = new Map<string, DataEntry>();
    const marks = marksOf(node);
    const colons = colonsOf(node);
    for (const [index, pair] of node.items.entries()) {
      const entry = this.#entry(pair, depth, { mark: marks[index], colon: colons[index] });
      if (entry.name !== "<<") entries.set(entry.name, entry);
      else this.#merge(entry.value, entries);
    }
    const items = [...entries.values()];
    return { kind: "map", layout: node.flow === true ? "flow" : "block", items, ...this.#around(node, items) };
  }

  #entry(
    { key, value }: Pair,
    depth: number,
    { mark, colon }: { readonly mark: number | undefined; readonly colon: number | undefined },
  ): DataEntry {
    if (!isScalar(key) || key.anchor !== undefined || key.tag !== undefined)
      throw new Unread("tfinvite doesn't support a key in it");
    const name = this.#scalar(key);
    if (name.end - name.start > 1000 || this.#text.slice(name.start, name.end).includes("\n"))
      throw new Unread("tfinvite doesn't support a key in it");
    const behind = colon === undefined ? name.end : colon + 1;
    // Terraform reads a colon before a comma or a bracket as part of the text.
    if (this.#flows > 0 && /^\s*:[,\]}]/.test(this.#text.slice(name.end, name.end + 100)))
      throw new Unread("tfinvite doesn't support a colon without a value");
    const read: DataNode =
      value === null ? { kind: "null", start: name.end, end: name.end } : this.read(value, depth + 1);
    const end = Math.max(behind, read.end);
    const start = name.start;
    return {
      name: keyText(name),
      start,
      end,
      key: { start, end: name.end },
      colon: behind,
      value: read,
      mark: mark ?? start,
    };
  }

  /** Merges a map by `<<`. Versions differ about which of two equal keys wins. */
  #merge(value: DataNode, entries: Map<string, DataEntry>): void {
    if (value.kind !== "map") throw new Unread("tfinvite doesn't support merging other values than a map");
    for (const entry of value.items) {
      if (entries.has(entry.name)) throw new Unread("tfinvite doesn't support merging over existing keys");
      entries.set(entry.name, { ...entry, inherited: true });
    }
  }

  /** From the first to the last item, or between the brackets. */
  #around(node: YAMLMap | YAMLSeq, items: readonly DataItem[]) {
    const { start, end } = this.#stretch(node);
    if (node.flow === true) return { start, end };
    return { start, end: items.reduce((last, item) => ("inherited" in item ? last : Math.max(last, item.end)), start) };
  }

  #stretch({ range }: Pick<Node, "range">): { readonly start: number; readonly end: number } {
    const [start, valueEnd] = range ?? [0, 0];
    let end = valueEnd;
    while (end > start && /\s/.test(this.#text[end - 1] ?? "")) end -= 1;
    return { start, end };
  }
}

/** Where the dash of an item, or the question mark of a key, is. */
function marksOf({ srcToken }: YAMLMap | YAMLSeq): readonly (number | undefined)[] {
  if (srcToken === undefined || !("items" in srcToken)) return [];
  return srcToken.items.map(
    ({ start }) => start.find(({ type }) => type === "seq-item-ind" || type === "explicit-key-ind")?.offset,
  );
}

function colonsOf({ srcToken }: YAMLMap): readonly (number | undefined)[] {
  if (srcToken === undefined || !("items" in srcToken)) return [];
  return srcToken.items.map(({ sep }) => sep?.find(({ type }) => type === "map-value-ind")?.offset);
}

type Bare<T> = T extends unknown ? Omit<T, "start" | "end"> : never;

const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL)?$/;

function isOnlyText(text: string): boolean {
  const scalar = plainScalar(text);
  return scalar.kind === "string" && scalar.text === text;
}

function plainScalar(text: string): Bare<DataNode> {
  if (TRUE.test(text)) return { kind: "bool", value: true };
  if (FALSE.test(text)) return { kind: "bool", value: false };
  if (NULL.test(text)) return { kind: "null" };
  if (/^[-+]?\.(?:inf|nan)$/i.test(text)) throw new Unread("tfinvite doesn't support infinite numbers");
  if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return { kind: "number", text };
  // Versions read these differently.
  if (/^[-+]?(?:0[xob]|[\d.]*_)/i.test(text)) throw new Unread("tfinvite doesn't support this notation of a number");
  const [, year, month = "", day = "", time] = /^(\d{4})-(\d{1,2})-(\d{1,2})([Tt ].*)?$/.exec(text) ?? [];
  if (year === undefined) return { kind: "string", text };
  if (time !== undefined) throw new Unread("tfinvite doesn't support times in it");
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  const isDate = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
  return { kind: "string", text: isDate ? `${date}T00:00:00Z` : text };
}

function keyText(key: DataNode): string {
  if (key.kind === "string") return key.text;
  if (key.kind === "bool") return String(key.value);
  if (key.kind === "number" && /^(?:0|[1-9]\d{0,14})$/.test(key.text)) return key.text;
  throw key.kind === "null"
    ? new Unread("a key is null", { failed: true })
    : new Unread("tfinvite doesn't support a key in it");
}
