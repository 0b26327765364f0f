import type { Expression } from "../syntax/syntax.js";

/** What the `type` argument of a variable asks for. See [type constraints](https://developer.hashicorp.com/terraform/language/expressions/type-constraints). */
export type TypeConstraint =
  | { readonly kind: "any" | "string" | "number" | "bool" }
  | { readonly kind: "list" | "set" | "map"; readonly element: TypeConstraint }
  | { readonly kind: "tuple"; readonly elements: readonly TypeConstraint[] }
  | { readonly kind: "object"; readonly attributes: ReadonlyMap<string, ObjectAttribute> };

export interface ObjectAttribute {
  readonly type: TypeConstraint;
  readonly optional: boolean;
  /** The default in `optional(type, default)`. */
  readonly fallback?: Expression;
}

export const ANY: TypeConstraint = { kind: "any" };

/** Whether a value for it on the command line or in the environment is taken literally, not as an expression. */
export function isPrimitive(type: TypeConstraint): boolean {
  return type.kind === "string" || type.kind === "number" || type.kind === "bool";
}

/** The type that an expression stands for, or undefined where it is none. */
export function typeConstraint(expression: Expression): TypeConstraint | undefined {
  switch (expression.kind) {
    case "reference":
      return expression.steps.length === 0 ? keywordType(expression.root) : undefined;
    case "literal":
      // Terraform 0.11's quoted type names are still taken.
      return typeof expression.value === "string" ? keywordType(expression.value) : undefined;
    case "call":
      return callType(expression.name, expression.args);
    default:
      return undefined;
  }
}

function keywordType(word: string): TypeConstraint | undefined {
  switch (word) {
    case "any":
    case "string":
    case "number":
    case "bool":
      return { kind: word };
    case "list":
    case "set":
    case "map":
      return { kind: word, element: ANY };
    default:
      return undefined;
  }
}

function callType(name: string, args: readonly Expression[]): TypeConstraint | undefined {
  const [argument] = args;
  if (argument === undefined || args.length !== 1) return undefined;
  if (name === "list" || name === "set" || name === "map") {
    const element = typeConstraint(argument);
    return element && { kind: name, element };
  }
  if (name === "tuple" && argument.kind === "tuple") {
    const elements = argument.items.map(typeConstraint);
    return elements.every((element) => element !== undefined) ? { kind: "tuple", elements } : undefined;
  }
  if (name === "object" && argument.kind === "object") {
    const attributes = new Map<string, ObjectAttribute>();
    for (const item of argument.items) {
      const key = constantKey(item.key);
      const attribute = objectAttribute(item.value);
      if (key === undefined || attribute === undefined) return undefined;
      attributes.set(key, attribute);
    }
    return { kind: "object", attributes };
  }
  return undefined;
}

function objectAttribute(expression: Expression): ObjectAttribute | undefined {
  if (expression.kind !== "call" || expression.name !== "optional") {
    const type = typeConstraint(expression);
    return type && { type, optional: false };
  }
  const [first, fallback] = expression.args;
  const type = first && typeConstraint(first);
  return type && { type, optional: true, ...(fallback !== undefined && { fallback }) };
}

function constantKey(key: Expression): string | undefined {
  return key.kind === "literal" ? String(key.value) : undefined;
}
