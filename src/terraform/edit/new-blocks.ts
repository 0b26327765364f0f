import type { JsonValue } from "./json-edits.js";
import type { Term } from "./term.js";

/** A block to be written, in either syntax. */
export interface NewBlock {
  readonly keyword: "data" | "resource" | "locals";
  /** Type and name; none for locals. */
  readonly labels: readonly string[];
  /** Written right above the block, as they are. */
  readonly above?: readonly string[];
  /** One line, inside the block. */
  readonly comment?: string;
  readonly arguments: readonly NewArgument[];
}

export interface NewArgument {
  readonly name: string;
  readonly value: Term;
}

/** What a block adds to a module: its address, and what it says under whichever name. */
export function addedBy({ keyword, labels, arguments: given }: NewBlock): string[] {
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
export function nativeBlock(
  { keyword, labels, above = [], comment, arguments: given }: NewBlock,
  lineEnd: string,
): string {
  const header = [keyword, ...labels.map((label) => `"${label}"`), "{"].join(" ");
  if (given.length === 0) return [...above, `${header}}`].join(lineEnd);
  return [...above, header, ...(comment === undefined ? [] : [`  # ${comment}`]), ...aligned(given), "}"].join(lineEnd);

  function aligned(all: readonly NewArgument[]): string[] {
    return all.map((argument, index) => {
      const { name, value } = argument;
      const width = Math.max(...groupAround(all, index).map((one) => one.name.length));
      const written = value.hcl.replace(/\r?\n/g, `${lineEnd}  `);
      return `  ${name.padEnd(isLong(argument) ? name.length : width)} = ${written}`;
    });
  }
}

/** Neighbours on one line each are aligned with one another. */
function groupAround(all: readonly NewArgument[], index: number): readonly NewArgument[] {
  let [from, to] = [index, index];
  while (from > 0 && !isLong(all[from - 1])) from -= 1;
  while (to < all.length - 1 && !isLong(all[to + 1])) to += 1;
  return all.slice(from, to + 1).filter((one) => !isLong(one));
}

function isLong(argument: NewArgument | undefined): boolean {
  return argument?.value.hcl.includes("\n") === true;
}

/** What the block is in JSON syntax, at the path of its keyword and labels. */
export function jsonBlock({ above = [], comment, arguments: given }: NewBlock): JsonValue {
  const comments = [...above, ...(comment === undefined ? [] : [comment])];
  const [first] = comments;
  return Object.fromEntries([
    ...(first === undefined ? [] : [["//", comments.length === 1 ? first : comments] as const]),
    ...given.map((argument) => [argument.name, jsonArgument(argument)] as const),
  ]);
}

export function jsonArgument({ name, value: { hcl, text } }: NewArgument): JsonValue {
  // There a provider's configuration is named in a plain string.
  if (name === "provider") return hcl;
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
