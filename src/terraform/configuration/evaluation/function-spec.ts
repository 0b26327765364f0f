import { convert } from "./convert.js";
import {
  failed,
  isFailed,
  isWhollyKnown,
  type ListValue,
  type ObjectValue,
  originOf,
  stringValue,
  type UnknownValue,
  unknown,
  unknownIn,
  untyped,
  type Value,
} from "./value.js";
import { ANY, mentions, NUMBER, STRING, type ValueType } from "./value-type.js";

/** What a function takes for one argument. */
export interface Parameter {
  /** What the argument is converted to. */
  readonly type: ValueType;
  readonly nullable?: boolean;
  /** Whether the function accepts an unknown argument, or (`parts`) one with unknown parts. */
  readonly unknown?: "parts" | "all";
}

/** A function of the configuration language, as Terraform declares it. */
export interface FunctionSpec {
  readonly params: readonly Parameter[];
  /** What all further arguments are. */
  readonly rest?: Parameter;
  /** The type of every result, where there is one. */
  readonly result?: ValueType;
  /** The arguments are converted, and known as far as the parameters ask for it. */
  run(args: readonly Value[]): Value;
}

/**
 * The result of a call, in Terraform's steps: the number of arguments, their types, nulls, what is not known, and only
 * then the function. See [Function.Call](https://github.com/zclconf/go-cty/blob/main/cty/function/function.go).
 */
export function callSpec({ params, rest, result, run }: FunctionSpec, given: readonly Value[]): Value {
  const broken = given.find(isFailed);
  if (broken?.kind === "unknown") return untyped(broken);
  if (given.length < params.length) return failed("too few arguments");
  if (rest === undefined && given.length > params.length) return failed("too many arguments");
  const args: Value[] = [];
  let hole: UnknownValue | undefined;
  for (const [index, value] of given.entries()) {
    const parameter = params[index] ?? rest;
    if (parameter === undefined) return failed("too many arguments");
    const argument = convert(value, parameter.type);
    if (argument.kind === "unknown" && argument.failed) return untyped(argument);
    if (argument.kind === "null" && !parameter.nullable) return failed("an argument must not be null");
    hole ??= holeIn(argument, parameter);
    args.push(argument);
  }
  if (hole !== undefined) return ofResult(hole, result);
  const value = run(args);
  return value.kind === "unknown" ? ofResult(value, result) : value;
}

function holeIn(argument: Value, parameter: Parameter): UnknownValue | undefined {
  if (parameter.unknown === "all") return undefined;
  if (argument.kind === "unknown") return argument;
  if (parameter.unknown === "parts") return undefined;
  const reason = unknownIn(argument);
  return reason === undefined ? undefined : unknown(reason);
}

function ofResult(value: UnknownValue, result: ValueType | undefined): UnknownValue {
  if (value.failed) return untyped(value);
  return { ...unknown(value.reason), ...(result && !mentions(result, "any") && { type: result }) };
}

export const TEXT: Parameter = { type: STRING };
export const COUNT: Parameter = { type: NUMBER };
export const ANYTHING: Parameter = { type: ANY };
/** Any value; parts of it may be unknown. */
export const SHALLOW: Parameter = { type: ANY, unknown: "parts" };

// --- arguments, which callSpec has made what the parameters say ---

export function textOf(value: Value | undefined): string {
  return value?.kind === "string" ? value.value : "";
}

/** As Go's `int`; undefined where the number is not whole. */
export function indexOf(value: Value | undefined): number | undefined {
  return value?.kind === "number" ? value.value.toIndex() : undefined;
}

/** Newer versions take what older ones refuse. */
export const OF_VERSION = unknown("it depends on Terraform's version");

export const NOT_WHOLE = failed("a whole number is required");

export function isSequence(value: Value | undefined): value is ListValue {
  return value?.kind === "list" || value?.kind === "set";
}

export function elementsOf(value: Value | undefined): readonly Value[] {
  return isSequence(value) ? value.elements : [];
}

export function isMapping(value: Value | undefined): value is ObjectValue {
  return value?.kind === "object";
}

/** The result of a text function still comes from where its argument is written. */
export function originOfFirst([first]: readonly Value[]) {
  return first === undefined ? {} : originOf(first);
}

/** For functions whose result depends on every part. */
export function known(value: Value, then: () => Value): Value {
  return isWhollyKnown(value) ? then() : unknown(unknownIn(value) ?? "part of it is not known");
}

/** A function of texts that gives a text, which comes from where the first is written. */
export function textFunction(arity: number, change: (...texts: string[]) => string): FunctionSpec {
  return {
    params: Array.from({ length: arity }, () => TEXT),
    result: STRING,
    run: (args) => stringValue(change(...args.map(textOf)), originOfFirst(args)),
  };
}

/** Longest text and largest collection that is worked out; beyond it a value counts as unknown. */
export const MOST_CHARACTERS = 1_000_000;
export const MOST_ELEMENTS = 100_000;
export const TOO_LARGE = unknown("too large a collection");
export const TOO_LONG = unknown("too long a text");
