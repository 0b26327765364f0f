import { compareText } from "../../../base/compare-text.js";
import { ANY_LIST, ANY_SET, convert, toBool } from "./convert.js";
import {
  COUNT,
  elementsOf,
  type FunctionSpec,
  indexOf,
  isMapping,
  isSequence,
  MOST_ELEMENTS,
  NOT_WHOLE,
  OF_VERSION,
  originOfFirst,
  type Parameter,
  SHALLOW,
  TEXT,
  TOO_LARGE,
  textOf,
} from "./function-spec.js";
import { characters } from "./text-functions.js";
import {
  areEqual,
  boolValue,
  distinct,
  failed,
  identityOf,
  integerValue,
  isWhollyKnown,
  listValue,
  NULL,
  nullOf,
  type ObjectEntry,
  objectValue,
  originOf,
  partsOf,
  setValue,
  sortedEntries,
  stringValue,
  typeOf,
  unknown,
  unknownIn,
  type Value,
} from "./value.js";
import {
  ANY,
  BOOL,
  commonType,
  listOf,
  mapOf,
  NUMBER,
  STRING,
  sameType,
  unifyTypes,
  type ValueType,
} from "./value-type.js";

const someUnknown = (value: Value): Value => unknown(unknownIn(value) ?? "part of it is not known");

// --- lists and sets -----------------------------------------------------------------------------------------------

function length(value: Value | undefined): Value {
  if (value?.kind === "string") return integerValue(characters(value.value).length);
  if (!isSequence(value) && !isMapping(value)) return failed("length() needs a text or a collection");
  // Unknown elements of a set may turn out equal.
  if (value.kind === "set" && !isWhollyKnown(value)) return someUnknown(value);
  return integerValue(partsOf(value).length);
}

function element(list: Value | undefined, index: number | undefined): Value {
  if (list?.kind !== "list") return failed("element() takes a list");
  if (index === undefined) return NOT_WHOLE;
  const { length: count } = list.elements;
  if (count > 0 && index < 0) return OF_VERSION;
  return list.elements[index % count] ?? failed("element() of an empty list");
}

/** Where the wanted value is first found; what is not known may equal it too. */
function search(list: Value, wanted: Value): { readonly found?: number; readonly hole?: Value } {
  let hole: Value | undefined;
  for (const [index, candidate] of elementsOf(list).entries()) {
    const equal = areEqual(candidate, wanted);
    if (equal === true) return { found: index, ...(hole && { hole }) };
    if (equal === undefined) hole ??= someUnknown(isWhollyKnown(candidate) ? wanted : candidate);
  }
  return hole === undefined ? {} : { hole };
}

const contains: FunctionSpec = {
  params: [SHALLOW, { type: ANY, nullable: true, unknown: "parts" }],
  result: BOOL,
  run: ([list = NULL, wanted = NULL]) => {
    if (!isSequence(list)) return failed("contains() takes a list or set");
    if (wanted.kind === "null") return OF_VERSION;
    const { found, hole } = search(list, wanted);
    return found === undefined ? (hole ?? boolValue(false)) : boolValue(true);
  },
};

const index: FunctionSpec = {
  params: [SHALLOW, SHALLOW],
  result: NUMBER,
  run: ([list = NULL, wanted = NULL]) => {
    if (list.kind !== "list") return failed("index() takes a list");
    const { found, hole } = search(list, wanted);
    return hole ?? (found === undefined ? failed("index() found nothing") : integerValue(found));
  },
};

function flatten(list: Value | undefined): Value {
  if (!isSequence(list)) return failed("flatten() takes a list or set");
  const elements: Value[] = [];
  const stack: Value[] = [...list.elements].reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    // What is not known may be a list of any length.
    if (next.kind === "unknown") return unknown(next.reason);
    if (isSequence(next)) for (const item of [...next.elements].reverse()) stack.push(item);
    else elements.push(next);
    if (elements.length > MOST_ELEMENTS) return TOO_LARGE;
  }
  return listValue(elements, originOf(list));
}

/** Lists of types that have one in common stay a list; all else becomes a tuple. */
function concat(lists: readonly Value[]): Value {
  if (lists.length === 0) return failed("concat() needs a list");
  if (!lists.every((list) => list.kind === "list")) return failed("concat() takes lists");
  const types = lists.map(typeOf);
  const common = types.every(({ kind }) => kind === "list") ? unifyTypes(types) : undefined;
  const alike = common === undefined ? lists : lists.map((list) => convert(list, common));
  return listValue(alike.flatMap(elementsOf), {}, common?.kind === "list" ? common.element : undefined);
}

/** The arguments as one type; failed where they have none in common. */
function coalesce(args: readonly Value[]): Value {
  const type = args.length === 0 ? undefined : unifyTypes(args.map(typeOf));
  if (type === undefined) return failed("coalesce() takes arguments of one type");
  for (const argument of args) {
    const candidate = convert(argument, type);
    const isEmpty = candidate.kind === "null" || (candidate.kind === "string" && candidate.value === "");
    if (!isEmpty) return candidate;
  }
  return failed("coalesce() found no value");
}

function coalesceList(lists: readonly Value[]): Value {
  const hole = lists.find(({ kind }) => kind === "unknown");
  if (hole !== undefined)
    return lists[0]?.kind === "list" && lists[0].elements.length > 0 ? lists[0] : someUnknown(hole);
  if (lists.some((list) => !/^(list|tuple)$/.test(typeOf(list).kind))) return failed("coalescelist() takes lists");
  return (
    lists.find((list) => list.kind === "list" && list.elements.length > 0) ??
    failed("coalescelist() found no list with elements")
  );
}

function compact(list: Value | undefined): Value {
  const full = elementsOf(list).filter((item) => item.kind === "string" && item.value !== "");
  return listValue(full, originOfFirst(list === undefined ? [] : [list]), STRING);
}

function elementType(list: Value | undefined): ValueType {
  return (isSequence(list) ? list.of : undefined) ?? ANY;
}

function reverse(list: Value | undefined): Value {
  if (!isSequence(list)) return failed("reverse() takes a list or set");
  return listValue([...list.elements].reverse(), originOf(list), list.of);
}

function slice(list: Value | undefined, start: number | undefined, end: number | undefined): Value {
  if (list?.kind !== "list") return failed("slice() takes a list");
  if (start === undefined || end === undefined) return NOT_WHOLE;
  if (start < 0 || end > list.elements.length || start > end) return failed("slice() outside the list");
  return listValue(list.elements.slice(start, end), originOf(list), list.of);
}

function chunkList(list: Value | undefined, size: number | undefined): Value {
  if (size === undefined || size < 0) return NOT_WHOLE;
  if (list === undefined || list.kind !== "list") return failed("chunklist() takes a list");
  const whole = list.elements.length;
  const step = size === 0 ? whole : size;
  const count = whole === 0 ? 0 : Math.ceil(whole / step);
  const chunks = Array.from({ length: count }, (_, at) =>
    listValue(list.elements.slice(at * step, at * step + step), {}, list.of),
  );
  return listValue(chunks, {}, listOf(elementType(list)));
}

function onlyElement(list: Value | undefined): Value {
  if (!isSequence(list)) return failed("one() takes a list or set");
  if (list.kind === "set" && !isWhollyKnown(list) && list.elements.length > 1) return someUnknown(list);
  if (list.elements.length > 1) return failed("one() of several elements");
  return list.elements[0] ?? nullOf(elementType(list));
}

function allAny(all: boolean): FunctionSpec {
  return {
    params: [{ type: listOf(BOOL), unknown: "parts" }],
    result: BOOL,
    run: ([list]) => {
      let hole: Value | undefined;
      for (const item of elementsOf(list)) {
        // A null is not true, and makes nothing true.
        const value = item.kind === "null" ? boolValue(false) : toBool(item);
        if (value.kind === "unknown") hole ??= value;
        else if ((value.kind === "bool" && value.value) !== all) return boolValue(!all);
      }
      return hole ?? boolValue(all);
    },
  };
}

function matchKeys([values, keys, wanted]: readonly Value[]): Value {
  if (keys === undefined || wanted === undefined) return failed("matchkeys() takes three lists");
  const type = unifyTypes([typeOf(keys), typeOf(wanted)]);
  if (type === undefined) return failed("matchkeys() takes keys of one type");
  const items = elementsOf(values);
  if (items.length !== elementsOf(keys).length) return failed("matchkeys() needs as many keys as values");
  const sought = elementsOf(convert(wanted, type));
  const chosen = elementsOf(convert(keys, type)).map((key) => sought.some((each) => areEqual(key, each) === true));
  return listValue(
    items.filter((_, at) => chosen[at] === true),
    {},
    elementType(values),
  );
}

// --- sets ---------------------------------------------------------------------------------------------------------

function setOperation(
  least: number,
  most: number | undefined,
  keep: (identity: string, sets: readonly ReadonlySet<string>[]) => boolean,
): FunctionSpec {
  const parameter: Parameter = { type: ANY_SET };
  return {
    params: Array.from({ length: least }, () => parameter),
    ...(most === undefined && { rest: parameter }),
    run: (args) => {
      const types = args.flatMap((set) =>
        isSequence(set) && (set.elements.length > 0 || elementType(set).kind !== "any") ? [elementType(set)] : [],
      );
      const of = types.length === 0 ? ANY : commonType(types);
      if (of === undefined) return failed("the sets have no type in common");
      const sets = args.map((set) => convert(set, { kind: "set", element: of }));
      const broken = sets.find(({ kind }) => kind === "unknown");
      if (broken !== undefined) return broken;
      const identities = sets.map((set) => new Set(elementsOf(set).map(identityOf)));
      const all = sets.flatMap(elementsOf);
      return setValue(
        all.filter((item) => keep(identityOf(item), identities)),
        {},
        of,
      );
    },
  };
}

function setProduct(lists: readonly Value[]): Value {
  if (lists.length < 2) return failed("setproduct() needs two sets or more");
  const types: ValueType[] = [];
  const factors: (readonly Value[])[] = [];
  for (const list of lists) {
    if (!isSequence(list)) return failed("setproduct() takes lists and sets");
    const type = list.of ?? (list.elements.length === 0 ? ANY : unifyTypes(list.elements.map(typeOf)));
    if (type === undefined) return failed("the elements have no type in common");
    types.push(type);
    factors.push(list.elements.map((item) => (sameType(typeOf(item), type) ? item : convert(item, type))));
  }
  let rows: Value[][] = [[]];
  for (const elements of factors) {
    if (rows.length * elements.length > MOST_ELEMENTS) return TOO_LARGE;
    rows = rows.flatMap((row) => elements.map((item) => [...row, item]));
  }
  const make = lists.every(({ kind }) => kind === "list") ? listValue : setValue;
  const tuples = rows.map((row) => listValue(row));
  const [first] = tuples;
  if (first !== undefined && !tuples.every((tuple) => sameType(typeOf(tuple), typeOf(first)))) {
    return failed("the elements have no type in common");
  }
  return make(tuples, {}, { kind: "tuple", elements: types });
}

// --- maps and objects ---------------------------------------------------------------------------------------------

function lookup(args: readonly Value[]): Value {
  const [map, key, fallback] = args;
  if (args.length > 3) return failed("lookup() takes two or three arguments");
  if (!isMapping(map)) return failed("lookup() takes a map");
  // A default that cannot be an element is refused, also where it is not needed.
  const chosen = fallback === undefined || map.of === undefined ? fallback : convert(fallback, map.of);
  if (chosen?.kind === "unknown" && chosen.failed) return chosen;
  return map.entries.get(textOf(key))?.value ?? chosen ?? failed(`no element "${textOf(key)}"`);
}

function merge(maps: readonly Value[]): Value {
  const entries = new Map<string, ObjectEntry>();
  for (const map of maps) {
    if (map.kind === "unknown") return unknown(map.reason);
    if (map.kind === "null") continue;
    if (map.kind !== "object") return failed("merge() takes maps and objects");
    for (const [key, entry] of map.entries) {
      // Where a later map has the key too, the entry of that map is the one in force, and its place.
      entries.delete(key);
      entries.set(key, entry);
    }
  }
  return objectValue(entries, {}, commonElement(maps));
}

/** Maps of one type stay one; anything else beside them makes an object. */
function commonElement([first, ...others]: readonly Value[]): ValueType | undefined {
  const type = first && typeOf(first);
  return type?.kind === "map" && others.every((other) => sameType(typeOf(other), type)) ? type.element : undefined;
}

function keys(map: Value | undefined): Value {
  if (!isMapping(map)) return failed("keys() takes a map or object");
  const names = sortedEntries(map).map(([key, entry]) => stringValue(key, originOf(entry)));
  return listValue(names, originOf(map), map.of && STRING);
}

function values(map: Value | undefined): Value {
  if (!isMapping(map)) return failed("values() takes a map or object");
  const all = sortedEntries(map).map(([, entry]) => entryValue(entry));
  return listValue(all, originOf(map), map.of);
}

/** An entry's value as an element: removing it means removing the whole entry, where the value has no place of its own. */
function entryValue(entry: ObjectEntry): Value {
  const { value } = entry;
  return value.kind === "unknown" || value.source !== undefined ? value : { ...value, ...originOf(entry) };
}

function zipmap(keyList: Value | undefined, valueList: Value | undefined): Value {
  if (valueList?.kind !== "list") return failed("zipmap() takes a list of values");
  const names = elementsOf(keyList);
  if (names.length !== valueList.elements.length) return failed("zipmap() needs as many keys as values");
  const entries = new Map<string, ObjectEntry>();
  for (const [at, key] of names.entries()) {
    if (key.kind !== "string") return failed("zipmap() takes no null for a key");
    entries.set(key.value, { value: valueList.elements[at] ?? NULL, ...originOf(key) });
  }
  return objectValue(entries, {}, valueList.of);
}

function transpose(map: Value | undefined): Value {
  if (!isMapping(map)) return failed("transpose() takes a map");
  const found = new Map<string, string[]>();
  for (const [key, { value }] of map.entries) {
    if (value.kind === "null") return failed("transpose() takes no null");
    for (const each of elementsOf(value)) {
      if (each.kind !== "string") return failed("transpose() takes lists of texts");
      found.set(each.value, [...(found.get(each.value) ?? []), key]);
    }
  }
  const entries = [...found].map(([name, owners]): [string, ObjectEntry] => {
    const sorted = owners.toSorted(compareText).map((owner) => stringValue(owner));
    return [name, { value: listValue(sorted, {}, STRING) }];
  });
  return objectValue(new Map(entries), {}, listOf(STRING));
}

const LIST: Parameter = { type: ANY_LIST, unknown: "parts" };
const OPEN: Parameter = { type: ANY, nullable: true, unknown: "all" };

export const COLLECTION_FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  alltrue: allAny(true),
  anytrue: allAny(false),
  chunklist: { params: [LIST, COUNT], run: ([list, size]) => chunkList(list, indexOf(size)) },
  coalesce: { params: [], rest: OPEN, run: coalesce },
  coalescelist: { params: [], rest: OPEN, run: coalesceList },
  compact: { params: [{ type: listOf(STRING) }], result: listOf(STRING), run: ([list]) => compact(list) },
  concat: { params: [], rest: SHALLOW, run: concat },
  contains,
  distinct: {
    params: [{ type: ANY_LIST }],
    run: ([list = NULL]) => listValue(distinct(elementsOf(list)), originOf(list), elementType(list)),
  },
  element: { params: [SHALLOW, COUNT], run: ([list, at]) => element(list, indexOf(at)) },
  flatten: { params: [SHALLOW], run: ([list]) => flatten(list) },
  index,
  keys: { params: [SHALLOW], run: ([map]) => keys(map) },
  length: { params: [SHALLOW], result: NUMBER, run: ([value]) => length(value) },
  lookup: { params: [SHALLOW, TEXT], rest: OPEN, run: lookup },
  matchkeys: { params: [{ type: ANY_LIST }, { type: ANY_LIST }, { type: ANY_LIST }], run: matchKeys },
  merge: { params: [], rest: OPEN, run: merge },
  one: { params: [SHALLOW], run: ([list]) => onlyElement(list) },
  reverse: { params: [SHALLOW], run: ([list]) => reverse(list) },
  setintersection: setOperation(1, undefined, (identity, sets) => sets.every((set) => set.has(identity))),
  setproduct: { params: [], rest: SHALLOW, run: setProduct },
  setsubtract: setOperation(
    2,
    2,
    (identity, [from, without]) => from?.has(identity) === true && without?.has(identity) !== true,
  ),
  setunion: setOperation(1, undefined, () => true),
  slice: {
    params: [SHALLOW, COUNT, COUNT],
    run: ([list, start, end]) => slice(list, indexOf(start), indexOf(end)),
  },
  transpose: {
    params: [{ type: mapOf(listOf(STRING)) }],
    result: mapOf(listOf(STRING)),
    run: ([map]) => transpose(map),
  },
  values: { params: [SHALLOW], run: ([map]) => values(map) },
  zipmap: {
    params: [{ type: listOf(STRING) }, SHALLOW],
    run: ([keyList, valueList]) => zipmap(keyList, valueList),
  },
};
