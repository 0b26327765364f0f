import { compareText } from "../../../base/compare-text.js";
import { toBool, toList, toMap, toNumber, toSet, toText, unify } from "./convert.js";
import { formatText } from "./format-function.js";
import { decodeJson, encodeJson } from "./json-functions.js";
import {
  boolValue,
  distinct,
  failed,
  identityOf,
  isFailed,
  isWhollyKnown,
  type KnownValue,
  type ListValue,
  listValue,
  NULL,
  numberValue,
  type ObjectEntry,
  type ObjectValue,
  objectValue,
  originOf,
  partsOf,
  setValue,
  sortedEntries,
  stringValue,
  type UnknownValue,
  unknown,
  unknownIn,
  type Value,
} from "./value.js";

/** A function of the configuration language over values that may be unknown. Sources of what passes through stay. */
export type LanguageFunction = (args: readonly Value[]) => Value;

/** Longest text and largest collection that is worked out; beyond it a value counts as unknown. */
const MOST_CHARACTERS = 1_000_000;
const MOST_ELEMENTS = 100_000;

/** Functions that look at no more than one part of their arguments, and give that or a number. */
export const PICKING_FUNCTIONS: ReadonlySet<string> = new Set(
  "can coalesce element length lookup nonsensitive one sensitive try".split(" "),
);

/** Functions whose result depends on something outside the configuration's text. */
const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ...["file", "filebase64", "fileexists", "fileset", "filemd5", "filesha1", "filesha256", "templatefile"].map(
    (name): [string, string] => [name, `${name}() reads a file, which is not followed here`],
  ),
  ...["timestamp", "plantimestamp", "uuid", "bcrypt"].map((name): [string, string] => [
    name,
    `${name}() differs from run to run`,
  ]),
]);

/**
 * The result of a call, per the [function reference](https://developer.hashicorp.com/terraform/language/functions).
 * A function that is not evaluated here gives unknown, and so does a known one over arguments that are not known enough.
 */
export function callFunction(name: string, args: readonly Value[]): Value {
  const plain = name.startsWith("core::") ? name.slice("core::".length) : name;
  if (plain === "try") return tryValues(args);
  if (plain === "can") return canValue(args);
  const broken = args.find(isFailed);
  if (broken !== undefined) return broken;
  const implementation = FUNCTIONS.get(plain);
  if (implementation === undefined) {
    // csvdecode(file(…)) is unknown for the file's sake.
    const hole = OUTSIDE.has(plain) ? undefined : args.find((argument) => argument.kind === "unknown");
    return hole ?? unknown(OUTSIDE.get(plain) ?? `${plain}() is not evaluated here`);
  }
  return withinLimits(implementation(args));
}

function withinLimits(value: Value): Value {
  if (value.kind === "string" && value.value.length > MOST_CHARACTERS) return unknown("too long a text");
  return partsOf(value).length > MOST_ELEMENTS ? TOO_LARGE : value;
}

const TOO_LARGE = unknown("too large a collection");

function tryValues(args: readonly Value[]): Value {
  return args.find((argument) => !isFailed(argument)) ?? args.at(-1) ?? failed("try() needs an argument");
}

function canValue([argument]: readonly Value[]): Value {
  if (argument === undefined) return failed("can() needs an argument");
  return isFailed(argument) || argument.kind !== "unknown" ? boolValue(!isFailed(argument)) : argument;
}

// --- what an argument has to be -----------------------------------------------------------------------------------

/** Takes an argument for what a function needs; unknown where it is not that. */
type Reader<T> = (argument: Value | undefined) => T | UnknownValue;

function reader<T>(what: string, read: (value: KnownValue) => T | undefined): Reader<T> {
  return (argument = failed("too few arguments")) => {
    if (argument.kind === "unknown") return argument;
    return read(argument) ?? failed(`${what} is required`);
  };
}

const text = reader("text", (value) => {
  const converted = toText(value);
  return converted.kind === "string" ? converted.value : undefined;
});

const number = reader("a number", (value) => {
  const converted = toNumber(value);
  return converted.kind === "number" ? converted.value : undefined;
});

const sequence = reader("a list or set", (value) =>
  value.kind === "list" || value.kind === "set" ? value : undefined,
);

const listOnly = reader("a list", (value) => (value.kind === "list" ? value : undefined));

const mapping = reader("a map or object", (value) => (value.kind === "object" ? value : undefined));

const anything = reader("a value", (value) => value);

function isUnknown(given: unknown): given is UnknownValue {
  return typeof given === "object" && given !== null && "kind" in given && given.kind === "unknown";
}

function one<A>(read: Reader<A>, then: (a: A, args: readonly Value[]) => Value): LanguageFunction {
  return (args) => {
    const a = read(args[0]);
    return isUnknown(a) ? a : then(a, args);
  };
}

function two<A, B>(
  readA: Reader<A>,
  readB: Reader<B>,
  then: (a: A, b: B, args: readonly Value[]) => Value,
): LanguageFunction {
  return one(readA, (a, args) => {
    const b = readB(args[1]);
    return isUnknown(b) ? b : then(a, b, args);
  });
}

function three<A, B, C>(
  readA: Reader<A>,
  readB: Reader<B>,
  readC: Reader<C>,
  then: (a: A, b: B, c: C, args: readonly Value[]) => Value,
): LanguageFunction {
  return two(readA, readB, (a, b, args) => {
    const c = readC(args[2]);
    return isUnknown(c) ? c : then(a, b, c, args);
  });
}

/** Every argument through one reader. */
function every<A>(read: Reader<A>, then: (all: readonly A[]) => Value): LanguageFunction {
  return (args) => {
    const all: A[] = [];
    for (const argument of args) {
      const a = read(argument);
      if (isUnknown(a)) return a;
      all.push(a);
    }
    return then(all);
  };
}

/** The result of a text function still comes from where its first argument is written. */
function originOfFirst(args: readonly Value[]) {
  const [first] = args;
  return first === undefined ? {} : originOf(first);
}

const someUnknown = (value: Value): Value => unknown(unknownIn(value) ?? "part of it is not known");

/** For functions whose result depends on every element. */
function known(value: Value, then: () => Value): Value {
  return isWhollyKnown(value) ? then() : someUnknown(value);
}

// --- text ---------------------------------------------------------------------------------------------------------

/** A function from one text to another; the result still comes from where the text is written. */
function textFunction(change: (input: string) => string): LanguageFunction {
  return one(text, (input, args) => stringValue(change(input), originOfFirst(args)));
}

/** Go maps letters one by one, where JavaScript may make two of one or look at the neighbours. */
function letterByLetter(input: string, change: (letter: string) => string): string {
  let output = "";
  for (const letter of input) {
    const changed = change(letter);
    output += [...changed].length === 1 ? changed : letter;
  }
  return output;
}

/** Of the one letter that JavaScript makes two of (U+0130), Go keeps the first. */
const lower = (input: string) => letterByLetter(input, (letter) => [...letter.toLowerCase()][0] ?? letter);
const upper = (input: string) => letterByLetter(input, (letter) => letter.toUpperCase());

function title(input: string): string {
  return input.replace(/(^|[^\p{L}\p{N}_])(\p{L})/gu, (_, before: string, letter: string) => before + upper(letter));
}

/** Go's `strings.TrimSpace`: White_Space, which unlike JavaScript's has U+0085 and not U+FEFF. */
const trimSpace = (input: string) => input.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");

function trimCharacters(input: string, characters: string): string {
  const set = new Set(characters);
  const letters = [...input];
  let start = 0;
  let end = letters.length;
  while (start < end && set.has(letters[start] ?? "")) start += 1;
  while (end > start && set.has(letters[end - 1] ?? "")) end -= 1;
  return letters.slice(start, end).join("");
}

function characters(input: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII needs no segmenter.
  if (/^[\x00-\x0c\x0e-\x7f]*$/.test(input)) return input.split("");
  return [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(input)].map((part) => part.segment);
}

function replaceText(input: string, search: string, replacement: string, args: readonly Value[]): Value {
  if (search.length > 1 && search.startsWith("/") && search.endsWith("/")) {
    return unknown("replace() with a regular expression is not evaluated here");
  }
  return stringValue(
    input.replaceAll(search, () => replacement),
    originOfFirst(args),
  );
}

function substring(input: string, offset: number, length: number, args: readonly Value[]): Value {
  const all = characters(input);
  const start = offset < 0 ? offset + all.length : offset;
  if (start < 0 || start > all.length) return failed("substr() begins outside the text");
  return stringValue(all.slice(start, length < 0 ? undefined : start + length).join(""), originOfFirst(args));
}

function join(separator: string, [, ...lists]: readonly Value[]): Value {
  const parts: string[] = [];
  let length = 0;
  for (const argument of lists) {
    const list = sequence(argument);
    if (isUnknown(list)) return list;
    for (const element of list.elements) {
      const part = text(element);
      if (isUnknown(part)) return part;
      parts.push(part);
      length += part.length + separator.length;
      if (length > MOST_CHARACTERS) return unknown("too long a text");
    }
  }
  return stringValue(parts.join(separator));
}

function digest(algorithm: string): LanguageFunction {
  return one(text, (input) => {
    // Loaded when the first configuration hashes something: it takes longer than reading a small module.
    const { createHash } = process.getBuiltinModule("node:crypto");
    return stringValue(createHash(algorithm).update(input, "utf8").digest("hex"));
  });
}

// --- collections --------------------------------------------------------------------------------------------------

function length(value: Value): Value {
  if (value.kind === "string") return numberValue(characters(value.value).length);
  // Unknown elements of a set may turn out equal.
  if (value.kind === "set" && !isWhollyKnown(value)) return someUnknown(value);
  const isCollection = value.kind === "list" || value.kind === "set" || value.kind === "object";
  return isCollection ? numberValue(partsOf(value).length) : failed("length() needs a text or a collection");
}

function element({ elements }: ListValue, index: number): Value {
  const { length } = elements;
  if (length === 0) return failed("element() of an empty list");
  return elements[((index % length) + length) % length] ?? failed("a whole number is required");
}

function contains(list: ListValue, wanted: Value): Value {
  if (!isWhollyKnown(wanted)) return someUnknown(wanted);
  const identity = identityOf(wanted);
  if (list.elements.some((candidate) => isWhollyKnown(candidate) && identityOf(candidate) === identity))
    return boolValue(true);
  return known(list, () => boolValue(false));
}

function indexOf(list: ListValue, wanted: Value): Value {
  if (!isWhollyKnown(wanted)) return someUnknown(wanted);
  return known(list, () => {
    const found = list.elements.findIndex((candidate) => identityOf(candidate) === identityOf(wanted));
    return found < 0 ? failed("index() found nothing") : numberValue(found);
  });
}

function lookup(map: ObjectValue, key: string, args: readonly Value[]): Value {
  return map.entries.get(key)?.value ?? args[2] ?? failed(`no element "${key}"`);
}

function flatten(list: ListValue): Value {
  const elements: Value[] = [];
  const stack: Value[] = [...list.elements].reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    // What is not known may be a list of any length.
    if (next.kind === "unknown") return next;
    if (next.kind === "list" || next.kind === "set") {
      for (const item of [...next.elements].reverse()) stack.push(item);
    } else elements.push(next);
    if (elements.length > MOST_ELEMENTS) return TOO_LARGE;
  }
  return listValue(elements, originOf(list));
}

function merge(maps: readonly Value[]): Value {
  const entries = new Map<string, ObjectEntry>();
  for (const map of maps) {
    if (map.kind === "unknown") return map;
    if (map.kind === "null") continue;
    if (map.kind !== "object") return failed("merge() takes maps and objects");
    for (const [key, entry] of map.entries) {
      // Where a later map has the key too, the entry of that map is the one in force, and its place.
      entries.delete(key);
      entries.set(key, entry);
    }
  }
  return objectValue(entries);
}

function keys(map: ObjectValue): Value {
  return listValue(
    sortedEntries(map).map(([key, entry]) => stringValue(key, originOf(entry))),
    originOf(map),
  );
}

function zipmap(keyList: ListValue, valueList: ListValue): Value {
  if (keyList.elements.length !== valueList.elements.length) return failed("zipmap() needs as many keys as values");
  const entries = new Map<string, ObjectEntry>();
  for (const [index, key] of keyList.elements.entries()) {
    const name = text(key);
    if (isUnknown(name)) return name;
    entries.set(name, { value: valueList.elements[index] ?? NULL, ...originOf(key) });
  }
  return objectValue(entries);
}

const isEmpty = (value: Value) => value.kind === "null" || (value.kind === "string" && value.value === "");

function coalesce(args: readonly Value[]): Value {
  return unify(args).find((candidate) => !isEmpty(candidate)) ?? failed("coalesce() found no value");
}

function coalesceList(lists: readonly Value[]): Value {
  const isFull = (list: Value) =>
    list.kind === "unknown" || ((list.kind === "list" || list.kind === "set") && list.elements.length > 0);
  return lists.find(isFull) ?? failed("coalescelist() found no list with elements");
}

function compact(list: ListValue): Value {
  const hole = list.elements.find((item) => item.kind === "unknown");
  return (
    hole ??
    listValue(
      unify(list.elements).filter((item) => !isEmpty(item)),
      originOf(list),
    )
  );
}

function setOperation(keep: (identity: string, sets: readonly Set<string>[]) => boolean): LanguageFunction {
  return every(sequence, (lists) => {
    const all = unify(lists.flatMap((list) => list.elements));
    const hole = all.find((item) => !isWhollyKnown(item));
    if (hole !== undefined) return someUnknown(hole);
    let end = 0;
    const sets = lists.map(({ elements }) => {
      const start = end;
      end += elements.length;
      return new Set(all.slice(start, end).map(identityOf));
    });
    return setValue(all.filter((item) => keep(identityOf(item), sets)));
  });
}

function setProduct(lists: readonly ListValue[]): Value {
  if (lists.length < 2) return failed("setproduct() needs two sets or more");
  let rows: Value[][] = [[]];
  for (const list of lists) {
    if (rows.length * list.elements.length > MOST_ELEMENTS) return TOO_LARGE;
    const elements = unify(list.elements);
    rows = rows.flatMap((row) => elements.map((item) => [...row, item]));
  }
  const tuples = rows.map((row) => listValue(row));
  return lists.every((list) => list.kind === "set") ? setValue(tuples) : listValue(tuples);
}

function chunkList(list: ListValue, size: number): Value {
  if (size < 0 || !Number.isInteger(size)) return failed("a whole number is required");
  if (size === 0) return listValue([list]);
  const chunks: Value[] = [];
  for (let start = 0; start < list.elements.length; start += size) {
    chunks.push(listValue(list.elements.slice(start, start + size)));
  }
  return listValue(chunks);
}

function slice(list: ListValue, start: number, end: number): Value {
  if (list.kind === "set") return failed("slice() of a set");
  if (start < 0 || end > list.elements.length || start > end) return failed("slice() outside the list");
  return listValue(list.elements.slice(start, end), originOf(list));
}

/** Terraform allows no more. See [RangeFunc](https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/sequence.go). */
const LONGEST_RANGE = 1024;

function range(numbers: readonly number[]): Value {
  const [first, second, third] = numbers;
  if (first === undefined || numbers.length > 3) return failed("range() needs one to three numbers");
  const start = second === undefined ? 0 : first;
  const end = second ?? first;
  const step = third ?? (end < start ? -1 : 1);
  if (step === 0 || (end > start && step < 0) || (end < start && step > 0))
    return failed("range() never reaches its end");
  const elements: Value[] = [];
  for (let next = start; step > 0 ? next < end : next > end; next += step) {
    if (elements.length >= LONGEST_RANGE) return failed("range() has more than 1024 elements");
    elements.push(numberValue(next));
  }
  return listValue(elements);
}

function reverse(list: ListValue): Value {
  return listValue([...list.elements].reverse(), originOf(list));
}

function sortTexts(list: ListValue): Value {
  return known(list, () => {
    const texts = list.elements.flatMap((item) => {
      const converted = toText(item);
      return converted.kind === "string" ? [converted] : [];
    });
    if (texts.length < list.elements.length) return failed("sort() takes texts");
    return listValue(
      texts.toSorted((a, b) => compareText(a.value, b.value)),
      originOf(list),
    );
  });
}

function onlyElement(value: ListValue): Value {
  if (value.kind === "set" && !isWhollyKnown(value)) return someUnknown(value);
  if (value.elements.length > 1) return failed("one() of several elements");
  return value.elements[0] ?? NULL;
}

function allAny(all: boolean): LanguageFunction {
  return one(sequence, (list) => {
    let hole: Value | undefined;
    for (const item of list.elements) {
      const converted = toBool(item);
      if (converted.kind === "unknown") hole ??= converted;
      else if ((converted.kind === "bool" && converted.value) !== all) return boolValue(!all);
    }
    return hole ?? boolValue(all);
  });
}

/** All numbers to one, from left to right. */
function reduced(without: string, choose: (a: number, b: number) => number): LanguageFunction {
  return every(number, (numbers) =>
    numbers.length === 0 ? failed(without) : numberValue(numbers.reduce((a, b) => choose(a, b))),
  );
}

function numeric(change: (n: number) => number): LanguageFunction {
  return one(number, (n) => numberValue(change(n)));
}

const FUNCTIONS: ReadonlyMap<string, LanguageFunction> = new Map<string, LanguageFunction>([
  ["abs", numeric(Math.abs)],
  ["alltrue", allAny(true)],
  ["anytrue", allAny(false)],
  ["base64decode", one(text, (input) => stringValue(Buffer.from(input, "base64").toString("utf8")))],
  ["base64encode", one(text, (input) => stringValue(Buffer.from(input, "utf8").toString("base64")))],
  ["ceil", numeric(Math.ceil)],
  ["chomp", textFunction((input) => input.replace(/[\r\n]+$/, ""))],
  ["chunklist", two(sequence, number, chunkList)],
  ["coalesce", coalesce],
  ["coalescelist", coalesceList],
  ["compact", one(sequence, compact)],
  ["concat", every(listOnly, (lists) => listValue(lists.flatMap((list) => list.elements)))],
  ["contains", two(sequence, anything, contains)],
  ["distinct", one(sequence, (list) => known(list, () => listValue(distinct(unify(list.elements)), originOf(list))))],
  ["element", two(sequence, number, element)],
  ["endswith", two(text, text, (input, end) => boolValue(input.endsWith(end)))],
  ["flatten", one(sequence, flatten)],
  ["floor", numeric(Math.floor)],
  ["format", one(text, (pattern, args) => formatText(pattern, args.slice(1)))],
  ["index", two(sequence, anything, indexOf)],
  ["issensitive", () => unknown("issensitive() is not evaluated here")],
  ["join", one(text, join)],
  ["jsondecode", one(text, decodeJson)],
  ["jsonencode", one(anything, encodeJson)],
  ["keys", one(mapping, keys)],
  ["length", one(anything, length)],
  ["lookup", two(mapping, text, lookup)],
  ["lower", textFunction(lower)],
  ["max", reduced("a number is required", Math.max)],
  ["md5", digest("md5")],
  ["merge", merge],
  ["min", reduced("a number is required", Math.min)],
  ["nonsensitive", one(anything, (value) => value)],
  ["one", one(sequence, onlyElement)],
  ["pow", two(number, number, (base, exponent) => numberValue(base ** exponent))],
  ["range", every(number, range)],
  ["replace", three(text, text, text, replaceText)],
  ["reverse", one(sequence, reverse)],
  ["sensitive", one(anything, (value) => value)],
  ["setintersection", setOperation((identity, sets) => sets.every((set) => set.has(identity)))],
  ["setproduct", every(sequence, setProduct)],
  [
    "setsubtract",
    setOperation(
      (identity, [from, ...without]) => from?.has(identity) === true && !without.some((set) => set.has(identity)),
    ),
  ],
  ["setunion", setOperation(() => true)],
  ["sha1", digest("sha1")],
  ["sha256", digest("sha256")],
  ["sha512", digest("sha512")],
  ["signum", numeric(Math.sign)],
  ["slice", three(sequence, number, number, slice)],
  ["sort", one(sequence, sortTexts)],
  [
    "split",
    two(text, text, (separator, input) =>
      listValue((separator === "" ? [...input] : input.split(separator)).map((part) => stringValue(part))),
    ),
  ],
  ["startswith", two(text, text, (input, start) => boolValue(input.startsWith(start)))],
  ["strcontains", two(text, text, (input, part) => boolValue(input.includes(part)))],
  ["substr", three(text, number, number, substring)],
  ["sum", one(sequence, ({ elements }) => reduced("sum() of nothing", (a, b) => a + b)(elements))],
  ["title", textFunction(title)],
  ["tobool", one(anything, toBool)],
  ["tolist", one(anything, toList)],
  ["tomap", one(anything, toMap)],
  ["tonumber", one(anything, toNumber)],
  ["toset", one(anything, toSet)],
  ["tostring", one(anything, toText)],
  ["trim", two(text, text, (input, cut, args) => stringValue(trimCharacters(input, cut), originOfFirst(args)))],
  [
    "trimprefix",
    two(text, text, (input, start, args) =>
      stringValue(input.startsWith(start) ? input.slice(start.length) : input, originOfFirst(args)),
    ),
  ],
  ["trimspace", textFunction(trimSpace)],
  [
    "trimsuffix",
    two(text, text, (input, end, args) =>
      stringValue(end !== "" && input.endsWith(end) ? input.slice(0, -end.length) : input, originOfFirst(args)),
    ),
  ],
  ["upper", textFunction(upper)],
  [
    "values",
    one(mapping, (map) =>
      listValue(
        sortedEntries(map).map(([, entry]) => entryValue(entry)),
        originOf(map),
      ),
    ),
  ],
  ["zipmap", two(sequence, sequence, zipmap)],
]);

/** An entry's value as an element: removing it means removing the whole entry, where the value has no place of its own. */
function entryValue(entry: ObjectEntry): Value {
  const { value } = entry;
  return value.kind === "unknown" || value.source !== undefined ? value : { ...value, ...originOf(entry) };
}
