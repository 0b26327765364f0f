import type { Expression } from "../syntax/syntax.js";
import { literalText } from "../syntax/traversal.js";

/**
 * What the `type` argument of a variable asks for. See [type
 * constraints](https://developer.hashicorp.com/terraform/language/expressions/type-constraints).
 */
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

/** The type that an expression describes, or undefined if it is not a type. */
export function typeConstraint(expression: Expression): TypeConstraint | undefined {
  if (expression.kind === "call") return callType(expression.name, expression.args);
  if (expression.kind === "reference" && expression.steps.length === 0) return keywordType(expression.root);
  // Terraform 0.11's quoted type names are still taken.
  const word = literalText(expression);
  return word === undefined ? undefined : keywordType(word);
}

function keywordType(word: string): TypeConstraint | undefined {
  if (word === "any" || word === "string" || word === "number" || word === "bool") return { kind: word };
  return isCollection(word) ? { kind: word, element: ANY } : undefined;
}

function isCollection(word: string): word is "list" | "set" | "map" {
  return word === "list" || word === "set" || word === "map";
}

function callType(name: string, args: readonly Expression[]): TypeConstraint | undefined {
  const [argument] = args;
  if (argument === undefined || args.length !== 1) return undefined;
  if (isCollection(name)) {
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
      const attribute = objectAttribute(item.value);
      if (item.key.kind !== "literal" || attribute === undefined) return undefined;
      attributes.set(String(item.key.value), attribute);
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
