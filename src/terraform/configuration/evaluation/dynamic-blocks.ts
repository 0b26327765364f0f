import type { Block, Body, Expression } from "../syntax/syntax.js";
import { evaluate, type Scope } from "./evaluate.js";
import type { Value } from "./value.js";

/** The `dynamic` blocks of a body, or those that make nested blocks of a type. */
export function dynamicBlocks(body: Body, type?: string): readonly Block[] {
  const blocks = body.blocks("dynamic", 1);
  return type === undefined ? blocks : blocks.filter(({ labels }) => labels[0]?.value === type);
}

/**
 * The nested blocks that a `dynamic` block makes, each as an object of its arguments. Where it is not known what the
 * block runs over, one that stands for all of them, with what is written out in it.
 * https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
 */
export function dynamicValues(block: Block, scope: Scope): Value[] {
  return block.body.blocks("content", 0).flatMap((content) => {
    const made = blockExpression(content);
    const repeated = evaluate(repeat(block, made), scope);
    if (repeated.kind !== "list") return [evaluate(made, scope)];
    return repeated.elements.flatMap((one) => (one.kind === "list" ? one.elements : [one]));
  });
}

/** A nested block's arguments as an object. */
function blockExpression({ body, range }: Block): Expression {
  const items = body.attributes().map(({ name, nameRange, value }) => ({
    key: { kind: "literal", value: name, range: nameRange } as const,
    value,
  }));
  return { kind: "object", items, range };
}

/** `[for key, value in FOR_EACH : [for ITERATOR in [{ key = key, value = value }] : MADE]]` */
function repeat({ body, labels, range }: Block, made: Expression): Expression {
  const collection = body.attribute("for_each")?.value ?? { kind: "unsupported", range };
  const items = ["key", "value"].map((name) => ({
    key: { kind: "literal", value: name, range } as const,
    value: { kind: "reference", root: `dynamic ${name}`, steps: [], range } as const,
  }));
  const bound: Expression = { kind: "tuple", items: [{ kind: "object", items, range }], range };
  const valueName = iteratorOf(body) ?? labels[0]?.value ?? "";
  const inner: Expression = { kind: "for", valueName, collection: bound, value: made, grouped: false, range };
  return {
    kind: "for",
    keyName: "dynamic key",
    valueName: "dynamic value",
    collection,
    value: inner,
    grouped: false,
    range,
  };
}

/** A bare word, in JSON syntax a text. */
function iteratorOf(body: Body): string | undefined {
  const iterator = body.attribute("iterator")?.value;
  if (iterator?.kind === "reference") return iterator.root;
  return iterator?.kind === "literal" && typeof iterator.value === "string" ? iterator.value : undefined;
}
