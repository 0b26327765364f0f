import { type JsonValue, memberOf, treeOf, withValue } from "./json-edits.js";
import type { Term } from "./term.js";

/** A block to be written, in either syntax. */
export interface NewBlock {
  readonly keyword: "data" | "resource" | "locals" | "moved" | "removed" | "lifecycle" | "projects";
  /** Type and name, where it has them. */
  readonly labels?: readonly string[];
  /** Written right above the block, as they are. */
  readonly above?: readonly string[];
  /** One line, inside the block. */
  readonly comment?: string;
  /** Terms, or expressions as native syntax has them, which may have several lines from the left margin on. */
  readonly arguments: Readonly<Record<string, Term | string>>;
  /** Nested blocks, behind the arguments. */
  readonly blocks?: readonly NewBlock[];
}

/** What a block adds to a module: its address, and what it says under whichever name. */
export function addedBy({ keyword, labels = [], arguments: given }: NewBlock): string[] {
  const address = keyword === "locals" ? Object.keys(given) : labels;
  const says = Object.entries(given).map(([name, value]) => `${name}=${termIn(value).hcl}`);
  return [[keyword, ...address].join("."), [keyword, labels[0], ...says].join("\0")];
}

/** The arguments' values, in native syntax. */
export function argumentTexts({ arguments: given }: NewBlock): string[] {
  return Object.values(given).map((value) => termIn(value).hcl);
}

function termIn(value: Term | string): Term {
  return typeof value === "string" ? { hcl: value } : value;
}

/** The block as terraform fmt writes it, without a line end behind it. */
export function nativeBlock(block: NewBlock, lineEnd: string): string {
  return linesOf(block).join("\n").replace(/\r?\n/g, lineEnd);
}

function linesOf({ keyword, labels = [], above = [], comment, arguments: given, blocks = [] }: NewBlock): string[] {
  const header = [keyword, ...labels.map((label) => `"${label}"`), "{"].join(" ");
  const all = Object.entries(given).map(([name, value]) => ({ name, hcl: termIn(value).hcl }));
  if (all.length === 0) return [...above, `${header}}`];
  let width = 0;
  const written = all.map(({ name, hcl }, index) => {
    // Neighbours on one line each are aligned with one another.
    if (index === 0 || isLong(all[index - 1])) {
      const next = all.findIndex((one, at) => at >= index && isLong(one));
      const run = all.slice(index, next === -1 ? undefined : next);
      width = Math.max(...run.map((one) => one.name.length));
    }
    return `  ${isLong({ hcl }) ? name : name.padEnd(width)} = ${hcl.replace(/\n/g, "\n  ")}`;
  });
  const nested = blocks.flatMap((one) => ["", ...linesOf(one).map((line) => `  ${line}`)]);
  return [...above, header, ...(comment === undefined ? [] : [`  # ${comment}`]), ...written, ...nested, "}"];
}

function isLong(argument: { readonly hcl: string } | undefined): boolean {
  return argument?.hcl.includes("\n") === true;
}

/** A JSON file's text with a block added to it; undefined where it holds no list of such blocks, or is no JSON. */
export function withJsonBlock(text: string, block: NewBlock): string | undefined {
  const root = treeOf(text);
  if (root === undefined) return undefined;
  const { keyword, labels = [], arguments: given } = block;
  const known = root.type === "object" ? memberOf(root, keyword) : undefined;
  if (keyword === "locals" && known !== undefined) {
    const [only] = Object.entries(given);
    return only && withValue(text, known, [only[0]], jsonArgument(...only));
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
    ...Object.entries(given).map(([name, value]) => [name, jsonArgument(name, value)] as const),
    ...blocks.map((block) => [block.keyword, jsonBlock(block)] as const),
  ]);
}

/** Arguments that name something, which JSON syntax has in a plain string. */
const NAMING: ReadonlySet<string> = new Set(["provider", "from", "to"]);

function jsonArgument(name: string, value: Term | string): JsonValue {
  const { hcl, text } = termIn(value);
  if (NAMING.has(name)) return hcl;
  if (hcl === "false") return false;
  if (text !== undefined) return text.replace(/([$%])\{/g, "$1$1{");
  // Terms that were made up here: nothing else in JSON syntax has several lines.
  const inOneLine = hcl
    .replace(/([[(])\n\s*/g, "$1")
    .replace(/,?\n\s*([\])])/g, "$1")
    .replace(/\n\s*/g, " ");
  return `\${${inOneLine}}`;
}
