import { compareText } from "../../../base/compare-text.js";
import type { ObjectAttribute } from "../definition/type-constraint.js";

/**
 * The type of a value. `any` is Terraform's own "not decided yet" (the type of `null`, the elements of `tolist([])`);
 * `unknown` is a type that Terraform knows and we do not.
 */
export type ValueType =
  | { readonly kind: "any" | "unknown" | "string" | "number" | "bool" }
  | { readonly kind: "list" | "set" | "map"; readonly element: ValueType }
  | { readonly kind: "tuple"; readonly elements: readonly ValueType[] }
  | { readonly kind: "object"; readonly attributes: ReadonlyMap<string, AttributeType> };

export type AttributeType = Omit<ObjectAttribute, "type" | "optional"> & {
  readonly type: ValueType;
  readonly optional?: boolean;
};

export const ANY: ValueType = { kind: "any" };
export const UNKNOWN: ValueType = { kind: "unknown" };
export const STRING: ValueType = { kind: "string" };
export const NUMBER: ValueType = { kind: "number" };
export const BOOL: ValueType = { kind: "bool" };
export const listOf = (element: ValueType): ValueType => ({ kind: "list", element });
export const setOf = (element: ValueType): ValueType => ({ kind: "set", element });
export const mapOf = (element: ValueType): ValueType => ({ kind: "map", element });

const keys = new WeakMap<ValueType, string>();

/** The same text for the same type. */
export function typeKey(type: ValueType): string {
  const known = keys.get(type);
  if (known !== undefined) return known;
  const key = writeKey(type);
  keys.set(type, key);
  return key;
}

function writeKey(type: ValueType): string {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return `${type.kind}(${typeKey(type.element)})`;
    case "tuple":
      return `tuple(${type.elements.map(typeKey).join(",")})`;
    case "object":
      return `object(${[...type.attributes]
        .sort(([a], [b]) => compareText(a, b))
        .map(([name, attribute]) => `${JSON.stringify(name)}=${typeKey(attribute.type)}`)
        .join(",")})`;
    default:
      return type.kind;
  }
}

export function sameType(a: ValueType, b: ValueType): boolean {
  return a === b || typeKey(a) === typeKey(b);
}

/** Whether a part of the type is of that kind. */
export function mentions(type: ValueType, kind: "any" | "unknown"): boolean {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return mentions(type.element, kind);
    case "tuple":
      return type.elements.some((element) => mentions(element, kind));
    case "object":
      return [...type.attributes.values()].some((attribute) => mentions(attribute.type, kind));
    default:
      return type.kind === kind;
  }
}

/** How many parts a type has; not counted on beyond the limit. */
export function typeSize(type: ValueType, limit: number): number {
  let size = 0;
  const open = [type];
  for (let next = open.pop(); next !== undefined && size <= limit; next = open.pop()) {
    size += 1;
    if ("element" in next) open.push(next.element);
    else for (const part of partTypes(next)) open.push(part);
  }
  return size;
}

/**
 * One type for all of them, per [convert.Unify](https://github.com/zclconf/go-cty/blob/main/cty/convert/unify.go):
 * undefined if they have none in common, `unknown` if it depends on a type that tfinvite doesn't know.
 */
export function unifyTypes(types: readonly ValueType[], unsafe = true): ValueType | undefined {
  const distinct = [...new Map(types.map((type) => [typeKey(type), type])).values()];
  const [first] = distinct;
  if (distinct.length <= 1) return first;
  if (distinct.some(({ kind }) => kind === "unknown")) {
    // Beside text, all other types become text.
    const rest = distinct.filter(({ kind }) => kind !== "unknown" && kind !== "any");
    return rest.length > 0 && rest.every(isPrimitive) && rest.some(({ kind }) => kind === "string") ? STRING : UNKNOWN;
  }
  const byShape = unifyShapes(distinct, unsafe);
  if (byShape !== "by-preference") return byShape;
  return preferred(distinct).find((wanted) =>
    distinct.every((type) => sameType(type, wanted) || isConvertible(type, wanted, unsafe)),
  );
}

function isPrimitive({ kind }: ValueType): boolean {
  return kind === "string" || kind === "number" || kind === "bool";
}

function unifyShapes(types: readonly ValueType[], unsafe: boolean): ValueType | undefined | "by-preference" {
  const kinds = new Set(types.map(({ kind }) => kind));
  const dynamic = kinds.delete("any");
  const only = (...allowed: ValueType["kind"][]) => [...kinds].every((kind) => allowed.includes(kind));
  for (const kind of ["map", "list", "set"] as const) {
    if (kinds.has(kind) && only(kind)) {
      if (dynamic) return ANY;
      const element = unifyTypes(types.map(elementOf), unsafe);
      return element && { kind, element };
    }
  }
  if (kinds.has("map") && only("map", "object")) return asCollections(types, "object", "map", unsafe);
  if (kinds.has("list") && only("list", "tuple")) return asCollections(types, "tuple", "list", unsafe);
  if (kinds.has("object") && only("object")) return dynamic ? ANY : unifyObjects(types, unsafe);
  if (kinds.has("tuple") && only("tuple")) return dynamic ? ANY : unifyTuples(types, unsafe);
  return kinds.has("object") && kinds.has("tuple") ? undefined : "by-preference";
}

function elementOf(type: ValueType): ValueType {
  return "element" in type ? type.element : UNKNOWN;
}

/** Objects beside maps are tried as maps, tuples beside lists as lists. */
function asCollections(
  types: readonly ValueType[],
  structural: "object" | "tuple",
  collection: "map" | "list",
  unsafe: boolean,
): ValueType | undefined | "by-preference" {
  const structures = types.filter(({ kind }) => kind === structural);
  const common = collectionType(structures, collection, unsafe);
  if (common === undefined) return "by-preference";
  const unified = unifyTypes([...types.filter(({ kind }) => kind !== structural), common], unsafe);
  return unified?.kind === collection || unified?.kind === "unknown" ? unified : "by-preference";
}

/** The list or map that all parts of these tuples or objects fit into. */
function collectionType(types: readonly ValueType[], kind: "map" | "list", unsafe: boolean): ValueType | undefined {
  const parts = types.flatMap(partTypes);
  const element = unifyTypes(parts, unsafe);
  if (element === undefined) return undefined;
  const type: ValueType = { kind, element };
  return types.every((from) => isConvertible(from, type, unsafe)) ? type : undefined;
}

/** The types of a tuple's or object's parts. */
export function partTypes(type: ValueType): readonly ValueType[] {
  if (type.kind === "tuple") return type.elements;
  return type.kind === "object" ? Array.from(type.attributes.values(), (attribute) => attribute.type) : [];
}

function unifyObjects(types: readonly ValueType[], unsafe: boolean): ValueType | undefined {
  const objects = types.flatMap((type) => (type.kind === "object" ? [type.attributes] : []));
  const [first = new Map<string, AttributeType>()] = objects;
  const alike = objects.every(
    (attributes) => attributes.size === first.size && [...attributes.keys()].every((name) => first.has(name)),
  );
  if (!alike) return collectionType(types, "map", unsafe);
  const attributes = new Map<string, AttributeType>();
  for (const name of first.keys()) {
    const type = unifyTypes(
      objects.map((each) => each.get(name)?.type ?? UNKNOWN),
      unsafe,
    );
    if (type === undefined) return undefined;
    attributes.set(name, { type });
  }
  const unified: ValueType = { kind: "object", attributes };
  const fits = types.every((type) => sameType(type, unified) || isConvertible(type, unified, unsafe));
  return fits ? unified : collectionType(types, "map", unsafe);
}

function unifyTuples(types: readonly ValueType[], unsafe: boolean): ValueType | undefined {
  const tuples = types.flatMap((type) => (type.kind === "tuple" ? [type.elements] : []));
  const [first = []] = tuples;
  if (tuples.some((elements) => elements.length !== first.length)) return collectionType(types, "list", unsafe);
  const elements: ValueType[] = [];
  for (const index of first.keys()) {
    const type = unifyTypes(
      tuples.map((tuple) => tuple[index] ?? UNKNOWN),
      unsafe,
    );
    if (type === undefined) return undefined;
    elements.push(type);
  }
  const unified: ValueType = { kind: "tuple", elements };
  const fits = types.every((type) => sameType(type, unified) || isConvertible(type, unified, unsafe));
  return fits ? unified : collectionType(types, "list", unsafe);
}

/** In the order in which they are to be tried: a text before a number, a list before a set. */
function preferred(types: readonly ValueType[]): readonly ValueType[] {
  const waiting = types.map((type) => types.filter((other) => comparePreference(other, type) < 0).length);
  const queue = [...types.keys()].filter((index) => waiting[index] === 0);
  for (const index of queue) {
    for (const [other, type] of types.entries()) {
      if (other === index || comparePreference(types[index] ?? ANY, type) >= 0) continue;
      waiting[other] = (waiting[other] ?? 0) - 1;
      if (waiting[other] === 0) queue.push(other);
    }
  }
  return queue.map((index) => types[index] ?? ANY);
}

/**
 * Below zero where `a` is to be tried first. See
 * [compareTypes](https://github.com/zclconf/go-cty/blob/main/cty/convert/compare_types.go).
 */
function comparePreference(a: ValueType, b: ValueType): number {
  if (a.kind === "any" || b.kind === "any") return Number(a.kind === "any") - Number(b.kind === "any");
  if (isPrimitive(a) && isPrimitive(b)) return Number(b.kind === "string") - Number(a.kind === "string");
  if (a.kind === b.kind && "element" in a && "element" in b) return comparePreference(a.element, b.element);
  for (const [before, after] of PREFERENCES) {
    if (a.kind === before && b.kind === after) return -1;
    if (a.kind === after && b.kind === before) return 1;
  }
  if (a.kind === "tuple" && b.kind === "tuple") return compareParts(a.elements, b.elements);
  if (a.kind !== "object" || b.kind !== "object") return 0;
  const names = [...a.attributes.keys()];
  if (names.length !== b.attributes.size || names.some((name) => !b.attributes.has(name))) return 0;
  return compareParts(
    names.map((name) => a.attributes.get(name)?.type ?? ANY),
    names.map((name) => b.attributes.get(name)?.type ?? ANY),
  );
}

const PREFERENCES: readonly (readonly [ValueType["kind"], ValueType["kind"]])[] = [
  ["tuple", "set"],
  ["list", "set"],
  ["list", "tuple"],
  ["map", "object"],
];

function compareParts(a: readonly ValueType[], b: readonly ValueType[]): number {
  if (a.length !== b.length) return 0;
  const compared = a.map((type, index) => comparePreference(type, b[index] ?? ANY));
  const before = compared.some((order) => order < 0);
  const after = compared.some((order) => order > 0);
  return before === after ? 0 : before ? -1 : 1;
}

/**
 * Whether values of one type can become another; a particular value may still fail, as the text "x" does as a number.
 * `unsafe` allows what not every value survives. See [getConversion](https://github.com/zclconf/go-cty/blob/main/cty/convert/conversion.go).
 */
export function isConvertible(from: ValueType, to: ValueType, unsafe = true): boolean {
  if (to.kind === "any" || to.kind === "unknown" || from.kind === "unknown") return true;
  if (from.kind === "any") return unsafe;
  const inner = (part: ValueType, wanted: ValueType) => sameType(part, wanted) || isConvertible(part, wanted, unsafe);
  switch (to.kind) {
    case "string":
      return isPrimitive(from);
    case "number":
    case "bool":
      return from.kind === to.kind || (unsafe && from.kind === "string");
    case "list":
    case "set":
      if (from.kind === "tuple") return partsFit(from.elements, to.element, unsafe);
      if (to.kind === "set" && from.kind === "list" && !unsafe) return false;
      return (from.kind === "list" || from.kind === "set") && inner(from.element, to.element);
    case "map":
      // Objects whose parts have nothing in common are refused only once they are converted.
      if (from.kind === "object" && to.element.kind === "any")
        return unifyTypes(partTypes(from), unsafe) !== undefined || from.attributes.size === 0;
      if (from.kind === "object") return partsFit(partTypes(from), to.element, unsafe);
      return from.kind === "map" && inner(from.element, to.element);
    case "tuple":
      return (
        from.kind === "tuple" &&
        from.elements.length === to.elements.length &&
        from.elements.every((element, index) => inner(element, to.elements[index] ?? ANY))
      );
    case "object":
      if (from.kind === "map") {
        if (!unsafe) return false;
        return [...to.attributes.values()].every(({ type, optional }) => optional || inner(from.element, type));
      }
      if (from.kind !== "object") return false;
      return [...to.attributes].every(([name, { type, optional = false }]) => {
        const given = from.attributes.get(name);
        return given === undefined ? optional : inner(given.type, type);
      });
  }
}

/** One type for the elements of one collection, which `any` is only where all are. */
export function commonType(parts: readonly ValueType[], unsafe = true): ValueType | undefined {
  const unified = unifyTypes(parts, unsafe);
  return unified?.kind === "any" && parts.some(({ kind }) => kind !== "any") ? undefined : unified;
}

function partsFit(parts: readonly ValueType[], element: ValueType, unsafe: boolean): boolean {
  if (parts.length === 0) return true;
  const wanted = element.kind === "any" ? commonType(parts, unsafe) : element;
  return wanted !== undefined && parts.every((part) => sameType(part, wanted) || isConvertible(part, wanted, unsafe));
}
