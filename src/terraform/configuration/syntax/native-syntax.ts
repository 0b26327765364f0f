import type { SourceRange } from "../../source-range.js";
import { hasBrokenString } from "./code-scanner.js";
import { readExpression } from "./native-expression.js";
import { ItemFinder, type NativeItem } from "./native-items.js";
import {
  type Attribute,
  type Block,
  type Body,
  type Expression,
  type Label,
  LazyAttribute,
  type SourceText,
} from "./syntax.js";
import { decodeTemplateText } from "./template.js";
import type { SyntaxNode, SyntaxParser } from "./tree-sitter.js";

/** A JSON object that says what a body holds, as hcl2json writes it. */
export interface KnownBody {
  /** The value of an argument that could not be read, or undefined. */
  expression(name: string, range: SourceRange): Expression | undefined;
  /** The contents of the block of that header, the `index`-th of several. */
  block(type: string, labels: readonly string[], index: number): KnownBody | undefined;
  /** Everything but the arguments and block types of these names, all of it at one place. */
  rest(known: ReadonlySet<string>, range: SourceRange): Body | undefined;
}

/** Blocks nested deeper than that are skipped: code that walks over them is recursive. */
const MAX_DEPTH = 200;
/** The same where the text around them is broken, since each level is parsed again. */
const MAX_BROKEN_DEPTH = 40;
const LEAVES: ReadonlySet<string> = new Set(["expression", "string_lit", "object"]);

/**
 * Reads a native-syntax file that tree-sitter understands as a whole; otherwise undefined.
 * https://developer.hashicorp.com/terraform/language/syntax/configuration
 */
export function readSoundFile(parser: SyntaxParser, source: SourceText): Body | undefined {
  return parseBody(parser, source, 0, source.text.length);
}

/**
 * Reads a file that tree-sitter finds broken: argument by argument and block by block, so that what is sound stays.
 * `known` fills in what HCL's own parser understood.
 */
export function readBrokenFile(parser: SyntaxParser, source: SourceText, known?: KnownBody): Body {
  const finder = new ItemFinder(source.text, known !== undefined);
  return readItems({ parser, source, finder }, 0, source.text.length, known, 0);
}

interface Broken {
  readonly parser: SyntaxParser;
  readonly source: SourceText;
  readonly finder: ItemFinder;
}

/** The stretch of text as one body, or undefined where it is not sound. */
function parseBody(parser: SyntaxParser, source: SourceText, start: number, end: number): NativeBody | undefined {
  const whole = start === 0 && end === source.text.length;
  // An item cut out of the file may have lost the line end that closes its heredoc.
  const text = whole ? source.text : `${source.text.slice(start, end)}\n`;
  const root = parser.parse(text, LEAVES);
  if (root === undefined || hasBrokenString(text)) return undefined;
  const node = root.children.find(({ type }) => type === "body");
  if (node === undefined && root.children.length > 0) return undefined;
  return bodyOf(parser, source, start, node, source.range(start, end));
}

/** `offset` is where the parsed text starts in the source. */
function bodyOf(
  parser: SyntaxParser,
  source: SourceText,
  offset: number,
  root: SyntaxNode | undefined,
  range: SourceRange,
): NativeBody {
  const attributes: Attribute[] = [];
  const blocks: Block[] = [];
  // Blocks nest as deep as the file wants, so no recursion here: each block waits until its inside is done.
  const waiting: { nodes: readonly SyntaxNode[]; attributes: Attribute[]; blocks: Block[]; depth: number }[] = [
    { nodes: root?.children ?? [], attributes, blocks, depth: 0 },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const node of next.nodes) {
      const [name, , value] = node.children;
      if (node.type === "attribute" && name !== undefined && value !== undefined) {
        const [start, end] = [value.start + offset, value.end + offset];
        const place = {
          name: source.text.slice(name.start + offset, name.end + offset),
          nameRange: source.range(name.start + offset, name.end + offset),
          range: source.range(name.start + offset, end),
        };
        next.attributes.push(new LazyAttribute(place, () => readExpression(parser, source, start, end)));
        continue;
      }
      const open = node.children.find(({ type }) => type === "block_start");
      const close = node.children[node.children.length - 1];
      if (node.type !== "block" || name === undefined || open === undefined || close === undefined) continue;
      const inside = {
        nodes: node.children.find(({ type }) => type === "body")?.children ?? [],
        attributes: [],
        blocks: [],
        depth: next.depth + 1,
      };
      if (inside.depth < MAX_DEPTH) waiting.push(inside);
      const [type = [0, 0], ...labels] = node.children
        .slice(0, node.children.indexOf(open))
        .map(({ start, end }): Place => [start + offset, end + offset]);
      const bodyRange = source.range(open.end + offset, close.start + offset);
      next.blocks.push({
        ...headerAt(source, type, labels),
        range: source.range(node.start + offset, node.end + offset),
        body: new NativeBody(bodyRange, inside.attributes, inside.blocks),
      });
    }
  }
  return new NativeBody(range, attributes, blocks);
}

function readItems(
  broken: Broken,
  start: number,
  end: number,
  known: KnownBody | undefined,
  depth: number,
): NativeBody {
  const { parser, source, finder } = broken;
  const attributes: Attribute[] = [];
  const blocks: Block[] = [];
  const seen = new Map<string, number>();
  for (const item of finder.items(start, end)) {
    const sound = parseBody(parser, source, item.start, item.end);
    if (item.kind === "attribute") {
      const [attribute, ...others] = sound?.attributes() ?? [];
      attributes.push(
        attribute !== undefined && others.length === 0 ? attribute : brokenAttribute(source, item, known),
      );
      continue;
    }
    const header = headerAt(source, [item.start, item.typeEnd], item.labels);
    const labels = header.labels.map(({ value }) => value);
    const key = JSON.stringify([header.type, labels]);
    const index = seen.get(key) ?? 0;
    seen.set(key, index + 1);
    const [block, ...others] = sound?.allBlocks() ?? [];
    if (block !== undefined && others.length === 0) {
      blocks.push(block);
      continue;
    }
    const inside = known?.block(header.type, labels, index);
    const range = source.range(item.open + 1, item.bodyEnd);
    const body =
      depth < MAX_BROKEN_DEPTH
        ? readItems(broken, item.open + 1, item.bodyEnd, inside, depth + 1)
        : new NativeBody(range, [], []);
    blocks.push({ ...header, range: source.range(item.start, item.end), body });
  }
  const range = source.range(start, end);
  const names = new Set([...attributes.map(({ name }) => name), ...blocks.map(({ type }) => type)]);
  return new NativeBody(range, attributes, blocks, known?.rest(names, range));
}

function brokenAttribute(
  source: SourceText,
  item: NativeItem & { kind: "attribute" },
  known: KnownBody | undefined,
): Attribute {
  const name = source.text.slice(item.start, item.nameEnd);
  const nameRange = source.range(item.start, item.nameEnd);
  const range = source.range(item.valueStart, item.end);
  const value: Expression = known?.expression(name, range) ?? { kind: "unsupported", range };
  return { name, nameRange, value, range: rangeOf(nameRange, range) };
}

type Place = readonly [start: number, end: number];

function headerAt(
  source: SourceText,
  type: Place,
  labelPlaces: readonly Place[],
): Pick<Block, "type" | "labels" | "headerRange"> {
  const labels = labelPlaces.map((place) => labelAt(source, ...place));
  const headerRange = rangeOf(source.range(...type), labels.at(-1)?.range);
  return { type: source.text.slice(...type), labels, headerRange };
}

function labelAt(source: SourceText, start: number, end: number): Label {
  const text = source.text.slice(start, end);
  const value = text.startsWith('"') ? decodeTemplateText(text.slice(1, -1), "quoted") : text;
  return { value: value ?? text.slice(1, -1), range: source.range(start, end) };
}

function rangeOf(first: SourceRange, last: SourceRange | undefined): SourceRange {
  return last === undefined ? first : { file: first.file, start: first.start, end: last.end };
}

class NativeBody implements Body {
  readonly range: SourceRange;
  readonly #attributes: readonly Attribute[];
  readonly #blocks: readonly Block[];
  readonly #rest: Body | undefined;

  constructor(range: SourceRange, attributes: readonly Attribute[], blocks: readonly Block[], rest?: Body) {
    this.range = range;
    this.#attributes = attributes;
    this.#blocks = blocks;
    this.#rest = rest;
  }

  attribute(name: string): Attribute | undefined {
    return this.#attributes.find((attribute) => attribute.name === name) ?? this.#rest?.attribute(name);
  }

  attributes(): readonly Attribute[] {
    return this.#attributes;
  }

  blocks(type: string, labelCount: number): readonly Block[] {
    const own = this.#blocks.filter((block) => block.type === type && block.labels.length === labelCount);
    return own.length > 0 || this.#rest === undefined ? own : this.#rest.blocks(type, labelCount);
  }

  allBlocks(): readonly Block[] {
    return this.#blocks;
  }
}
