import { formatList, formatText } from "./format-function.js";
import {
  COUNT,
  elementsOf,
  type FunctionSpec,
  indexOf,
  MOST_CHARACTERS,
  NOT_WHOLE,
  OF_VERSION,
  originOfFirst,
  TEXT,
  TOO_LONG,
  textFunction,
  textOf,
} from "./function-spec.js";
import { boolValue, failed, listValue, stringValue, typeOf, unknown, type Value } from "./value.js";
import { ANY, BOOL, listOf, STRING } from "./value-type.js";

/** What a reader sees as one character. */
export function characters(input: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII needs no segmenter.
  if (/^[\x00-\x0c\x0e-\x7f]*$/.test(input)) return input.split("");
  return Array.from(new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(input), (part) => part.segment);
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
const upper = (input: string) => letterByLetter(input, upperLetter);

/** Greek letters with an iota below have a capital of their own, which JavaScript writes as two. */
function upperLetter(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  return IOTA_CAPITALS.get(letter) ?? letter.toUpperCase();
}

const IOTA_CAPITALS: ReadonlyMap<string, string> = new Map([
  ["\u1fb3", "\u1fbc"],
  ["\u1fc3", "\u1fcc"],
  ["\u1ff3", "\u1ffc"],
]);

/** Letters that are two in one have a form of their own at the start of a word. */
const TITLE_LETTERS: ReadonlyMap<string, string> = new Map(
  ["\u01c5", "\u01c8", "\u01cb", "\u01f2"].flatMap((title) =>
    [title.toLowerCase(), title.toUpperCase(), title].map((letter): [string, string] => [letter, title]),
  ),
);

/** Go's `strings.Title`: words end at every ASCII sign, and elsewhere only at spaces. */
function title(input: string): string {
  let output = "";
  let atStart = true;
  for (const letter of input) {
    output += atStart ? (TITLE_LETTERS.get(letter) ?? upper(letter)) : letter;
    atStart = letter <= "\x7f" ? !/\w/.test(letter) : /\p{White_Space}/u.test(letter);
  }
  return output;
}

/** Go's `strings.TrimSpace`: White_Space, which unlike JavaScript's has U+0085 and not U+FEFF. */
const trimSpace = (input: string) => trimWhere(input, (letter) => /\p{White_Space}/u.test(letter));

function trimCharacters(input: string, cut: string): string {
  const set = new Set(cut);
  return trimWhere(input, (letter) => set.has(letter));
}

function trimWhere(input: string, isCut: (letter: string) => boolean): string {
  const letters = [...input];
  let start = 0;
  let end = letters.length;
  while (start < end && isCut(letters[start] ?? "")) start += 1;
  while (end > start && isCut(letters[end - 1] ?? "")) end -= 1;
  return letters.slice(start, end).join("");
}

/** Where nothing is sought, it is found before and behind every letter. */
export function replaceText(input: string, search: string, replacement: string): string | Value {
  const pieces = search === "" ? ["", ...input, ""] : input.split(search);
  if (input.length + (pieces.length - 1) * replacement.length > MOST_CHARACTERS) return TOO_LONG;
  return pieces.join(replacement);
}

/** With Terraform's own ways: a negative offset before the start is the start, and takes a length of zero for all. */
function substring(input: string, offset: number, length: number): string {
  if (offset >= 0 && length === 0) return "";
  const all = characters(input);
  const start = Math.max(0, offset < 0 ? offset + all.length : offset);
  return all.slice(start, length <= 0 ? undefined : start + length).join("");
}

function join(separator: string, lists: readonly Value[]): Value {
  if (lists.length === 0) return failed("join() needs a list");
  const parts: string[] = [];
  let length = 0;
  for (const part of lists.flatMap(elementsOf)) {
    if (part.kind !== "string") return failed("join() takes no null");
    parts.push(part.value);
    length += part.value.length + separator.length;
    if (length > MOST_CHARACTERS) return TOO_LONG;
  }
  return stringValue(parts.join(separator));
}

function split(separator: string, input: string): Value {
  const parts = separator === "" ? [...input] : input.split(separator);
  return listValue(
    parts.map((part) => stringValue(part)),
    {},
    STRING,
  );
}

function indent(spaces: number | undefined, args: readonly Value[]): Value {
  if (spaces === undefined) return NOT_WHOLE;
  if (spaces < 0) return failed("indent() takes a positive number");
  if (spaces > MOST_CHARACTERS) return TOO_LONG;
  const [, input] = args;
  const indented = replaceText(textOf(input), "\n", `\n${" ".repeat(spaces)}`);
  return typeof indented === "string" ? stringValue(indented, originOfFirst(args.slice(1))) : indented;
}

function sortTexts(list: Value | undefined): Value {
  const elements = elementsOf(list);
  const texts = elements.filter((item) => item.kind === "string");
  if (texts.length < elements.length) return failed("sort() takes texts");
  const sorted = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)));
  return listValue(sorted, list === undefined ? {} : originOfFirst([list]), STRING);
}

function test(check: (input: string, part: string) => boolean): FunctionSpec {
  return { params: [TEXT, TEXT], result: BOOL, run: ([a, b]) => boolValue(check(textOf(a), textOf(b))) };
}

/** A null without a type is unknown to older versions, also after the apply. */
const isBareNull = (value: Value) => value.kind === "null" && typeOf(value).kind === "any";

const TEXT_LIST = { type: listOf(STRING) };

/** The last part of a path; a backslash divides it on one system only. */
function baseName(args: readonly Value[]): Value {
  const given = textOf(args[0]);
  if (given.includes("\\")) return unknown("a backslash in a path is not followed here");
  const [last = given === "" ? "." : "/"] = /[^/]+(?=\/*$)/.exec(given) ?? [];
  return stringValue(last, originOfFirst(args));
}

export const TEXT_FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  basename: { params: [TEXT], result: STRING, run: baseName },
  chomp: textFunction(1, (input) => input.replace(/(?:\r\n?|\n)+$/, "")),
  endswith: test((input, end) => input.endsWith(end)),
  format: {
    params: [TEXT],
    rest: { type: ANY, nullable: true },
    result: STRING,
    run: ([pattern, ...args]) => (args.some(isBareNull) ? OF_VERSION : formatText(textOf(pattern), args)),
  },
  formatlist: {
    params: [TEXT],
    rest: { type: ANY, nullable: true },
    result: listOf(STRING),
    run: ([pattern, ...args]) => (args.some(isBareNull) ? OF_VERSION : formatList(textOf(pattern), args)),
  },
  indent: { params: [COUNT, TEXT], result: STRING, run: (args) => indent(indexOf(args[0]), args) },
  join: {
    params: [TEXT],
    rest: TEXT_LIST,
    result: STRING,
    run: ([separator, ...lists]) => join(textOf(separator), lists),
  },
  lower: textFunction(1, lower),
  sort: { params: [TEXT_LIST], result: listOf(STRING), run: ([list]) => sortTexts(list) },
  split: {
    params: [TEXT, TEXT],
    result: listOf(STRING),
    run: ([separator, input]) => split(textOf(separator), textOf(input)),
  },
  startswith: test((input, start) => input.startsWith(start)),
  strcontains: test((input, part) => input.includes(part)),
  strrev: textFunction(1, (input) => characters(input).toReversed().join("")),
  substr: {
    params: [TEXT, COUNT, COUNT],
    result: STRING,
    run: (args) => {
      const [offset, length] = [indexOf(args[1]), indexOf(args[2])];
      if (offset === undefined || length === undefined) return NOT_WHOLE;
      return stringValue(substring(textOf(args[0]), offset, length), originOfFirst(args));
    },
  },
  title: textFunction(1, title),
  trim: textFunction(2, trimCharacters),
  trimprefix: textFunction(2, (input, start) => (input.startsWith(start) ? input.slice(start.length) : input)),
  trimspace: textFunction(1, trimSpace),
  trimsuffix: textFunction(2, (input, end) =>
    end !== "" && input.endsWith(end) ? input.slice(0, -end.length) : input,
  ),
  upper: textFunction(1, upper),
};
