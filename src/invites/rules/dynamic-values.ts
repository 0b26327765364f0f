import { newEffort } from "../../terraform/configuration/effort.js";
import { constantScope, evaluate } from "../../terraform/configuration/evaluate.js";
import type { Block, Body, Expression } from "../../terraform/configuration/syntax.js";
import type { Value } from "../../terraform/configuration/value.js";

/**
 * What an argument in the content of `dynamic` blocks of a type comes to: where it is written there, or where all that
 * the block runs over is. https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
 */
export function dynamicValues(body: Body, type: string, argument: string): Value[] {
  return dynamicBlocks(body, type).flatMap((block) =>
    block.body.blocks("content", 0).flatMap((content) => {
      const given = content.body.attribute(argument)?.value;
      if (given === undefined) return [];
      const scope = constantScope(newEffort());
      const alone = evaluate(given, scope);
      if (alone.kind !== "unknown") return [alone];
      const repeated = evaluate(repeat(block, type, given), scope);
      return repeated.kind === "list" ? repeated.elements.flatMap(elementsOf) : [];
    }),
  );
}

/** The `dynamic` blocks that make nested blocks of a type. */
export function dynamicBlocks(body: Body, type: string): Block[] {
  return body.blocks("dynamic", 1).filter(({ labels }) => labels[0]?.value === type);
}

/** `[for key, value in FOR_EACH : [for ITERATOR in [{ key = key, value = value }] : GIVEN]]` */
function repeat({ body, range }: Block, type: string, given: Expression): Expression {
  const collection = body.attribute("for_each")?.value ?? { kind: "unsupported", range };
  const iterator = body.attribute("iterator")?.value;
  const valueName = iterator?.kind === "reference" ? iterator.root : type;
  const items = ["key", "value"].map((name) => ({
    key: { kind: "literal", value: name, range } as const,
    value: { kind: "reference", root: `dynamic ${name}`, steps: [], range } as const,
  }));
  const bound: Expression = { kind: "tuple", items: [{ kind: "object", items, range }], range };
  const inner: Expression = { kind: "for", valueName, collection: bound, value: given, grouped: false, range };
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

function elementsOf(value: Value): readonly Value[] {
  return value.kind === "list" ? value.elements : [];
}
