import { type Node, type ParseError, type ParseOptions, parseTree } from "jsonc-parser";
import { type DataItem, type DataNode, type DataResult, DEEPEST_DATA } from "./data-node.js";

/** With more levels, the recursive parser may take too long. */
const MAX_BRACKETS = 100_000;

/** Each value takes a few hundred bytes, besides the values made from it. */
const MOST_COMMAS = 500_000;

/** The tree of a JSON text, with its own offsets. */
export function jsonTree(
  text: string,
  errors: ParseError[],
  options: ParseOptions,
): Node | undefined | "too-deep" | "too-long" {
  if ((text.match(/,/g)?.length ?? 0) > MOST_COMMAS) return "too-long";
  if ((text.match(/[[{]/g)?.length ?? 0) > MAX_BRACKETS) return "too-deep";
  try {
    // A space replaces the byte order mark, so that offsets stay those of the file.
    return parseTree(text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text, errors, options);
  } catch (error) {
    // The parser overflows the stack on some thousand levels of nesting.
    if (error instanceof RangeError) return "too-deep";
    throw error;
  }
}

/** A JSON document with the places of what is in it. */
export function readJson(text: string): DataResult {
  const errors: ParseError[] = [];
  const tree = jsonTree(text, errors, { disallowComments: true });
  if (tree === "too-deep") return { ok: false, failed: false, reason: "it is nested too deeply" };
  if (tree === "too-long") return { ok: false, failed: false, reason: "it has too many values for tfinvite to read" };
  if (tree === undefined || errors.length > 0) return { ok: false, failed: true, reason: "it is not valid JSON" };
  const node = nodeOf(tree, text, 0);
  return node === undefined ? { ok: false, failed: false, reason: "it is nested too deeply" } : { ok: true, node };
}

function nodeOf(
  { type, value, offset, length, children = [] }: Node,
  text: string,
  depth: number,
): DataNode | undefined {
  if (depth > DEEPEST_DATA) return undefined;
  const place = { start: offset, end: offset + length };
  if (type === "string") return { kind: "string", text: String(value), ...place };
  if (type === "number") return { kind: "number", text: text.slice(place.start, place.end), ...place };
  if (type === "boolean") return { kind: "bool", value: value === true, ...place };
  if (type === "null") return { kind: "null", ...place };
  if (type === "array") {
    const items = children.map((child) => itemOf(nodeOf(child, text, depth + 1)));
    return allOf(items, (all) => ({ kind: "list", layout: "flow", items: all, ...place }));
  }
  const entries = children.map(({ children: [key, own] = [], colonOffset = 0 }) => {
    const item = own && itemOf(nodeOf(own, text, depth + 1));
    if (key === undefined || item === undefined) return undefined;
    const at = { start: key.offset, end: key.offset + key.length };
    return { ...item, start: at.start, mark: at.start, name: String(key.value), key: at, colon: colonOffset + 1 };
  });
  return allOf(entries, (all) => ({ kind: "map", layout: "flow", items: all, ...place }));
}

function itemOf(value: DataNode | undefined): DataItem | undefined {
  return value && { start: value.start, end: value.end, mark: value.start, value };
}

function allOf<T>(items: readonly (T | undefined)[], make: (all: readonly T[]) => DataNode): DataNode | undefined {
  const all = items.flatMap((item) => item ?? []);
  return all.length === items.length ? make(all) : undefined;
}
