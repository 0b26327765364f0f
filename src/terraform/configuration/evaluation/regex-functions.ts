import { RE2JS, RE2JSSyntaxException } from "re2js";
import { type FunctionSpec, MOST_ELEMENTS, originOfFirst, TEXT, TOO_LARGE, textOf } from "./function-spec.js";
import { replaceText } from "./text-functions.js";
import { failed, listValue, nullOf, type ObjectEntry, objectValue, stringValue, unknown, type Value } from "./value.js";
import { STRING, type ValueType } from "./value-type.js";

/** Longer patterns and texts are not matched here. */
const LONGEST_PATTERN = 2000;
const MOST_INSTRUCTIONS = 20_000;
const LONGEST_TEXT = 200_000;

/** A group that took no part in a match is undefined. */
interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

interface Pattern {
  readonly compiled: RE2JS;
  /** Names of the groups, from the first on; undefined for those without. */
  readonly names: readonly (string | undefined)[];
}

function compile(pattern: string, input: string): Pattern | Value {
  if (pattern.length > LONGEST_PATTERN || input.length > LONGEST_TEXT) return unknown("too large to be matched here");
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() > MOST_INSTRUCTIONS) return unknown("too large a pattern to be matched here");
    const names = Array.from({ length: compiled.groupCount() }, (): string | undefined => undefined);
    for (const [name, number] of Object.entries(compiled.namedGroups())) names[number - 1] = name;
    return { compiled, names };
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return failed("the pattern is no regular expression");
    throw error;
  }
}

/** Matches from left to right; an empty one right behind another does not count, as Go has it. */
function matchesOf({ compiled, names }: Pattern, input: string, most: number): readonly Match[] {
  const matcher = compiled.matcher(input);
  const matches: Match[] = [];
  let previousEnd = -1;
  for (let at = 0; at <= input.length && matches.length < most && matcher.find(at); ) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (end > start || start !== previousEnd) {
      const groups = Array.from({ length: names.length + 1 }, (_, group) => matcher.group(group) ?? undefined);
      matches.push({ start, end, groups });
    }
    previousEnd = end;
    at = end > start ? end : end + ((input.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
  return matches;
}

/** The whole match, its groups, or its groups by name. Names and numbers do not mix. */
function resultOf({ names }: Pattern, { groups: [whole = "", ...groups] }: Match): Value {
  const texts = groups.map((text) => (text === undefined ? nullOf(STRING) : stringValue(text)));
  if (texts.length === 0) return stringValue(whole);
  const entries = names.flatMap((name, at): [string, ObjectEntry][] => {
    const value = texts[at];
    return name === undefined || value === undefined ? [] : [[name, { value }]];
  });
  return entries.length === 0 ? listValue(texts) : objectValue(new Map(entries));
}

function resultType({ names }: Pattern): ValueType {
  if (names.length === 0) return STRING;
  const named = names.flatMap((name) => (name === undefined ? [] : [name]));
  return named.length === 0
    ? { kind: "tuple", elements: names.map(() => STRING) }
    : { kind: "object", attributes: new Map(named.map((name) => [name, { type: STRING }])) };
}

function isMixed({ names }: Pattern): boolean {
  return names.includes(undefined) && names.some((name) => name !== undefined);
}

/** What a match is replaced by: `$1`, `${name}`, and `$$` for a dollar. See [Expand](https://pkg.go.dev/regexp#Regexp.Expand). */
function expand(template: string, { groups }: Match, names: readonly (string | undefined)[]): string {
  return template.replace(/\$(?:\$|\{(\w+)\}|([\p{L}\p{Nd}_]+))/gu, (found, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    if (name === undefined) return "$";
    if (/^\d+$/.test(name)) return groups[Number(name)] ?? "";
    return groups[names.indexOf(name) + 1 || groups.length] ?? (found && "");
  });
}

function replace(args: readonly Value[]): Value {
  const [input = "", search = "", replacement = ""] = args.map(textOf);
  if (!(search.length > 1 && search.startsWith("/") && search.endsWith("/"))) {
    const replaced = replaceText(input, search, replacement);
    return typeof replaced === "string" ? stringValue(replaced, originOfFirst(args)) : replaced;
  }
  const pattern = compile(search.slice(1, -1), input);
  if ("kind" in pattern) return pattern;
  const matches = matchesOf(pattern, input, MOST_ELEMENTS);
  if (matches.length * (replacement.length + 1) > LONGEST_TEXT) return unknown("too large to be replaced here");
  let output = "";
  let at = 0;
  for (const match of matches) {
    output += input.slice(at, match.start) + expand(replacement, match, pattern.names);
    at = match.end;
  }
  return stringValue(output + input.slice(at), originOfFirst(args));
}

export const REGEX_FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  regex: {
    params: [TEXT, TEXT],
    run: ([expression, text]) => {
      const pattern = compile(textOf(expression), textOf(text));
      if ("kind" in pattern) return pattern;
      if (isMixed(pattern)) return failed("the pattern has groups with and without names");
      const [match] = matchesOf(pattern, textOf(text), 1);
      return match === undefined ? failed("the pattern does not match") : resultOf(pattern, match);
    },
  },
  regexall: {
    params: [TEXT, TEXT],
    run: ([expression, text]) => {
      const pattern = compile(textOf(expression), textOf(text));
      if ("kind" in pattern) return pattern;
      if (isMixed(pattern)) return failed("the pattern has groups with and without names");
      const matches = matchesOf(pattern, textOf(text), MOST_ELEMENTS + 1);
      if (matches.length > MOST_ELEMENTS) return TOO_LARGE;
      return listValue(
        matches.map((match) => resultOf(pattern, match)),
        {},
        resultType(pattern),
      );
    },
  },
  replace: { params: [TEXT, TEXT, TEXT], result: STRING, run: replace },
};
