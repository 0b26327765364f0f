import { BigFloat } from "./big-float.js";
import { toNumber } from "./convert.js";
import { ANYTHING, COUNT, type FunctionSpec, indexOf, isSequence, NOT_WHOLE, originOfFirst } from "./function-spec.js";
import { failed, integerValue, listValue, numberValue, unknown, type Value } from "./value.js";
import { NUMBER } from "./value-type.js";

function numeric(change: (n: BigFloat) => BigFloat | undefined): FunctionSpec {
  return { params: [COUNT], result: NUMBER, run: ([n]) => numberValue(change(numberOf(n))) };
}

const ZERO = BigFloat.integer(0n);
const ONE = BigFloat.integer(1n);

function numberOf(value: Value | undefined): BigFloat {
  return value?.kind === "number" ? value.value : ZERO;
}

/** Up (1) or down (-1) to a whole number, in the precision it had. */
function wholeNumber(n: BigFloat, direction: 1 | -1): BigFloat | undefined {
  if (n.isInteger) return n;
  const truncated = n.truncated();
  return BigFloat.rounded(n.sign === direction ? truncated + BigInt(direction) : truncated, 0, n.precision);
}

/** The first of the greatest, or smallest. */
function extreme(isBetter: (order: number) => boolean): FunctionSpec {
  return {
    params: [],
    rest: COUNT,
    result: NUMBER,
    run: ([first, ...others]) => {
      if (first === undefined) return failed("a number is required");
      return others.reduce((best, other) => (isBetter(numberOf(other).compare(numberOf(best))) ? other : best), first);
    },
  };
}

/** Only where the exact result is a double: what Go makes of the others, JavaScript need not make. */
function power(base: BigFloat, exponent: BigFloat): Value {
  const times = exponent.toIndex();
  if (times === undefined || times < 0 || times > 1000 || !base.isInteger) return INEXACT_POWER;
  const result = base.truncated() ** BigInt(times);
  return result >= -LARGEST_DOUBLE && result <= LARGEST_DOUBLE
    ? numberValue(BigFloat.double(Number(result)))
    : INEXACT_POWER;
}

const LARGEST_DOUBLE = 2n ** 53n;
const INEXACT_POWER = unknown("pow() is evaluated for small whole numbers only");

/** Terraform allows no more. See [RangeFunc](https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/sequence.go). */
const LONGEST_RANGE = 1024;

function range(numbers: readonly BigFloat[]): Value {
  const [first, second, third] = numbers;
  if (first === undefined || numbers.length > 3) return failed("range() needs one to three numbers");
  const start = second === undefined ? ZERO : first;
  const end = second ?? first;
  const step = third ?? (end.compare(start) < 0 ? ONE.negated() : ONE);
  // Terraform takes a step of zero for one upwards, and then makes too many.
  const down = step.sign < 0;
  if (end.compare(start) * (down ? 1 : -1) > 0) return failed("range() never reaches its end");
  const elements: Value[] = [];
  for (let next: BigFloat | undefined = start; ; next = next.plus(step)) {
    if (next === undefined) return numberValue(undefined);
    if (down ? next.compare(end) <= 0 : next.compare(end) >= 0) break;
    if (elements.length >= LONGEST_RANGE) return failed("range() has more than 1024 elements");
    elements.push(numberValue(next));
  }
  return listValue(elements, {}, NUMBER);
}

function sum(list: Value | undefined): Value {
  if (!isSequence(list)) return failed("sum() takes a list or set");
  let total: BigFloat | undefined;
  for (const element of list.elements) {
    const added = toNumber(element);
    if (added.kind !== "number") return added.kind === "unknown" ? added : failed("sum() takes numbers");
    total = total === undefined ? added.value : total.plus(added.value);
    if (total === undefined) return numberValue(undefined);
  }
  return total === undefined ? failed("sum() of nothing") : numberValue(total);
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function parseInteger(text: Value | undefined, base: number | undefined, args: readonly Value[]): Value {
  if (text?.kind !== "string") return failed("parseint() takes a text");
  if (base === undefined || base < 2 || base > 62) return failed("parseint() takes a base between 2 and 62");
  if (text.value.length > 1000) return numberValue(undefined);
  const [, sign, digits = ""] = /^([+-]?)(.+)$/s.exec(text.value) ?? [];
  if (digits === "") return failed("parseint() takes digits");
  let value = 0n;
  for (const character of base <= 36 ? digits.toLowerCase() : digits) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0 || digit >= base) return failed("parseint() takes digits of its base");
    value = value * BigInt(base) + BigInt(digit);
  }
  return numberValue(BigFloat.integer(sign === "-" ? -value : value), originOfFirst(args));
}

export const NUMBER_FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  abs: numeric((n) => n.absolute()),
  ceil: numeric((n) => wholeNumber(n, 1)),
  floor: numeric((n) => wholeNumber(n, -1)),
  max: extreme((order) => order > 0),
  min: extreme((order) => order < 0),
  parseint: {
    params: [ANYTHING, COUNT],
    result: NUMBER,
    run: (args) => parseInteger(args[0], indexOf(args[1]), args),
  },
  pow: { params: [COUNT, COUNT], result: NUMBER, run: ([base, exponent]) => power(numberOf(base), numberOf(exponent)) },
  range: { params: [], rest: COUNT, run: (args) => range(args.map(numberOf)) },
  signum: {
    params: [COUNT],
    result: NUMBER,
    run: ([n]) => (indexOf(n) === undefined ? NOT_WHOLE : integerValue(numberOf(n).sign)),
  },
  sum: { params: [ANYTHING], result: NUMBER, run: ([list]) => sum(list) },
};
