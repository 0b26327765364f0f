import { compareText } from "../../../base/compare-text.js";
import type { SourceRange } from "../../source-range.js";

/** Where a value was written, and under which name. */
export interface Origin {
  /** Place of the literal that the value comes from. */
  readonly source?: SourceRange;
  /** The variable or local whose definition holds that literal (`var.team`, `local.people`); absent when written in place. */
  readonly via?: string;
}

/** Nobody but Terraform can say what it is. `failed` where Terraform would stop with an error, which `try` and `can` notice. */
export interface UnknownValue {
  readonly kind: "unknown";
  readonly reason: string;
  readonly failed?: boolean;
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
  | ({ readonly kind: "null" } & Origin)
  | ({ readonly kind: "string"; readonly value: string } & Origin)
  | ({ readonly kind: "number"; readonly value: number } & Origin)
  | ({ readonly kind: "bool"; readonly value: boolean } & Origin)
  /** `list` covers lists and tuples; a set's elements are distinct and in Terraform's order. Elements keep their own sources. */
  | ({ readonly kind: "list" | "set"; readonly elements: readonly Value[] } & Origin)
  /** Objects and maps, in source order: Terraform iterates by key, see {@link sortedEntries}. */
  | ({ readonly kind: "object"; readonly entries: ReadonlyMap<string, ObjectEntry> } & Origin);

export interface ObjectEntry {
  readonly value: Value;
  /** The whole `key = value` as written, where there is one. */
  readonly source?: SourceRange;
  /** The key alone. */
  readonly keySource?: SourceRange;
  /** As for {@link Origin}. */
  readonly via?: string;
}

export type KnownValue = Exclude<Value, UnknownValue>;
export type ListValue = Extract<Value, { elements: readonly Value[] }>;
export type ObjectValue = Extract<Value, { kind: "object" }>;

export const NULL: Value = { kind: "null" };

/** Not known here, though Terraform may know it. */
export function unknown(reason: string): UnknownValue {
  return { kind: "unknown", reason };
}

/** Terraform would stop with an error here. */
export function failed(reason: string): UnknownValue {
  return { kind: "unknown", reason, failed: true };
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

export function numberValue(value: number, origin: Origin = {}): Value {
  return Number.isFinite(value) ? { kind: "number", value, ...origin } : failed("not a finite number");
}

export function boolValue(value: boolean, origin: Origin = {}): Value {
  return { kind: "bool", value, ...origin };
}

export function listValue(elements: readonly Value[], origin: Origin = {}): Value {
  return elements.find(isFailed) ?? { kind: "list", elements, ...origin };
}

export function objectValue(entries: ReadonlyMap<string, ObjectEntry>, origin: Origin = {}): Value {
  for (const entry of entries.values()) if (isFailed(entry.value)) return entry.value;
  return { kind: "object", entries, ...origin };
}

/** A set of these elements: distinct, strings by code point and numbers by size, as Terraform iterates. */
export function setValue(elements: readonly Value[], origin: Origin = {}): Value {
  const broken = elements.find(isFailed);
  if (broken) return broken;
  const distinctElements = distinct(elements);
  return { kind: "set", elements: distinctElements.toSorted(compareElements), ...origin };
}

export function isFailed(value: Value): boolean {
  return value.kind === "unknown" && value.failed === true;
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

/** A text that is the same for values that are alike, types included; `undefined` parts do not occur in wholly known values. */
export function identityOf(value: Value): string {
  switch (value.kind) {
    case "unknown":
    case "null":
      return value.kind;
    case "list":
    case "set":
      return `[${value.elements.map(identityOf).join(",")}]`;
    case "object":
      return `{${sortedEntries(value)
        .map(([key, entry]) => `${JSON.stringify(key)}:${identityOf(entry.value)}`)
        .join(",")}}`;
    default:
      return JSON.stringify(value.value);
  }
}

/** Entries by key, the order in which Terraform iterates objects and maps. */
export function sortedEntries(value: ObjectValue): readonly (readonly [string, ObjectEntry])[] {
  return [...value.entries].sort(([a], [b]) => compareText(a, b));
}

function compareElements(a: Value, b: Value): number {
  if (a.kind === "string" && b.kind === "string") return compareText(a.value, b.value);
  if (a.kind === "number" && b.kind === "number") return a.value - b.value;
  if (a.kind === "bool" && b.kind === "bool") return Number(a.value) - Number(b.value);
  return 0;
}

/** The same value, with `via` on every part that has a source and no name yet: the name nearest to the literal stays. */
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

/** The entries of an object, each replaced by what is made of it. */
export function entriesWith(
  { entries }: ObjectValue,
  change: (entry: ObjectEntry) => ObjectEntry,
): Map<string, ObjectEntry> {
  return new Map(Array.from(entries, ([key, entry]) => [key, change(entry)]));
}
