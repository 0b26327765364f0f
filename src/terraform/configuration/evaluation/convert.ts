import { ANY, type TypeConstraint } from "../definition/type-constraint.js";
import type { Expression } from "../syntax/syntax.js";
import {
  boolValue,
  failed,
  listValue,
  NULL,
  numberValue,
  type ObjectEntry,
  objectValue,
  originOf,
  setValue,
  sortedEntries,
  stringValue,
  unknown,
  type Value,
} from "./value.js";

/**
 * The value as that type, the way Terraform converts what is assigned to a variable: a list becomes a set, numbers become
 * strings, undeclared attributes are dropped. Unknown parts stay as they are. `constant` evaluates defaults of optional attributes.
 */
export function convert(value: Value, type: TypeConstraint, constant: (expression: Expression) => Value): Value {
  if (value.kind === "unknown" || type.kind === "any") return value;
  if (value.kind === "null") return value;
  switch (type.kind) {
    case "string":
      return toText(value);
    case "number":
      return toNumber(value);
    case "bool":
      return toBool(value);
    case "list":
    case "set": {
      if (value.kind !== "list" && value.kind !== "set") return mismatch(value, type);
      const elements = elementsOf(value.elements, type.element, constant);
      return type.kind === "set" ? setValue(elements, originOf(value)) : listValue(elements, originOf(value));
    }
    case "map": {
      if (value.kind !== "object") return mismatch(value, type);
      const keys = [...value.entries];
      const converted = elementsOf(
        keys.map(([, entry]) => entry.value),
        type.element,
        constant,
      );
      const entries = new Map<string, ObjectEntry>();
      for (const [index, [key, entry]] of keys.entries()) {
        entries.set(key, { ...entry, value: converted[index] ?? entry.value });
      }
      return objectValue(entries, originOf(value));
    }
    case "tuple": {
      if (value.kind !== "list") return value.kind === "set" ? unknown("a set as a tuple") : mismatch(value, type);
      if (value.elements.length !== type.elements.length) return failed("wrong number of elements for the type");
      return listValue(
        value.elements.map((element, index) => convert(element, type.elements[index] ?? ANY, constant)),
        originOf(value),
      );
    }
    case "object": {
      if (value.kind !== "object") return mismatch(value, type);
      const entries = new Map<string, ObjectEntry>();
      for (const [name, attribute] of type.attributes) {
        const entry = value.entries.get(name);
        if (entry === undefined && !attribute.optional) return failed(`the attribute "${name}" is required`);
        const given = entry?.value ?? NULL;
        // A null takes the default too: https://developer.hashicorp.com/terraform/language/expressions/type-constraints#optional-object-type-attributes
        const chosen = given.kind === "null" && attribute.fallback ? constant(attribute.fallback) : given;
        entries.set(name, { ...entry, value: convert(chosen, attribute.type, constant) });
      }
      return objectValue(entries, originOf(value));
    }
  }
}

function elementsOf(
  elements: readonly Value[],
  type: TypeConstraint,
  constant: (expression: Expression) => Value,
): readonly Value[] {
  return type.kind === "any" ? unify(elements) : elements.map((element) => convert(element, type, constant));
}

function mismatch(value: Value, type: TypeConstraint): Value {
  return failed(`${article(value.kind)} cannot become ${article(type.kind)}`);
}

/**
 * Elements of one collection get one type: strings as soon as there is a string among them. Elements that have no common type stay.
 * See [convert.UnifyUnsafe](https://github.com/zclconf/go-cty/blob/main/cty/convert/unify.go).
 */
export function unify(values: readonly Value[]): readonly Value[] {
  const kinds = new Set(values.map((value) => value.kind));
  if (!kinds.has("string") || !(kinds.has("number") || kinds.has("bool"))) return values;
  return values.map((value) => (value.kind === "number" || value.kind === "bool" ? toText(value) : value));
}

export function toText(value: Value): Value {
  switch (value.kind) {
    case "unknown":
    case "null":
    case "string":
      return value;
    case "bool":
      return stringValue(String(value.value), originOf(value));
    case "number": {
      const text = String(value.value);
      // Terraform's numbers have 512 bits and never an exponent in print.
      return /^-?\d+(\.\d+)?$/.test(text) && (!Number.isInteger(value.value) || Number.isSafeInteger(value.value))
        ? stringValue(text, originOf(value))
        : unknown("a number too large or too fine to be printed exactly");
    }
    default:
      return failed(`${article(value.kind)} is not text`);
  }
}

export function toNumber(value: Value): Value {
  switch (value.kind) {
    case "unknown":
    case "null":
    case "number":
      return value;
    case "string":
      return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value.value)
        ? numberValue(Number(value.value), originOf(value))
        : failed("a number is required");
    default:
      return failed("a number is required");
  }
}

export function toBool(value: Value): Value {
  switch (value.kind) {
    case "unknown":
    case "null":
    case "bool":
      return value;
    case "string":
      if (value.value === "true" || value.value === "1") return boolValue(true, originOf(value));
      if (value.value === "false" || value.value === "0") return boolValue(false, originOf(value));
      return failed("true or false is required");
    default:
      return failed("true or false is required");
  }
}

/** `tolist`, with Terraform's order for sets. */
export function toList(value: Value): Value {
  if (value.kind === "unknown" || value.kind === "null") return value;
  if (value.kind !== "list" && value.kind !== "set") return failed(`${article(value.kind)} is not a list`);
  return listValue(unify(value.elements), originOf(value));
}

export function toSet(value: Value): Value {
  if (value.kind === "unknown" || value.kind === "null") return value;
  if (value.kind !== "list" && value.kind !== "set") return failed(`${article(value.kind)} is not a set`);
  return setValue(unify(value.elements), originOf(value));
}

export function toMap(value: Value): Value {
  if (value.kind === "unknown" || value.kind === "null") return value;
  if (value.kind !== "object") return failed(`${article(value.kind)} is not a map`);
  const sorted = sortedEntries(value);
  const values = unify(sorted.map(([, entry]) => entry.value));
  return objectValue(
    new Map(sorted.map(([key, entry], index) => [key, { ...entry, value: values[index] ?? entry.value }])),
    originOf(value),
  );
}

function article(kind: string): string {
  return kind === "object" ? "an object" : kind === "any" ? "any value" : `a ${kind}`;
}
