import { findNodeAtOffset, type Node, parseTree } from "jsonc-parser";
import { BYTE_ORDER_MARK } from "../configuration/syntax/line-index.js";
import type { SourceRange } from "../source-range.js";
import { indentAt, lineEndAt } from "./positions.js";

/** A value to be written into a JSON file. */
export type JsonValue = string | boolean | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The text's tree; offsets are those of the text. */
export function treeOf(text: string): Node | undefined {
  return parseTree(text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text);
}

/** The object that a block in JSON syntax ends with: its body. */
export function bodyNodeOf(tree: Node | undefined, { end }: SourceRange): Node | undefined {
  const node = tree && findNodeAtOffset(tree, end.offset - 1);
  return node?.type === "object" && node.offset + node.length === end.offset ? node : undefined;
}

/** The value of an object's member. */
export function memberOf(object: Node, name: string): Node | undefined {
  const property = object.children?.find(({ children }) => children?.[0]?.value === name);
  return property?.children?.[1];
}

/** The text without a value (a member of an object or an item of a list), and without containers that become empty. */
export function without(text: string, value: Node): string {
  const part = value.parent?.type === "property" ? value.parent : value;
  const holder = part.parent;
  const siblings = holder?.children ?? [];
  if (holder === undefined) return text;
  // Only the outermost object may be empty.
  if (siblings.length === 1 && holder.parent !== undefined) return without(text, holder);
  const index = siblings.indexOf(part);
  const [before, after] = [siblings[index - 1], siblings[index + 1]];
  const end = part.offset + part.length;
  if (after !== undefined) return text.slice(0, part.offset) + text.slice(after.offset);
  if (before !== undefined) return text.slice(0, before.offset + before.length) + text.slice(end);
  return text.slice(0, holder.offset + 1) + text.slice(holder.offset + holder.length - 1);
}

/**
 * The text with a value put at the end of the path below a node. What is on the way is made where it lacks; a list on
 * the way gets an item of its own, since blocks in several objects of a list count together. So does a list at the end.
 */
export function withValue(text: string, node: Node, path: readonly string[], value: JsonValue): string {
  const [key, ...rest] = path;
  if (key === undefined) return node.type === "array" ? withPart(text, node, undefined, value) : text;
  if (node.type === "array") return withPart(text, node, undefined, nested(path, value));
  const member = memberOf(node, key);
  if (member === undefined) return withPart(text, node, key, nested(rest, value));
  return withValue(text, member, rest, value);
}

function nested(path: readonly string[], value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value);
}

/** A new last part of an object or a list, on a line of its own where the others have theirs. */
function withPart(text: string, holder: Node, key: string | undefined, value: JsonValue): string {
  const parts = holder.children ?? [];
  const last = parts[parts.length - 1];
  const lineEnd = lineEndAt(text, holder.offset);
  const close = holder.offset + holder.length - 1;
  const inLines = parts.length === 0 ? text.includes("\n") : text.slice(holder.offset, parts[0]?.offset).includes("\n");
  const outer = indentAt(text, holder.offset);
  const indent = last !== undefined && inLines ? indentAt(text, last.offset) : outer + stepOf(text);
  const label = key === undefined ? "" : `${JSON.stringify(key)}: `;
  if (!inLines) {
    const written = label + inOneLine(value);
    if (last === undefined) return insert(text, close, written);
    return insert(text, last.offset + last.length, `, ${written}`);
  }
  const written = label + JSON.stringify(value, null, stepOf(text)).replaceAll("\n", `${lineEnd}${indent}`);
  if (last !== undefined) return insert(text, last.offset + last.length, `,${lineEnd}${indent}${written}`);
  return `${text.slice(0, holder.offset + 1)}${lineEnd}${indent}${written}${lineEnd}${outer}${text.slice(close)}`;
}

function inOneLine(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(inOneLine).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${inOneLine(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** By how much the file indents: as far as its first indented line. */
function stepOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
}

function insert(text: string, at: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at);
}
