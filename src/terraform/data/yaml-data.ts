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

/** Thrown where a document cannot be read as Terraform would surely read it. */
class Unread extends Error {
  readonly failed: boolean;

  constructor(reason: string, { failed }: { readonly failed: boolean } = { failed: false }) {
    super(reason);
    this.failed = failed;
  }
}

/**
 * A YAML document as `yamldecode` of Terraform 1.11 reads it (run with it, see fixtures/data-files). What its parser, which
 * is made for YAML 1.1, reads in another way than `yaml` does, is left unread, and so is what differs between its versions.
 */
export function readYaml(text: string): DataResult {
  try {
    return { ok: true, node: documentOf(text) };
  } catch (error) {
    if (error instanceof Unread) return { ok: false, failed: error.failed, reason: error.message };
    if (error instanceof RangeError) return { ok: false, failed: false, reason: "it is nested too deep" };
    throw error;
  }
}

/** Line ends of YAML 1.1 only, signs that it forbids, directives. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
const DOUBTFUL = /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]|.\ufeff|^%/ms;

/** Deeper indentation, or more dashes on a line, than any document has that is not nested too deep. */
const INDENTED_DEEP = /^[ \t]{200}|^[ \t]*(?:[-?:][ \t]+){50}/m;

/** Looked for beforehand: running out of stack inside of a regular expression ends the process. */
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
  if (hasTooManyTokens(text)) throw new Unread("it has too many lines and signs to be read here");
  if (isNestedDeep(text)) throw new Unread("it is nested too deep");
  if (DOUBTFUL.test(text)) throw new Unread("it holds signs or directives that are not read here");
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
  // An empty one may be no more than a second line of dots.
  if (another !== undefined) throw new Unread("it holds several documents", { failed: !isEmpty(another.contents) });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new Unread("it is no YAML that is understood here");
  const { contents } = document;
  if (contents === null) throw new Unread("it is empty", { failed: true });
  if (text.includes("\t") && !(isCollection(contents) && contents.flow === true))
    throw new Unread("tabs are not read here");
  if (isScalar(contents) && contents.type?.startsWith("BLOCK_") === true)
    throw new Unread("a document that is a block of text is not read here");
  return new Reader(text).read(contents, 0);
}

function isEmpty(contents: unknown): boolean {
  return contents === null || (isScalar(contents) && !contents.value);
}

class Reader {
  readonly #text: string;
  readonly #anchors = new Map<string, DataNode>();
  /** How many brackets are around. */
  #flows = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(node: unknown, depth: number): DataNode {
    if (depth > DEEPEST_DATA) throw new Unread("it is nested too deep");
    if (isAlias(node)) return this.#alias(node);
    const read = this.#plain(node, depth);
    const anchor = isScalar(node) || isCollection(node) ? node.anchor : undefined;
    if (anchor !== undefined && !/^[\w-]+$/.test(anchor)) throw new Unread("the name of an anchor is not read here");
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
    throw new Unread("it holds something that is not understood here");
  }

  /** What an anchor inside of itself names is not there yet. */
  #alias(node: Alias): DataNode {
    const found = this.#anchors.get(node.source);
    if (found === undefined) throw new Unread("an anchor is not there", { failed: true });
    return { ...found, ...this.#stretch(node) };
  }

  #scalar(node: Scalar): DataNode {
    const place = this.#stretch(node);
    const isText = node.tag === "tag:yaml.org,2002:str";
    if ((node.tag !== undefined && !isText) || typeof node.value !== "string")
      throw new Unread("a tag is not read here");
    if (node.type === "QUOTE_DOUBLE") this.#checkEscapes(place);
    const isBlock = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
    // Terraform takes some of what is written as a block for more than text.
    if (isBlock && !isOnlyText(node.value)) throw new Unread("a block of text is not read here");
    if (node.type !== "PLAIN" || isText) return { kind: "string", text: node.value, ...place };
    if ((this.#flows > 0 ? /[?:]/ : /^[?:]/).test(node.value))
      throw new Unread("text that begins with a sign of YAML's own is not read here");
    return { ...plainScalar(node.value), ...place };
  }

  /** Escapes that both know. */
  #checkEscapes({ start, end }: { readonly start: number; readonly end: number }): void {
    const escapes = this.#text.slice(start, end).match(/\\(?:x..|u....|U........|.|\n)/gs) ?? [];
    const isPlain = (one: string) =>
      /^\\(?:[\\"nrt0abefv \n]|x[0-9a-fA-F]{2}|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|U000[0-9a-fA-F]{5})$/.test(one);
    if (!escapes.every(isPlain)) throw new Unread("an escape is not read here");
  }

  #list(node: YAMLSeq, depth: number): DataNode {
    if (node.tag !== undefined && node.tag !== "tag:yaml.org,2002:seq") throw new Unread("a tag is not read here");
    const marks = marksOf(node);
    const items = node.items.map((item, index): DataItem => {
      const value = this.read(item, depth + 1);
      return { start: value.start, end: value.end, value, mark: marks[index] ?? value.start };
    });
    return { kind: "list", layout: node.flow === true ? "flow" : "block", items, ...this.#around(node, items) };
  }

  #map(node: YAMLMap, depth: number): DataNode {
    if (node.tag !== undefined && node.tag !== "tag:yaml.org,2002:map") throw new Unread("a tag is not read here");
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
    if (!isScalar(key) || key.anchor !== undefined || key.tag !== undefined) throw new Unread("a key is not read here");
    const name = this.#scalar(key);
    if (name.end - name.start > 1000 || this.#text.slice(name.start, name.end).includes("\n"))
      throw new Unread("a key is not read here");
    const behind = colon === undefined ? name.end : colon + 1;
    // To Terraform, a colon before a comma or a bracket is part of the text.
    if (this.#flows > 0 && /^\s*:[,\]}]/.test(this.#text.slice(name.end, name.end + 100)))
      throw new Unread("a colon without a value is not read here");
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

  /** Versions differ about which of two goes over the other. */
  #merge(value: DataNode, entries: Map<string, DataEntry>): void {
    if (value.kind !== "map") throw new Unread("a merge of something else than a map is not read here");
    for (const entry of value.items) {
      if (entries.has(entry.name)) throw new Unread("a merge over keys that are there is not read here");
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
  if (/^[-+]?\.(?:inf|nan)$/i.test(text)) throw new Unread("a number without end is not read here");
  if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return { kind: "number", text };
  // Versions differ about these.
  if (/^[-+]?(?:0[xob]|[\d.]*_)/i.test(text)) throw new Unread("a number in another notation is not read here");
  const [, year, month = "", day = "", time] = /^(\d{4})-(\d{1,2})-(\d{1,2})([Tt ].*)?$/.exec(text) ?? [];
  if (year === undefined) return { kind: "string", text };
  if (time !== undefined) throw new Unread("a time is not read here");
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  const isDate = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
  return { kind: "string", text: isDate ? `${date}T00:00:00Z` : text };
}

function keyText(key: DataNode): string {
  if (key.kind === "string") return key.text;
  if (key.kind === "bool") return String(key.value);
  if (key.kind === "number" && /^(?:0|[1-9]\d{0,14})$/.test(key.text)) return key.text;
  throw key.kind === "null" ? new Unread("a key is null", { failed: true }) : new Unread("a key is not read here");
}
