import { type ScanEvent, scanCode } from "./code-scanner.js";
import type { Attribute, Block, Body } from "./syntax.js";

/**
 * Text that the grammar accepts anywhere: an empty interpolation, a bare carriage return, a line that starts with a
 * comma or an equals sign.
 */
const DOUBTFUL = /[$%]\{~?\s*~?\}|\r(?!\n)|\n[ \t]*(?:,|=(?![=>]))/;

/**
 * Whether a text that the tree-sitter grammar takes for sound may be broken to HCL, which is strict about line ends
 * where the grammar is not. Doubt costs a question to HCL's own parser and nothing else.
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 */
export function isDoubtful(text: string, body: Body): boolean {
  return DOUBTFUL.test(text) || mayHoldBrokenNumber(text) || isDoubtfulBody(text, body, undefined);
}

/** `10.11.10.12` outside of a plain string. */
function mayHoldBrokenNumber(text: string): boolean {
  return /\d\.\d+\.\d/.test(text) && /\d\.\d+\.\d/.test(text.replace(/"(?:[^"\\\n]|\\.)*"/g, ""));
}

function isDoubtfulBody(text: string, body: Body, braces: Braces | undefined): boolean {
  const attributes = body.attributes();
  const blocks = body.allBlocks();
  if (new Set(attributes.map(({ name }) => name)).size < attributes.length) return true;
  const items = [...attributes, ...blocks].sort((a, b) => a.range.start.offset - b.range.start.offset);
  if (!areParted(text, items, braces)) return true;
  return (
    attributes.some((attribute) => isDoubtfulAttribute(text, attribute)) ||
    blocks.some((block) => isDoubtfulBlock(text, block))
  );
}

/** Offsets just inside a block's braces. */
interface Braces {
  readonly open: number;
  readonly close: number;
}

/** Every item ends its line; only `{ name = value }` may be on one line. */
function areParted(text: string, items: readonly (Attribute | Block)[], braces: Braces | undefined): boolean {
  const [first] = items;
  if (braces !== undefined && first !== undefined && !hasLineEnd(text, braces.open, first.range.start.offset)) {
    return items.length === 1 && "value" in first && !text.slice(braces.open, braces.close).includes("\n");
  }
  let end = items[0]?.range.end.offset ?? 0;
  for (const { range } of items.slice(1)) {
    if (!hasLineEnd(text, end, range.start.offset)) return false;
    end = range.end.offset;
  }
  return braces === undefined || items.length === 0 || hasLineEnd(text, end, braces.close);
}

/** The text between an argument's name and its value. */
const BEFORE_VALUE = /^(?:\s|\/\*[\s\S]*?\*\/|(?:#|\/\/).*)*=(?:\s|\/\*[\s\S]*?\*\/|(?:#|\/\/).*)*/;

/** Checks the text only: asking for the value would parse every expression of a file, although few are needed. */
function isDoubtfulAttribute(text: string, { nameRange, range }: Attribute): boolean {
  const written = text.slice(nameRange.end.offset, range.end.offset);
  if (!written.includes("\n")) return false;
  const before = BEFORE_VALUE.exec(written)?.[0] ?? written;
  return before.includes("\n") || hasBareLineEnd(text, nameRange.end.offset + before.length, range.end.offset);
}

function isDoubtfulBlock(text: string, { range, headerRange, body }: Block): boolean {
  const open = body.range.start.offset;
  const header = text.slice(range.start.offset, open);
  // The grammar takes a template for a label.
  if (/\n|[$%]\{/.test(header) || headerRange.end.offset > open) return true;
  return isDoubtfulBody(text, body, { open, close: body.range.end.offset });
}

/** Whether a line ends in the text between two items, which holds nothing but blanks and comments. */
function hasLineEnd(text: string, start: number, end: number): boolean {
  const between = text.slice(start, end);
  if (!between.includes("\n")) return false;
  return !between.includes("/*") || between.replace(/(?:#|\/\/).*|\/\*[\s\S]*?\*\//g, "").includes("\n");
}

/** Whether a line ends inside an expression where no bracket is open, or between two members that no comma parts. */
function hasBareLineEnd(text: string, start: number, end: number): boolean {
  let depth = 0;
  let bare = false;
  scanCode(text, start, end, ({ kind, level }: ScanEvent) => {
    if (kind === "open" || kind === "interpolation-open") depth += 1;
    else if (kind === "close" || kind === "interpolation-close") depth -= 1;
    else if (kind === "newline" && depth === 0 && level === 0) bare = true;
  });
  return bare;
}
