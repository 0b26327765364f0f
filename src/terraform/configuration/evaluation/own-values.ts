import type { Attribute, Block, Body } from "../syntax/syntax.js";
import { newEffort } from "./effort.js";
import type { Scope } from "./evaluate.js";
import { evaluate } from "./evaluate.js";
import { listValue, type ObjectEntry, objectValue, stringValue, unknown, type Value } from "./value.js";

/**
 * What a module says by itself: its locals, and nothing that may be another thing elsewhere (variables, data, what is known
 * after the apply). A value from here may be written into the module as it is.
 */
export function ownScope(locals: ReadonlyMap<string, Attribute>): Scope {
  const scope: Scope = {
    effort: newEffort(),
    resolve(root, steps) {
      const [step] = steps;
      const name = step?.kind === "attribute" ? step.name : undefined;
      const local = root === "local" && name !== undefined ? locals.get(name) : undefined;
      if (local !== undefined) return { value: evaluate(local.value, scope), consumed: 1 };
      return { value: unknown(name === undefined ? root : `${root}.${name}`), consumed: steps.length };
    },
  };
  return scope;
}

/** A scope with one more name in it. */
function withName(scope: Scope, name: string, value: Value): Scope {
  return {
    effort: scope.effort,
    resolve: (root, steps, keyOf) => (root === name ? { value, consumed: 0 } : scope.resolve(root, steps, keyOf)),
  };
}

/** What the `dynamic` block makes of its content's arguments, once for each element. https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks */
export function dynamicContents(block: Block, scope: Scope): Value {
  const [content] = block.body.blocks("content", 0);
  const collection = block.body.attribute("for_each")?.value;
  if (content === undefined || collection === undefined) return unknown("the dynamic block has no content");
  const elements = elementsOf(evaluate(collection, scope));
  if (elements === undefined) return unknown(unknownIn(evaluate(collection, scope)) ?? "its for_each");
  const iterator = iteratorOf(block);
  return listValue(
    elements.map(([key, value]) => {
      const item = objectValue(
        new Map([
          ["key", { value: key }],
          ["value", { value }],
        ]),
      );
      return argumentsOf(content.body, withName(scope, iterator, item));
    }),
  );
}

/** The name that the content of a `dynamic` block calls its element by. */
export function iteratorOf({ body, labels }: Block): string {
  const iterator = body.attribute("iterator")?.value;
  if (iterator?.kind === "reference") return iterator.root;
  // JSON syntax has the name in quotes.
  if (iterator?.kind === "literal" && typeof iterator.value === "string") return iterator.value;
  return labels[0]?.value ?? "";
}

export function argumentsOf(body: Body, scope: Scope): Value {
  const entries = body
    .attributes()
    .map(({ name, value }): [string, ObjectEntry] => [name, { value: evaluate(value, scope) }]);
  return objectValue(new Map(entries));
}

function elementsOf(collection: Value): readonly (readonly [Value, Value])[] | undefined {
  if (collection.kind === "set") return collection.elements.map((element) => [element, element]);
  if (collection.kind === "list")
    return collection.elements.map((element, index) => [{ kind: "number", value: index }, element]);
  if (collection.kind === "object") return [...collection.entries].map(([key, { value }]) => [stringValue(key), value]);
  return undefined;
}

/** The first thing in a value that is not known, by what it was called; undefined where all is known. */
export function unknownIn(value: Value): string | undefined {
  if (value.kind === "unknown") return value.reason;
  const parts =
    value.kind === "list" || value.kind === "set"
      ? value.elements
      : value.kind === "object"
        ? [...value.entries.values()].map((entry) => entry.value)
        : [];
  for (const part of parts) {
    const found = unknownIn(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
