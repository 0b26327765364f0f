import type { Expression } from "../syntax/syntax.js";
import { BigFloat } from "./big-float.js";
import {
  boolValue,
  entriesWith,
  failed,
  isFailed,
  type ListValue,
  listValue,
  NULL,
  nullOf,
  numberValue,
  type ObjectEntry,
  type ObjectValue,
  objectValue,
  originOf,
  partsOf,
  setValue,
  sortedEntries,
  stringValue,
  typeOf,
  type UnknownValue,
  unknown,
  type Value,
} from "./value.js";
import {
  ANY,
  type AttributeType,
  BOOL,
  commonType,
  isConvertible,
  listOf,
  mapOf,
  mentions,
  NUMBER,
  partTypes,
  STRING,
  sameType,
  setOf,
  unifyTypes,
  type ValueType,
} from "./value-type.js";

/** Evaluates the default of an optional attribute. */
type Constant = (expression: Expression) => Value;

/**
 * The value as that type, the way Terraform converts what is assigned to a variable or given to a function: a list
 * becomes a set, numbers become strings, undeclared attributes are dropped. Unknown parts stay as they are.
 * See [convert.Convert](https://github.com/zclconf/go-cty/blob/main/cty/convert/public.go).
 */
export function convert(value: Value, type: ValueType, constant: Constant = () => NULL): Value {
  if (isFailed(value)) return value;
  const given = typeOf(value);
  if (!isConvertible(given, type) && !sameType(given, type)) {
    return failed(`${article(value.kind)} cannot become ${article(type.kind)}`);
  }
  return converted(value, type, constant);
}

function converted(value: Value, type: ValueType, constant: Constant): Value {
  if (type.kind === "any") return value;
  if (value.kind === "unknown")
    return isFailed(value) || mentions(type, "any") ? value : { ...value, type: plain(type) };
  if (type.kind === "unknown") return hasOnlyText(value) ? value : UNDECIDED;
  if (value.kind === "null") return nullOf(decided(plain(type), typeOf(value)), originOf(value));
  switch (type.kind) {
    case "string":
      return toText(value);
    case "number":
      return toNumber(value);
    case "bool":
      return toBool(value);
    case "list":
    case "set":
      if (value.kind === "list" || value.kind === "set") return toCollection(value, type.kind, type.element, constant);
      break;
    case "map":
      if (value.kind === "object") return toMapOf(value, type.element, constant);
      break;
    case "tuple":
      if (value.kind !== "list") break;
      return listValue(
        value.elements.map((element, index) => converted(element, type.elements[index] ?? ANY, constant)),
        originOf(value),
      );
    case "object":
      if (value.kind === "object") return toObject(value, type.attributes, constant);
  }
  return failed(`${article(value.kind)} cannot become ${article(type.kind)}`);
}

const UNDECIDED = unknown("its type depends on something that is not known");

/** Whether a value contains only text, which stays text in any conversion to a common type. */
function hasOnlyText(value: Value): boolean {
  if (value.kind === "number" || value.kind === "bool") return false;
  return partsOf(value).every(hasOnlyText);
}

function toCollection(value: ListValue, kind: "list" | "set", element: ValueType, constant: Constant): Value {
  const make = kind === "list" ? listValue : setValue;
  const common = commonElements(value.elements, value.of, element, constant);
  return common === undefined ? NO_COMMON_TYPE : make(common.elements, originOf(value), common.of);
}

function toMapOf(value: ObjectValue, element: ValueType, constant: Constant): Value {
  const sorted = value.of === undefined ? { ...value, entries: new Map(sortedEntries(value)) } : value;
  const common = commonElements(partsOf(sorted), value.of, element, constant);
  if (common === undefined) return NO_COMMON_TYPE;
  const values = common.elements.values();
  return objectValue(
    entriesWith(sorted, (entry) => ({ ...entry, value: values.next().value ?? entry.value })),
    originOf(value),
    common.of,
  );
}

const NO_COMMON_TYPE = failed("its elements have no type in common");

interface Common {
  readonly elements: readonly Value[];
  readonly of: ValueType;
}

/** The parts of a collection as that type, or for `any`, as their common type; undefined without one. */
function commonElements(
  parts: readonly Value[],
  of: ValueType | undefined,
  wanted: ValueType,
  constant: Constant,
): Common | undefined {
  if (wanted.kind === "any") {
    if (of !== undefined) return { elements: parts, of };
    const unified = parts.length === 0 ? ANY : commonType(parts.map(typeOf));
    if (unified === undefined) return undefined;
    return { elements: parts.map((part) => convertedWhereOther(part, unified, constant)), of: unified };
  }
  const elements = parts.map((part) => converted(part, wanted, constant));
  if (!mentions(wanted, "any") || elements.length === 0) return { elements, of: plain(wanted) };
  const unified = commonType(elements.map(typeOf));
  if (unified === undefined) return undefined;
  return { elements: elements.map((part) => convertedWhereOther(part, unified, constant)), of: unified };
}

function convertedWhereOther(value: Value, type: ValueType, constant: Constant): Value {
  return sameType(typeOf(value), type) ? value : converted(value, type, constant);
}

function toObject(value: ObjectValue, attributes: ReadonlyMap<string, AttributeType>, constant: Constant): Value {
  const entries = new Map<string, ObjectEntry>();
  for (const [name, attribute] of attributes) {
    const entry = value.entries.get(name);
    if (entry === undefined && !attribute.optional) return failed(`the attribute "${name}" is required`);
    const given = entry?.value ?? NULL;
    // A null takes the default too:
    // https://developer.hashicorp.com/terraform/language/expressions/type-constraints#optional-object-type-attributes
    const chosen = given.kind === "null" && attribute.fallback ? constant(attribute.fallback) : given;
    entries.set(name, { ...entry, value: converted(chosen, attribute.type, constant) });
  }
  return objectValue(entries, originOf(value));
}

/** The type as values have it: only constraints have optional attributes. */
function plain(type: ValueType): ValueType {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return { kind: type.kind, element: plain(type.element) };
    case "tuple":
      return { kind: "tuple", elements: type.elements.map(plain) };
    case "object":
      return {
        kind: "object",
        attributes: new Map(Array.from(type.attributes, ([name, each]) => [name, { type: plain(each.type) }])),
      };
    default:
      return type;
  }
}

/** What a collection leaves open, filled in from the type of what becomes one. */
function decided(type: ValueType, given: ValueType): ValueType {
  if (!("element" in type) || type.element.kind !== "any") return type;
  if ("element" in given) return { kind: type.kind, element: given.element };
  const parts = partTypes(given);
  return parts.length === 0 ? type : { kind: type.kind, element: unifyTypes(parts) ?? ANY };
}

/** Converted where it is known, with the type noted where it is not. */
function primitive(type: ValueType, read: (value: Value) => Value): (value: Value) => Value {
  return (value) => {
    if (value.kind === "null") return nullOf(type, originOf(value));
    if (value.kind !== "unknown") return read(value);
    const given = typeOf(value);
    return isFailed(value) || isConvertible(given, type) || sameType(given, type)
      ? withType(value, type)
      : failed(`${article(given.kind)} cannot become ${article(type.kind)}`);
  };
}

function withType(value: UnknownValue, type: ValueType): UnknownValue {
  return value.failed ? value : { ...value, type };
}

export const toText = primitive(STRING, (value) => {
  if (value.kind === "string") return value;
  if (value.kind === "bool" || value.kind === "number") return stringValue(value.value.toString(), originOf(value));
  return failed(`${article(value.kind)} is not text`);
});

export const toNumber = primitive(NUMBER, (value) => {
  if (value.kind === "number") return value;
  const parsed = value.kind === "string" ? BigFloat.parse(value.value) : undefined;
  if (parsed === "too-large") return numberValue(undefined);
  return parsed === undefined ? failed("a number is required") : numberValue(parsed, originOf(value));
});

export const toBool = primitive(BOOL, (value) => {
  if (value.kind === "bool") return value;
  const text = value.kind === "string" ? value.value : "";
  if (text === "true" || text === "1") return boolValue(true, originOf(value));
  return text === "false" || text === "0" ? boolValue(false, originOf(value)) : failed("true or false is required");
});

export const ANY_LIST = listOf(ANY);
export const ANY_SET = setOf(ANY);
export const ANY_MAP = mapOf(ANY);

export function article(kind: string): string {
  return /^[aeiou]/.test(kind) ? (kind === "any" ? "any value" : `an ${kind}`) : `a ${kind}`;
}
