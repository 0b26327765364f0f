import { compareText } from "../../../base/compare-text.js";
import type { SourceRange } from "../../source-range.js";
import { BigFloat } from "./big-float.js";
import type { Marks } from "./marks.js";
import {
  ANY,
  type AttributeType,
  BOOL,
  mentions,
  NUMBER,
  STRING,
  sameType,
  UNKNOWN,
  type ValueType,
} from "./value-type.js";

/** Where a value was written, and under which name. */
export interface Origin {
  /** Place of the literal that the value comes from. */
  readonly source?: SourceRange;
  /**
   * The variable or local whose definition holds that literal (`var.team`, `local.people`); absent when written in
   * place.
   */
  readonly via?: string;
}

/** What has to be known before it is shown; see {@link Marks}. */
interface Marked {
  readonly marks?: Marks;
}

/**
 * A value that only Terraform knows. `failed` where Terraform would stop with an error, which `try` and `can` notice.
 */
export interface UnknownValue extends Marked {
  readonly kind: "unknown";
  readonly reason: string;
  readonly failed?: boolean;
  /** What Terraform would have here, where that much is known. */
  readonly type?: ValueType;
}

/**
 * What an expression is known to be, and where that is written.
 *
 * `source` is the place of the literal that the value comes from, wherever variables and locals have
 * carried it since: it is what an edit has to change. Unknown stays unknown; nothing is guessed.
 * What a for-expression makes of an element has the element's source, since removing the element removes it.
 */
export type Value =
  | UnknownValue
  | ({ readonly kind: "null"; readonly type?: ValueType } & Origin & Marked)
  | ({ readonly kind: "string"; readonly value: string } & Origin & Marked)
  | ({ readonly kind: "number"; readonly value: BigFloat } & Origin & Marked)
  | ({ readonly kind: "bool"; readonly value: boolean } & Origin & Marked)
  /**
   * `list` covers lists and tuples; a set's elements are distinct and in Terraform's order. Elements keep their own
   * sources.
   */
  | ({ readonly kind: "list" | "set"; readonly elements: readonly Value[] } & ElementType & Origin & Marked)
  /** Objects and maps, in source order: Terraform iterates by key, see {@link sortedEntries}. */
  | ({ readonly kind: "object"; readonly entries: ReadonlyMap<string, ObjectEntry> } & ElementType & Origin & Marked);

/** The one type that all parts of a list, set or map have; tuples and objects have none. */
interface ElementType {
  readonly of?: ValueType;
}

export interface ObjectEntry {
  readonly value: Value;
  /** The whole `key = value` as written, where there is one. */
  readonly source?: SourceRange;
  /** The key alone. */
  readonly keySource?: SourceRange;
  /** As for {@link Origin}. */
  readonly via?: string;
  /** Of the key. */
  readonly keyMarks?: Marks;
}

export type KnownValue = Exclude<Value, UnknownValue>;
export type ListValue = Extract<Value, { elements: readonly Value[] }>;
export type ObjectValue = Extract<Value, { kind: "object" }>;

export const NULL: Value = { kind: "null" };

/** Not known here, though Terraform may know it. */
export function unknown(reason: string): UnknownValue {
  return { kind: "unknown", reason };
}

/** Not known here, but for its type. */
export function typedUnknown(reason: string, type: ValueType): UnknownValue {
  return { kind: "unknown", reason, type };
}

/** The same, for what is made from it and is of another type. */
export function untyped({ reason, failed, marks }: UnknownValue): UnknownValue {
  return { kind: "unknown", reason, ...(failed !== undefined && { failed }), ...(marks && { marks }) };
}

/** A failure that Terraform may know more of the type of than we do: it goes on with what did not fail. */
export function blurred(value: UnknownValue): UnknownValue {
  return value.failed && value.type && value.type.kind !== "any" ? failed(value.reason, UNKNOWN) : untyped(value);
}

/** A value at which Terraform would stop with an error; its type still matters to the other result of a conditional. */
export function failed(reason: string, type?: ValueType): UnknownValue {
  return { kind: "unknown", reason, failed: true, ...(type && { type }) };
}

/** The origin of a value, to be spread into one made from it. */
export function originOf(value: Value | ObjectEntry): Origin {
  if ("kind" in value && value.kind === "unknown") return {};
  const { source, via } = value as Origin;
  return { ...(source !== undefined && { source }), ...(via !== undefined && { via }) };
}

/** Strings hold NFC text only, as [cty](https://github.com/zclconf/go-cty/blob/main/cty/value_init.go) makes them. */
export function stringValue(value: string, origin: Origin = {}): Value {
  return { kind: "string", value: value.normalize("NFC"), ...origin };
}

/** A count or an index as a number; the language's own arithmetic is {@link BigFloat}'s. */
export function integerValue(value: number, origin: Origin = {}): Value {
  return { kind: "number", value: BigFloat.integer(BigInt(value)), ...origin };
}

/** What arithmetic gave, where it gave anything that we can handle. */
export function numberValue(value: BigFloat | undefined, origin: Origin = {}): Value {
  return value === undefined
    ? typedUnknown("a number too large or too fine", NUMBER)
    : { kind: "number", value, ...origin };
}

export function boolValue(value: boolean, origin: Origin = {}): Value {
  return { kind: "bool", value, ...origin };
}

/** A null of that type, as a map's missing part or an empty list's only element is. */
export function nullOf(type: ValueType, origin: Origin = {}): Value {
  return { kind: "null", type, ...origin };
}

function reasonOfFailure(parts: readonly Value[]): string | undefined {
  const broken = parts.find(isFailed);
  return broken?.kind === "unknown" ? broken.reason : undefined;
}

/** A list where the type of its elements is given, a tuple elsewhere. */
export function listValue(elements: readonly Value[], origin: Origin = {}, of?: ValueType): Value {
  const broken = reasonOfFailure(elements);
  if (broken === undefined) return { kind: "list", elements, ...(of && { of }), ...origin };
  return failed(broken, of === undefined ? tupleOf(elements) : { kind: "list", element: of });
}

/** A map where the type of its elements is given, an object elsewhere. */
export function objectValue(entries: ReadonlyMap<string, ObjectEntry>, origin: Origin = {}, of?: ValueType): Value {
  const broken = reasonOfFailure(Array.from(entries.values(), ({ value }) => value));
  if (broken === undefined) return { kind: "object", entries, ...(of && { of }), ...origin };
  return failed(broken, of === undefined ? objectOf(entries) : { kind: "map", element: of });
}

/** A set of these elements: distinct, and in the order in which Terraform iterates. */
export function setValue(elements: readonly Value[], origin: Origin = {}, of?: ValueType): Value {
  const broken = reasonOfFailure(elements);
  if (broken !== undefined) return failed(broken);
  const [first] = elements;
  const type = of ?? (first === undefined ? ANY : typeOf(first));
  return { kind: "set", elements: inSetOrder(distinct(elements)), of: type, ...origin };
}

export function isFailed(value: Value): boolean {
  return value.kind === "unknown" && value.failed === true;
}

const types = new WeakMap<Value, ValueType>();

/** The type of a value, as far as it is known. */
export function typeOf(value: Value): ValueType {
  const known = types.get(value);
  if (known !== undefined) return known;
  const type = readType(value);
  types.set(value, type);
  return type;
}

function readType(value: Value): ValueType {
  switch (value.kind) {
    case "unknown":
      return value.type ?? (value.failed ? ANY : UNKNOWN);
    case "null":
      return value.type ?? ANY;
    case "string":
      return STRING;
    case "number":
      return NUMBER;
    case "bool":
      return BOOL;
    case "set":
      return { kind: "set", element: value.of ?? ANY };
    case "list":
      return value.of === undefined ? tupleOf(value.elements) : { kind: "list", element: value.of };
    case "object":
      return value.of === undefined ? objectOf(value.entries) : { kind: "map", element: value.of };
  }
}

function tupleOf(elements: readonly Value[]): ValueType {
  return { kind: "tuple", elements: elements.map(typeOf) };
}

function objectOf(entries: ReadonlyMap<string, ObjectEntry>): ValueType {
  const attributes = new Map<string, AttributeType>();
  for (const [name, entry] of entries) attributes.set(name, { type: typeOf(entry.value) });
  return { kind: "object", attributes };
}

/** The elements of a list or set, the values of an object. */
export function partsOf(value: Value): readonly Value[] {
  if (value.kind === "list" || value.kind === "set") return value.elements;
  return value.kind === "object" ? Array.from(value.entries.values(), (entry) => entry.value) : [];
}

/** The reason of the first thing in a value that is not known; undefined where all is known. */
export function unknownIn(value: Value): string | undefined {
  if (value.kind === "unknown") return value.reason;
  for (const part of partsOf(value)) {
    const found = unknownIn(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether nothing in it is unknown. */
export function isWhollyKnown(value: Value): boolean {
  return unknownIn(value) === undefined;
}

/** Equal elements once, the first of each; unknown ones all stay. */
export function distinct(elements: readonly Value[]): readonly Value[] {
  const seen = new Set<string>();
  return elements.filter((element) => {
    if (!isWhollyKnown(element)) return true;
    const identity = identityOf(element);
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

/** A text that is the same for values that Terraform holds equal, types included. For wholly known values. */
export function identityOf(value: Value): string {
  switch (value.kind) {
    case "unknown":
    case "null":
      return value.kind;
    case "list":
    case "set":
      return `${value.kind === "list" && value.of === undefined ? "tuple" : value.kind}[${value.elements.map(identityOf).join(",")}]`;
    case "object":
      return `${value.of === undefined ? "" : "map"}{${sortedEntries(value)
        .map(([key, entry]) => `${JSON.stringify(key)}:${identityOf(entry.value)}`)
        .join(",")}}`;
    case "number":
      return value.value.sign === 0 ? "0" : value.value.toString();
    default:
      return JSON.stringify(value.value);
  }
}

/**
 * Whether two values are equal for Terraform: undefined where that is not known. A tuple never equals a list, nor an
 * object a map. See [Value.Equals](https://github.com/zclconf/go-cty/blob/main/cty/value_ops.go).
 */
export function areEqual(left: Value, right: Value): boolean | undefined {
  if (left.kind === "null" || right.kind === "null") {
    return left.kind === "unknown" || right.kind === "unknown" ? undefined : left.kind === right.kind;
  }
  const [a, b] = [typeOf(left), typeOf(right)];
  if (isOpen(left) || isOpen(right)) return mayMatch(a, b) ? undefined : false;
  if (!sameType(a, b)) return false;
  if (!isWhollyKnown(left) || !isWhollyKnown(right)) return undefined;
  return identityOf(left) === identityOf(right);
}

/** Whether a part of the value has no type yet. */
function isOpen(value: Value): boolean {
  const type = typeOf(value);
  if (mentions(type, "unknown")) return true;
  return value.kind === "unknown" || value.kind === "null" ? mentions(type, "any") : partsOf(value).some(isOpen);
}

/** Whether the types may turn out the same, once all of them is decided. */
function mayMatch(a: ValueType, b: ValueType): boolean {
  if (a.kind === "any" || a.kind === "unknown" || b.kind === "any" || b.kind === "unknown") return true;
  if (a.kind !== b.kind) return false;
  if ("element" in a && "element" in b) return mayMatch(a.element, b.element);
  if (a.kind === "tuple" && b.kind === "tuple") {
    return (
      a.elements.length === b.elements.length && a.elements.every((type, at) => mayMatch(type, b.elements[at] ?? ANY))
    );
  }
  if (a.kind !== "object" || b.kind !== "object") return true;
  return (
    a.attributes.size === b.attributes.size &&
    [...a.attributes].every(([name, { type }]) => {
      const other = b.attributes.get(name);
      return other !== undefined && mayMatch(type, other.type);
    })
  );
}

/** Entries by key, the order in which Terraform iterates objects and maps. */
export function sortedEntries(value: ObjectValue): readonly (readonly [string, ObjectEntry])[] {
  return [...value.entries].sort(([a], [b]) => compareText(a, b));
}

/**
 * Texts by code point, numbers by size, all others by the bytes that Terraform makes from them; nulls and unknown ones
 * last.
 */
function inSetOrder(elements: readonly Value[]): readonly Value[] {
  const rank = (value: Value) => (value.kind === "unknown" ? 2 : value.kind === "null" ? 1 : 0);
  const bytes = new Map<Value, string>();
  const bytesOf = (value: Value) => {
    const known = bytes.get(value) ?? setBytes(value);
    bytes.set(value, known);
    return known;
  };
  return elements.toSorted((a, b) => {
    if (a.kind === "string" && b.kind === "string") return compareText(a.value, b.value);
    if (a.kind === "number" && b.kind === "number") return a.value.compare(b.value);
    if (a.kind === "bool" && b.kind === "bool") return Number(a.value) - Number(b.value);
    return rank(a) - rank(b) || (rank(a) === 0 ? compareText(bytesOf(a), bytesOf(b)) : 0);
  });
}

/** See [set_internals.go](https://github.com/zclconf/go-cty/blob/main/cty/set_internals.go). */
function setBytes(value: Value): string {
  const parts = () =>
    partsOf(value)
      .map((part) => `${setBytes(part)};`)
      .join("");
  switch (value.kind) {
    case "unknown":
      return "?";
    case "null":
      return "~";
    case "string":
      return goQuoted(value.value);
    case "number":
      return value.value.toGeneral(10);
    case "bool":
      return value.value ? "T" : "F";
    case "set":
      return `[${parts()}]`;
    case "list":
      return value.of === undefined ? `<${parts()}>` : `[${parts()}]`;
    case "object": {
      const inner = sortedEntries(value).map(([key, entry]) =>
        value.of === undefined ? `${setBytes(entry.value)};` : `${goQuoted(key)}:${setBytes(entry.value)};`,
      );
      return value.of === undefined ? `<${inner.join("")}>` : `{${inner.join("")}}`;
    }
  }
}

/** Go's `%q`. */
function goQuoted(text: string): string {
  const escaped = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (found) => {
    const short = GO_ESCAPES.get(found);
    if (short !== undefined) return short;
    const code = found.codePointAt(0) ?? 0;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
  });
  return `"${escaped}"`;
}

const GO_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
]);

/**
 * The same value, with `via` on every part that has a source and no name yet: the name nearest to the literal stays.
 */
export function named(value: Value, via: string): Value {
  if (value.kind === "unknown") return value;
  const parts = withParts(
    value,
    (element) => named(element, via),
    (entry) => ({ ...entry, value: named(entry.value, via), via: entry.via ?? via }),
  );
  return { ...parts, via: value.via ?? via };
}

/** The same value without sources, for what was written outside any file (an environment variable, a flag). */
export function withoutSource(value: Value): Value {
  if (value.kind === "unknown") return value;
  const { source, via, ...bare } = withParts(value, withoutSource, (entry) => ({ value: withoutSource(entry.value) }));
  return bare;
}

function withParts(
  value: KnownValue,
  element: (element: Value) => Value,
  entry: (entry: ObjectEntry) => ObjectEntry,
): KnownValue {
  if (value.kind === "list" || value.kind === "set") return { ...value, elements: value.elements.map(element) };
  return value.kind === "object" ? { ...value, entries: entriesWith(value, entry) } : value;
}

/** The entries of an object, each replaced by what is made from it. */
export function entriesWith(
  { entries }: ObjectValue,
  change: (entry: ObjectEntry) => ObjectEntry,
): Map<string, ObjectEntry> {
  return new Map(Array.from(entries, ([key, entry]) => [key, change(entry)]));
}
