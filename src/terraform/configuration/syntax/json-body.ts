import type { SourceRange } from "../../source-range.js";
import { readTemplate } from "./native-expression.js";
import {
  type Attribute,
  type Block,
  type Body,
  type Expression,
  LazyAttribute,
  type ObjectItem,
  type SourceText,
} from "./syntax.js";
import type { SyntaxParser } from "./tree-sitter.js";

/** A JSON value with the places it is written at. `range` of a string holds its quotes. */
export type JsonNode = { readonly range: SourceRange } & (
  | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  /** `content` is the decoded string, with the places of its characters. */
  | { readonly kind: "string"; readonly content: SourceText }
  | { readonly kind: "scalar"; readonly value: number | boolean | null; readonly digits?: string }
  /** There is text, but it is not valid JSON. */
  | { readonly kind: "broken" }
);

export interface JsonMember {
  readonly name: string;
  readonly key: JsonNode & { readonly kind: "string" };
  readonly value: JsonNode;
}

/** A member of that name is a comment among a body's arguments and blocks. */
const COMMENT = "//";

/**
 * A body in JSON syntax: an object, or an array of objects that count together. Anything else is an empty body.
 * https://github.com/hashicorp/hcl/blob/main/json/spec.md
 */
export class JsonBody implements Body {
  readonly range: SourceRange;
  readonly #parser: SyntaxParser | undefined;
  readonly #members: readonly JsonMember[];

  /** Without a parser every string with an interpolation is `unsupported`. */
  constructor(parser: SyntaxParser | undefined, node: JsonNode) {
    this.range = node.range;
    this.#parser = parser;
    this.#members = membersOf(node).filter(({ name }) => name !== COMMENT);
  }

  attribute(name: string): Attribute | undefined {
    const member = this.#members.find((candidate) => candidate.name === name);
    return member && this.#attributeOf(member);
  }

  attributes(): readonly Attribute[] {
    return this.#members.map((member) => this.#attributeOf(member));
  }

  #attributeOf({ name, key, value }: JsonMember): Attribute {
    const range = { ...key.range, end: value.range.end };
    return new LazyAttribute({ name, nameRange: key.range, range }, () => jsonExpression(this.#parser, value));
  }

  blocks(type: string, labelCount: number): readonly Block[] {
    const named = this.#members.filter(({ name }) => name === type);
    return named.flatMap(({ key, value }) =>
      this.#blocksIn(value, { type, labels: [], headerRange: key.range }, labelCount),
    );
  }

  allBlocks(): readonly Block[] {
    return [];
  }

  #blocksIn(value: JsonNode, header: Omit<Block, "range" | "body">, labelCount: number, inArray = false): Block[] {
    const { labels, headerRange } = header;
    if (value.kind === "array") return value.items.flatMap((item) => this.#blocksIn(item, header, labelCount, true));
    if (value.kind !== "object") return [];
    if (labels.length === labelCount) {
      // One of several blocks under one key does not own that key.
      const range = inArray ? value.range : { ...headerRange, end: value.range.end };
      return [{ ...header, range, body: new JsonBody(this.#parser, value) }];
    }
    return value.members
      .filter(({ name }) => name !== COMMENT)
      .flatMap(({ name, key, value: inner }) => {
        const label = { value: name, range: key.range };
        return this.#blocksIn(inner, { ...header, labels: [...labels, label], headerRange: key.range }, labelCount);
      });
  }
}

function membersOf(node: JsonNode): readonly JsonMember[] {
  if (node.kind === "object") return node.members;
  return node.kind === "array" ? node.items.flatMap((item) => (item.kind === "object" ? item.members : [])) : [];
}

/** A JSON value as an expression: strings and keys are templates, everything else stands for itself. */
export function jsonExpression(parser: SyntaxParser | undefined, node: JsonNode): Expression {
  const { range } = node;
  switch (node.kind) {
    case "scalar":
      return { kind: "literal", value: node.value, ...(node.digits !== undefined && { digits: node.digits }), range };
    case "broken":
      return { kind: "unsupported", range };
    case "string":
      return readTemplate(parser, node.content, 0, node.content.text.length, "bare", range);
    case "array":
      return { kind: "tuple", items: node.items.map((item) => jsonExpression(parser, item)), range };
    case "object": {
      const items = node.members.map(({ key, value }): ObjectItem => {
        return { key: jsonExpression(parser, key), value: jsonExpression(parser, value) };
      });
      return { kind: "object", items, range };
    }
  }
}
