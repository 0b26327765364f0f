import { ANY, type TypeConstraint } from "../definition/type-constraint.js";
import type { Expression } from "../syntax/syntax.js";
import {
  boolValue,
  entriesWith,
  failed,
  listValue,
  NULL,
  numberValue,
  type ObjectEntry,
  objectValue,
  originOf,
  partsOf,
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
  if (value.kind === "unknown" || value.kind === "null") return value;
  const inner = (part: Value, to: TypeConstraint) => convert(part, to, constant);
  const all = (parts: readonly Value[], to: TypeConstraint) =>
    to.kind === "any" ? unify(parts) : parts.map((part) => inner(part, to));
  const origin = originOf(value);
  switch (type.kind) {
    case "any":
      return value;
    case "string":
      return toText(value);
    case "number":
      return toNumber(value);
    case "bool":
      return toBool(value);
    case "list":
    case "set": {
      if (value.kind !== "list" && value.kind !== "set") break;
      const elements = all(value.elements, type.element);
      return type.kind === "set" ? setValue(elements, origin) : listValue(elements, origin);
    }
    case "map": {
      if (value.kind !== "object") break;
      const values = all(partsOf(value), type.element).values();
      return objectValue(
        entriesWith(value, (entry) => ({ ...entry, value: values.next().value ?? entry.value })),
        origin,
      );
    }
    case "tuple":
      if (value.kind === "set") return unknown("a set as a tuple");
      if (value.kind !== "list") break;
      if (value.elements.length !== type.elements.length) return failed("wrong number of elements for the type");
      return listValue(
        value.elements.map((element, index) => inner(element, type.elements[index] ?? ANY)),
        origin,
      );
    case "object": {
      if (value.kind !== "object") break;
      const entries = new Map<string, ObjectEntry>();
      for (const [name, attribute] of type.attributes) {
        const entry = value.entries.get(name);
        if (entry === undefined && !attribute.optional) return failed(`the attribute "${name}" is required`);
        const given = entry?.value ?? NULL;
        // A null takes the default too: https://developer.hashicorp.com/terraform/language/expressions/type-constraints#optional-object-type-attributes
        const chosen = given.kind === "null" && attribute.fallback ? constant(attribute.fallback) : given;
        entries.set(name, { ...entry, value: inner(chosen, attribute.type) });
      }
      return objectValue(entries, origin);
    }
  }
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
  if (value.kind === "unknown" || value.kind === "null" || value.kind === "number") return value;
  return value.kind === "string" && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value.value)
    ? numberValue(Number(value.value), originOf(value))
    : failed("a number is required");
}

export function toBool(value: Value): Value {
  if (value.kind === "unknown" || value.kind === "null" || value.kind === "bool") return value;
  const text = value.kind === "string" ? value.value : "";
  if (text === "true" || text === "1") return boolValue(true, originOf(value));
  return text === "false" || text === "0" ? boolValue(false, originOf(value)) : failed("true or false is required");
}

/** `tolist`, with Terraform's order for sets. */
export function toList(value: Value): Value {
  return toSequence(value, "list", listValue);
}

export function toSet(value: Value): Value {
  return toSequence(value, "set", setValue);
}

function toSequence(value: Value, kind: "list" | "set", make: typeof listValue): Value {
  if (value.kind === "unknown" || value.kind === "null") return value;
  if (value.kind !== "list" && value.kind !== "set") return failed(`${article(value.kind)} is not a ${kind}`);
  return make(unify(value.elements), originOf(value));
}

export function toMap(value: Value): Value {
  if (value.kind !== "object") {
    return value.kind === "unknown" || value.kind === "null" ? value : failed(`${article(value.kind)} is not a map`);
  }
  const sorted = { ...value, entries: new Map(sortedEntries(value)) };
  const values = unify(partsOf(sorted)).values();
  return objectValue(
    entriesWith(sorted, (entry) => ({ ...entry, value: values.next().value ?? entry.value })),
    originOf(value),
  );
}

function article(kind: string): string {
  return kind === "object" ? "an object" : kind === "any" ? "any value" : `a ${kind}`;
}
