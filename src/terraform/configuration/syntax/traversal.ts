import { formatInstanceKey, type InstanceKey } from "../../addresses/address.js";
import type { Attribute, Body, Expression, TraversalStep } from "./syntax.js";

/** A resource that a reference names, possibly through modules. */
export interface NamedResource {
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** Only where it is written out. */
  readonly key?: InstanceKey;
}

/** Calls `visit` for the expression and every one inside it. */
export function visitExpression(expression: Expression, visit: (expression: Expression) => void): void {
  const waiting: Expression[] = [expression];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    visit(next);
    for (const part of partsOf(next)) waiting.push(part);
  }
}

/** Every argument in a body and in the blocks below it, or those of them that are wanted. */
export function visitBody(
  body: Body,
  visit: (expression: Expression) => void,
  isWanted: (attribute: Attribute) => boolean = () => true,
): void {
  const waiting: Body[] = [body];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const attribute of next.attributes()) if (isWanted(attribute)) visitExpression(attribute.value, visit);
    for (const block of next.allBlocks()) waiting.push(block.body);
  }
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "template":
      return expression.parts.filter((part) => typeof part !== "string");
    case "reference":
      return keysOf(expression.steps);
    case "access":
      return [expression.source, ...keysOf(expression.steps)];
    case "call":
      return expression.args;
    case "tuple":
      return expression.items;
    case "object":
      return expression.items.flatMap(({ key, value }) => [key, value]);
    case "for":
      return [expression.collection, expression.key, expression.value, expression.condition].filter(
        (part) => part !== undefined,
      );
    case "conditional":
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case "operation":
      return expression.operands;
    default:
      return [];
  }
}

function keysOf(steps: readonly TraversalStep[]): readonly Expression[] {
  return steps.flatMap((step) => (step.kind === "index" ? [step.key] : []));
}

/** The resource that a reference names in its own module: `acme_invite.a["x"].id`, `data.acme_invite.a`. */
export function resourceIn(root: string, steps: readonly TraversalStep[]): NamedResource | undefined {
  const data = root === "data";
  const [first, second] = steps;
  const type = data ? nameOf(first) : root;
  const name = nameOf(data ? second : first);
  if (type === undefined || name === undefined) return undefined;
  const index = steps[data ? 2 : 1];
  const key = index?.kind === "index" ? literalKey(index.key) : undefined;
  return { mode: data ? "data" : "managed", type, name, ...(key !== undefined && { key }) };
}

/** As `resourceIn`, past the module steps that `moved`, `removed` and `import` allow. */
export function resourceBelow(root: string, steps: readonly TraversalStep[]): NamedResource | undefined {
  let first: string | undefined = root;
  let rest = steps;
  while (first === "module") {
    const next: number = rest[1]?.kind === "index" ? 2 : 1;
    first = nameOf(rest[next]);
    rest = rest.slice(next + 1);
  }
  return first === undefined ? undefined : resourceIn(first, rest);
}

/** A reference as the address that it is, or undefined where an index is not known; without `keyOf`, not written out. */
export function addressText(
  root: string,
  steps: readonly TraversalStep[],
  keyOf: (key: Expression) => InstanceKey = literalKey,
): string | undefined {
  let text = root;
  for (const step of steps) {
    if (step.kind === "attribute") text += `.${step.name}`;
    else {
      const key = step.kind === "index" ? keyOf(step.key) : undefined;
      if (key === undefined) return undefined;
      text += formatInstanceKey(key);
    }
  }
  return text;
}

function nameOf(step: TraversalStep | undefined): string | undefined {
  return step?.kind === "attribute" ? step.name : undefined;
}

function literalKey(key: Expression): InstanceKey {
  return key.kind === "literal" && (typeof key.value === "string" || typeof key.value === "number")
    ? key.value
    : undefined;
}

/** The text of a string literal. */
export function literalText(expression: Expression | undefined): string | undefined {
  return expression?.kind === "literal" && typeof expression.value === "string" ? expression.value : undefined;
}

/** The value of an object's member with a literal key. */
export function memberNamed(object: Expression, name: string): Expression | undefined {
  return object.kind === "object" ? object.items.find(({ key }) => literalText(key) === name)?.value : undefined;
}
