import { type JsonValue, memberOf, treeOf, withValue } from "./json-edits.js";
import type { Term } from "./term.js";

/** A block to be written, in either syntax. */
export interface NewBlock {
  readonly keyword: "data" | "resource" | "locals" | "moved" | "removed" | "lifecycle";
  /** Type and name, where it has them. */
  readonly labels?: readonly string[];
  /** Written right above the block, as they are. */
  readonly above?: readonly string[];
  /** One line, inside the block. */
  readonly comment?: string;
  readonly arguments: readonly NewArgument[];
  /** Nested blocks, behind the arguments. */
  readonly blocks?: readonly NewBlock[];
}

export interface NewArgument {
  readonly name: string;
  readonly value: Term;
}

/** What a block adds to a module: its address, and what it says under whichever name. */
export function addedBy({ keyword, labels = [], arguments: given }: NewBlock): string[] {
  const address = keyword === "locals" ? given.map(({ name }) => name) : labels;
  const says = given.map(({ name, value }) => `${name}=${value.hcl}`);
  return [[keyword, ...address].join("."), [keyword, labels[0], ...says].join("\0")];
}

/** A term that was made up here, over several lines that start at the left margin. */
export function lines(...written: readonly string[]): Term {
  return { hcl: written.join("\n") };
}

export function expression(hcl: string): Term {
  return { hcl };
}

/** The block as terraform fmt writes it, without a line end behind it. */
export function nativeBlock(block: NewBlock, lineEnd: string): string {
  const { keyword, labels = [], above = [], comment, arguments: given, blocks = [] } = block;
  const header = [keyword, ...labels.map((label) => `"${label}"`), "{"].join(" ");
  if (given.length === 0) return [...above, `${header}}`].join(lineEnd);
  const nested = blocks.flatMap((one) => [
    "",
    ...nativeBlock(one, "\n")
      .split("\n")
      .map((line) => `  ${line}`),
  ]);
  const inside = [...(comment === undefined ? [] : [`  # ${comment}`]), ...aligned(given, lineEnd), ...nested];
  return [...above, header, ...inside, "}"].join(lineEnd);
}

/** Neighbours on one line each are aligned with one another. */
function aligned(all: readonly NewArgument[], lineEnd: string): string[] {
  const isLong = ({ value }: NewArgument) => value.hcl.includes("\n");
  let width = 0;
  return all.map((argument, index) => {
    const { name, value } = argument;
    const previous = all[index - 1];
    if (previous === undefined || isLong(previous)) {
      const next = all.findIndex((one, at) => at >= index && isLong(one));
      width = Math.max(...all.slice(index, next === -1 ? all.length : next).map((one) => one.name.length));
    }
    const written = value.hcl.replace(/\r?\n/g, `${lineEnd}  `);
    return `  ${isLong(argument) ? name : name.padEnd(width)} = ${written}`;
  });
}

/** A JSON file's text with a block added to it; undefined where it holds no list of such blocks, or is no JSON. */
export function withJsonBlock(text: string, block: NewBlock): string | undefined {
  const root = treeOf(text);
  if (root === undefined) return undefined;
  const { keyword, labels = [], arguments: given } = block;
  const known = root.type === "object" ? memberOf(root, keyword) : undefined;
  if (keyword === "locals" && known !== undefined) {
    const [only] = given;
    return only && withValue(text, known, [only.name], jsonArgument(only));
  }
  if (labels.length > 0 || keyword === "locals") return withValue(text, root, [keyword, ...labels], jsonBlock(block));
  if (known === undefined && root.type === "object") return withValue(text, root, [keyword], [jsonBlock(block)]);
  return known?.type === "array" ? withValue(text, known, [], jsonBlock(block)) : undefined;
}

/** What the block is in JSON syntax, at the path of its keyword and labels. */
function jsonBlock({ above = [], comment, arguments: given, blocks = [] }: NewBlock): JsonValue {
  const comments = [...above, ...(comment === undefined ? [] : [comment])];
  const [first] = comments;
  return Object.fromEntries([
    ...(first === undefined ? [] : [["//", comments.length === 1 ? first : comments] as const]),
    ...given.map((argument) => [argument.name, jsonArgument(argument)] as const),
    ...blocks.map((block) => [block.keyword, jsonBlock(block)] as const),
  ]);
}

/** Arguments that name something, which JSON syntax has in a plain string. */
const NAMING: ReadonlySet<string> = new Set(["provider", "from", "to"]);

function jsonArgument({ name, value: { hcl, text } }: NewArgument): JsonValue {
  if (NAMING.has(name)) return hcl;
  if (hcl === "false") return false;
  if (text !== undefined) return text.replace(/([$%])\{/g, "$1$1{");
  return `\${${inOneLine(hcl)}}`;
}

/** Of terms that were made up here: nothing else in JSON syntax has several lines. */
function inOneLine(hcl: string): string {
  return hcl
    .replace(/([[(])\n\s*/g, "$1")
    .replace(/,?\n\s*([\])])/g, "$1")
    .replace(/\n\s*/g, " ");
}
