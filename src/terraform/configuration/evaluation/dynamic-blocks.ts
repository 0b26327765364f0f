import type { Block, Body } from "../syntax/syntax.js";
import { literalText } from "../syntax/traversal.js";
import { evaluate, iterated, type Scope } from "./evaluate.js";
import { isFailed, objectValue, unknown, type Value } from "./value.js";

/** The `dynamic` blocks of a body, or those that make nested blocks of a type. */
export function dynamicBlocks(body: Body, type?: string): readonly Block[] {
  const blocks = body.blocks("dynamic", 1);
  return type === undefined ? blocks : blocks.filter(({ labels }) => labels[0]?.value === type);
}

/**
 * The nested blocks that a `dynamic` block makes, each as an object of its arguments; one unknown value where it is not
 * known what the block runs over.
 * https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
 */
export function dynamicValues(block: Block, scope: Scope): readonly Value[] {
  const content = contentOf(block);
  const collection = block.body.attribute("for_each")?.value;
  if (content === undefined || collection === undefined) return [unknown("the dynamic block has no content")];
  const turns = iterated(evaluate(collection, scope));
  if ("kind" in turns) return [turns];
  const made = turns.map(({ key, value }) => {
    const element = objectValue(new Map(Object.entries({ key: { value: key }, value: { value } })));
    return objectValue(argumentsIn(content, withName(scope, iteratorOf(block), element)), { source: block.range });
  });
  const broken = made.find(isFailed);
  return broken === undefined ? made : [broken];
}

/** What the blocks that a `dynamic` block makes hold. */
export function contentOf({ body }: Block): Body | undefined {
  return body.blocks("content", 0)[0]?.body;
}

/** The name that the content of a `dynamic` block calls its element by: a bare word, in JSON syntax a text. */
export function iteratorOf({ body, labels }: Block): string {
  const iterator = body.attribute("iterator")?.value;
  return (iterator?.kind === "reference" ? iterator.root : literalText(iterator)) ?? labels[0]?.value ?? "";
}

/** The arguments of a body, as the entries of an object. */
export function argumentsIn(body: Body, scope: Scope): ReadonlyMap<string, { readonly value: Value }> {
  return new Map(body.attributes().map(({ name, value }) => [name, { value: evaluate(value, scope) }]));
}

/** A scope with one more name in it. */
function withName(scope: Scope, name: string, value: Value): Scope {
  return {
    ...scope,
    resolve: (root, steps, keyOf) => (root === name ? { value, consumed: 0 } : scope.resolve(root, steps, keyOf)),
  };
}
