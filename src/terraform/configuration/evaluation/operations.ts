import type { BigFloat } from "./big-float.js";
import { type EvaluationBudget, tooLarge } from "./budget.js";
import { convert, toBool, toNumber } from "./convert.js";
import {
  areEqual,
  boolValue,
  failed,
  identityOf,
  isFailed,
  isWhollyKnown,
  numberValue,
  typedUnknown,
  typeOf,
  unknown,
  unknownIn,
  type Value,
} from "./value.js";
import { BOOL, mentions, NUMBER, unifyTypes, type ValueType } from "./value-type.js";

/**
 * Both results of a conditional get one type, also the one that is chosen. A result that fails has none, and matters
 * only where it is chosen. See [ConditionalExpr](https://github.com/hashicorp/hcl/blob/main/hclsyntax/expression.go).
 */
export function conditional(condition: Value, yes: Value, no: Value, budget: EvaluationBudget): Value {
  const excess = tooLarge([yes, no], budget);
  if (excess !== undefined) return excess;
  const type = resultType(yes, no);
  if (type === undefined) return failed("the results of a conditional have no type in common");
  // A failed result may still have a type that conflicts with the other.
  if ([yes, no].some((value) => isFailed(value) && mentions(typeOf(value), "unknown"))) return UNSETTLED;
  const test = toBool(condition);
  if (test.kind === "bool") return ofType(convert(test.value ? yes : no, type), type);
  if (test.kind !== "unknown") return failed("the condition is null", type);
  if (test.failed) return failed(test.reason, type);
  const [first, second] = [convert(yes, type), convert(no, type)];
  const isSame =
    isWhollyKnown(first) &&
    isWhollyKnown(second) &&
    first.kind === second.kind &&
    identityOf(first) === identityOf(second);
  if (isSame) return first;
  return mentions(type, "any") || mentions(type, "unknown") ? unknown(test.reason) : typedUnknown(test.reason, type);
}

const UNSETTLED = unknown("the type of a result that fails is not known here");

/** A failure has the type that the result would have. */
function ofType(value: Value, type: ValueType): Value {
  return value.kind === "unknown" && value.failed && type.kind !== "any" ? failed(value.reason, type) : value;
}

const isLiteralNull = (value: Value) => value.kind === "null" && typeOf(value).kind === "any";

function resultType(yes: Value, no: Value): ValueType | undefined {
  const [a, b] = [typeOf(yes), typeOf(no)];
  if (isLiteralNull(yes)) return b;
  if (isLiteralNull(no)) return a;
  if (a.kind === "any" || b.kind === "any") return { kind: "any" };
  return unifyTypes([a, b]);
}

/** One operation over its operands. */
export function operation(operator: string, operands: readonly Value[], budget: EvaluationBudget): Value {
  const excess = tooLarge(operands, budget);
  if (excess !== undefined) return excess;
  const [left, right] = operands;
  if (left === undefined) return unknown("tfinvite doesn't support this expression");
  const type = ARITHMETIC.has(operator) ? NUMBER : BOOL;
  return ofType(right === undefined ? unary(operator, left) : binary(operator, left, right), type);
}

function unary(operator: string, value: Value): Value {
  if (isFailed(value)) return value;
  return operator === "!" ? negation(value) : ofNumbers([value], (n) => n.negated());
}

function binary(operator: string, left: Value, right: Value): Value {
  if (operator === "&&" || operator === "||") return connected(left, right, operator === "||");
  const broken = [left, right].find(isFailed);
  if (broken !== undefined) return broken;
  if (operator === "==" || operator === "!=") return equality(left, right, operator === "==");
  const compared = COMPARISONS.get(operator);
  if (compared !== undefined) return ofNumbers([left, right], (a, b) => compared(a.compare(b)), BOOL);
  const computed = ARITHMETIC.get(operator);
  if (computed === undefined) return unknown(`tfinvite doesn't evaluate the operator ${operator}`);
  return ofNumbers([left, right], computed);
}

const COMPARISONS: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ["<", (order) => order < 0],
  ["<=", (order) => order <= 0],
  [">", (order) => order > 0],
  [">=", (order) => order >= 0],
]);

type Arithmetic = (a: BigFloat, b: BigFloat) => BigFloat | boolean | Value | undefined;

const ARITHMETIC: ReadonlyMap<string, Arithmetic> = new Map<string, Arithmetic>([
  ["+", (a, b) => a.plus(b)],
  ["-", (a, b) => a.minus(b)],
  ["*", (a, b) => a.times(b)],
  // By zero it is infinite, which Terraform can have, but not print.
  ["/", (a, b) => (a.sign === 0 && b.sign === 0 ? failed("zero divided by zero") : a.over(b))],
  ["%", (a, b) => a.modulo(b)],
]);

function ofNumbers(operands: readonly Value[], compute: Arithmetic, type: ValueType = NUMBER): Value {
  const numbers: BigFloat[] = [];
  let hole: Value | undefined;
  for (const operand of operands) {
    const number = toNumber(operand);
    if (isFailed(number)) return number;
    if (number.kind === "null") return failed("a number is required");
    if (number.kind === "number") numbers.push(number.value);
    else hole ??= number;
  }
  const [a, b] = numbers;
  if (hole !== undefined || a === undefined) {
    return typedUnknown(hole?.kind === "unknown" ? hole.reason : "a number is required", type);
  }
  const result = compute(a, b ?? a);
  if (typeof result === "boolean") return boolValue(result);
  return result !== undefined && "kind" in result ? result : numberValue(result);
}

function equality(left: Value, right: Value, wanted: boolean): Value {
  const equal = areEqual(left, right);
  if (equal !== undefined) return boolValue(equal === wanted);
  return typedUnknown(unknownIn(left) ?? unknownIn(right) ?? "a part of it has no type yet", BOOL);
}

function negation(value: Value): Value {
  const bool = toBool(value);
  if (bool.kind === "null") return failed("true or false is required");
  return bool.kind === "bool" ? boolValue(!bool.value) : bool;
}

/** The value of `&&` or `||`: `decisive` on either side decides, regardless of the other. */
function connected(left: Value, right: Value, decisive: boolean): Value {
  const sides = [toBool(left), toBool(right)];
  const [first, second] = sides;
  const decides = (side: Value | undefined) => side?.kind === "bool" && side.value === decisive;
  const isBroken = (side: Value | undefined) => side === undefined || isFailed(side) || side.kind === "null";
  if (isBroken(first)) return failed("true or false is required");
  // From Terraform 1.12 on, the right side is no longer evaluated if the left one decides.
  if (isBroken(second)) {
    const depends = decides(first) || first?.kind === "unknown";
    return depends ? typedUnknown("it depends on Terraform's version", BOOL) : failed("true or false is required");
  }
  if (sides.some(decides)) return boolValue(decisive);
  const hole = sides.find((side) => side.kind === "unknown");
  return hole?.kind === "unknown" ? typedUnknown(hole.reason, BOOL) : boolValue(!decisive);
}
