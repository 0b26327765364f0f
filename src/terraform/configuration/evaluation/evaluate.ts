import type { SourceRange } from "../../source-range.js";
import type { Expression, TraversalStep } from "../syntax/syntax.js";
import { toBool, toNumber, toText, unify } from "./convert.js";
import { accountFor, DEEPEST_EVALUATION, type Effort, EXHAUSTED, spend, tooLarge } from "./effort.js";
import { callFunction, PICKING_FUNCTIONS } from "./functions.js";
import {
  boolValue,
  failed,
  identityOf,
  isFailed,
  isWhollyKnown,
  listValue,
  NULL,
  numberValue,
  type ObjectEntry,
  type Origin,
  objectValue,
  originOf,
  sortedEntries,
  stringValue,
  unknown,
  type Value,
} from "./value.js";

/** What the names in an expression mean: `var.x`, `local.x`, `each.key`, … */
export interface Scope {
  /**
   * The value of a reference's first steps, and how many steps that took. `keyOf` evaluates an index that the scope needs.
   * Every reference that is not bound inside the expression itself comes here.
   */
  resolve(root: string, steps: readonly TraversalStep[], keyOf: (key: Expression) => Value): Resolved;
  /** Shared by everything that is evaluated for one configuration. */
  readonly effort: Effort;
}

export interface Resolved {
  readonly value: Value;
  readonly consumed: number;
}

const MOST_CHARACTERS = 1_000_000;

/** A scope in which no name is known, as for variable files. */
export function constantScope(effort: Effort): Scope {
  return {
    effort,
    resolve: (root) => ({ value: failed(`"${root}" cannot be referred to here`), consumed: 0 }),
  };
}

/** Names that for-expressions bind, the innermost first. */
interface Bindings {
  readonly name: string;
  readonly value: Value;
  readonly outer: Bindings | undefined;
}

/**
 * The value of an expression, per the [expression language](https://developer.hashicorp.com/terraform/language/expressions).
 * Never throws: what cannot be told is unknown, with the reason.
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  try {
    return evaluateWith(expression, scope, undefined);
  } catch (error) {
    // The stack or a text has outgrown what the limits allow for.
    if (error instanceof RangeError) return unknown("too large to be evaluated here");
    throw error;
  }
}

function evaluateWith(expression: Expression, scope: Scope, bindings: Bindings | undefined): Value {
  const { effort } = scope;
  if (!spend(effort, 1)) return EXHAUSTED;
  if (effort.depth >= DEEPEST_EVALUATION) return unknown("nested too deeply to be evaluated here");
  effort.depth += 1;
  try {
    return evaluateKind(expression, scope, bindings);
  } finally {
    effort.depth -= 1;
  }
}

function evaluateKind(expression: Expression, scope: Scope, bindings: Bindings | undefined): Value {
  const { effort } = scope;
  const inner = (part: Expression) => evaluateWith(part, scope, bindings);
  switch (expression.kind) {
    case "literal":
      return literal(expression.value, { source: expression.range });
    case "template":
      return template(expression.parts, expression.range, inner, effort);
    case "reference": {
      const bound = find(bindings, expression.root);
      if (bound !== undefined) return access(bound, expression.steps, inner, effort);
      const { value, consumed } = scope.resolve(expression.root, expression.steps, inner);
      return access(value, expression.steps.slice(consumed), inner, effort);
    }
    case "access":
      return access(inner(expression.source), expression.steps, inner, effort);
    case "call":
      return call(expression.name, expression.args.map(inner), expression.expandLast, effort);
    case "tuple":
      return listValue(expression.items.map(inner), { source: expression.range });
    case "object":
      return object(expression, inner);
    case "for":
      return forExpression(expression, scope, bindings);
    case "conditional":
      return conditional(
        inner(expression.condition),
        () => inner(expression.whenTrue),
        () => inner(expression.whenFalse),
        effort,
      );
    case "operation":
      return operation(expression.operator, expression.operands.map(inner), effort);
    case "unsupported":
      return unknown("this expression is not understood here");
  }
}

function find(bindings: Bindings | undefined, name: string): Value | undefined {
  for (let binding = bindings; binding !== undefined; binding = binding.outer) {
    if (binding.name === name) return binding.value;
  }
  return undefined;
}

function literal(value: string | number | boolean | null, origin: Origin): Value {
  switch (typeof value) {
    case "string":
      return stringValue(value, origin);
    case "number":
      return numberValue(value, origin);
    case "boolean":
      return boolValue(value, origin);
    default:
      return { ...NULL, ...origin };
  }
}

function template(
  parts: readonly (string | Expression)[],
  range: SourceRange,
  inner: (part: Expression) => Value,
  effort: Effort,
): Value {
  const [only] = parts;
  // "${x}" alone is x itself, whatever its type.
  if (parts.length === 1 && only !== undefined && typeof only !== "string") return inner(only);
  let output = "";
  let hole: Value | undefined;
  for (const part of parts) {
    if (typeof part === "string") {
      output += part;
      continue;
    }
    const value = inner(part);
    const converted = value.kind === "null" ? failed("null in a template") : toText(value);
    if (converted.kind === "string") output += converted.value;
    else if (isFailed(converted)) return converted;
    else hole ??= converted;
    if (output.length > MOST_CHARACTERS) return unknown("too long a text");
  }
  return hole ?? accountFor(stringValue(output, { source: range }), effort);
}

function access(
  value: Value,
  steps: readonly TraversalStep[],
  inner: (key: Expression) => Value,
  effort: Effort,
): Value {
  let current = value;
  for (const [index, step] of steps.entries()) {
    if (current.kind === "unknown") return current;
    if (step.kind === "splat") return splat(current, steps.slice(index + 1), inner, effort);
    current = step.kind === "attribute" ? attribute(current, step.name) : indexed(current, inner(step.key));
  }
  return current;
}

function splat(
  value: Value,
  steps: readonly TraversalStep[],
  inner: (key: Expression) => Value,
  effort: Effort,
): Value {
  if (value.kind === "null") return listValue([]);
  const elements = value.kind === "list" || value.kind === "set" ? value.elements : [value];
  if (!spend(effort, elements.length)) return EXHAUSTED;
  return listValue(elements.map((element) => access(element, steps, inner, effort)));
}

function attribute(value: Value, name: string): Value {
  if (value.kind === "object") return value.entries.get(name)?.value ?? failed(`there is no attribute "${name}"`);
  // Terraform 0.11 wrote list.0 for list[0], and it is still taken.
  if (/^\d+$/.test(name)) return indexed(value, numberValue(Number(name)));
  return failed(`there is no attribute "${name}"`);
}

function indexed(value: Value, key: Value): Value {
  if (key.kind === "unknown") return key;
  if (value.kind === "object") {
    const name = toText(key);
    if (name.kind === "unknown") return name;
    return (
      (name.kind === "string" ? value.entries.get(name.value)?.value : undefined) ?? failed("there is no such element")
    );
  }
  if (value.kind !== "list") return failed("it has no elements to be chosen by index");
  const position = toNumber(key);
  return (
    (position.kind === "number" ? value.elements[position.value] : undefined) ?? failed("there is no such element")
  );
}

function call(name: string, args: readonly Value[], expandLast: boolean, effort: Effort): Value {
  const excess = PICKING_FUNCTIONS.has(name) ? undefined : tooLarge(args, effort);
  if (excess !== undefined) return excess;
  const last = args.at(-1);
  const result = (given: readonly Value[]) => {
    const value = callFunction(name, given);
    return PICKING_FUNCTIONS.has(name) ? value : accountFor(value, effort);
  };
  if (!expandLast) return result(args);
  if (last === undefined || last.kind === "unknown") return last ?? failed("nothing to expand");
  if (last.kind !== "list" && last.kind !== "set") return failed("only a list can be expanded into arguments");
  return result([...args.slice(0, -1), ...last.elements]);
}

function object(expression: Extract<Expression, { kind: "object" }>, inner: (part: Expression) => Value): Value {
  const entries = new Map<string, ObjectEntry>();
  for (const item of expression.items) {
    const key = toText(inner(item.key));
    if (key.kind === "unknown") return key;
    if (key.kind !== "string") return failed("a key is required");
    entries.set(key.value, {
      value: inner(item.value),
      source: { file: item.key.range.file, start: item.key.range.start, end: item.value.range.end },
      keySource: item.key.range,
    });
  }
  return objectValue(entries, { source: expression.range });
}

/** One turn of a for-expression. */
interface Turn {
  readonly key: Value;
  readonly value: Value;
  /** Where the element that this turn is about is written. */
  readonly origin: Origin;
}

function turns(collection: Value): readonly Turn[] | Value {
  switch (collection.kind) {
    case "unknown":
      return collection;
    case "list":
      return collection.elements.map((value, index) => ({ key: numberValue(index), value, origin: originOf(value) }));
    case "set":
      return collection.elements.map((value) => ({ key: value, value, origin: originOf(value) }));
    case "object":
      return sortedEntries(collection).map(([key, entry]) => ({
        key: stringValue(key, originOf(entry)),
        value: entry.value,
        origin: originOf(entry),
      }));
    default:
      return failed("only a collection can be iterated");
  }
}

function forExpression(
  expression: Extract<Expression, { kind: "for" }>,
  scope: Scope,
  bindings: Bindings | undefined,
): Value {
  const all = turns(evaluateWith(expression.collection, scope, bindings));
  if ("kind" in all) return all;
  const elements: Value[] = [];
  const groups = new Map<string, { readonly values: Value[]; readonly entry: Omit<ObjectEntry, "value"> }>();
  for (const turn of all) {
    const outer =
      expression.keyName === undefined ? bindings : { name: expression.keyName, value: turn.key, outer: bindings };
    const bound: Bindings = { name: expression.valueName, value: turn.value, outer };
    if (expression.condition !== undefined) {
      const condition = toBool(evaluateWith(expression.condition, scope, bound));
      if (condition.kind === "unknown") return condition;
      if (condition.kind !== "bool") return failed("a condition is true or false");
      if (!condition.value) continue;
    }
    const value = madeOf(evaluateWith(expression.value, scope, bound), turn, expression.value.range);
    if (isFailed(value) || value === EXHAUSTED) return value;
    if (expression.key === undefined) {
      elements.push(value);
      continue;
    }
    const key = toText(evaluateWith(expression.key, scope, bound));
    if (key.kind === "unknown") return key;
    if (key.kind !== "string") return failed("a key is required");
    const group = groups.get(key.value);
    if (group === undefined) {
      const written = madeOf(key, turn, expression.key.range);
      const keySource = written.kind === "string" ? written.source : undefined;
      groups.set(key.value, {
        values: [value],
        entry: {
          ...(turn.origin.source ? turn.origin : originOf(written)),
          ...(keySource !== undefined && { keySource }),
        },
      });
    } else if (expression.grouped) group.values.push(value);
    else return failed(`two elements have the key "${key.value}"`);
  }
  if (expression.key === undefined) return listValue(elements);
  const entries = new Map<string, ObjectEntry>();
  for (const [key, { values, entry }] of groups) {
    const [first] = values;
    // A group is in no one place.
    const single = values.length === 1;
    if (expression.grouped) entries.set(key, { ...(single ? entry : {}), value: listValue(values) });
    else if (first !== undefined) entries.set(key, { ...entry, value: first });
  }
  return objectValue(entries);
}

/** What the body of a for-expression made belongs to the element it was made of; what only passed through keeps its own place. */
function madeOf(value: Value, turn: Turn, body: SourceRange): Value {
  if (value.kind === "unknown") return value;
  if (value.source !== undefined && !within(value.source, body)) return value;
  return turn.origin.source === undefined ? value : { ...value, ...turn.origin };
}

function within(range: SourceRange, outer: SourceRange): boolean {
  return range.file === outer.file && range.start.offset >= outer.start.offset && range.end.offset <= outer.end.offset;
}

function conditional(condition: Value, whenTrue: () => Value, whenFalse: () => Value, effort: Effort): Value {
  const decided = toBool(condition);
  if (isFailed(decided)) return decided;
  if (decided.kind === "null") return failed("the condition is null");
  const yes = whenTrue();
  const no = whenFalse();
  if (decided.kind !== "bool") {
    const excess = tooLarge([yes, no], effort);
    if (excess !== undefined) return excess;
    const same = yes.kind === no.kind && isWhollyKnown(yes) && isWhollyKnown(no) && identityOf(yes) === identityOf(no);
    return same ? yes : unknown(decided.kind === "unknown" ? decided.reason : "the condition is not known");
  }
  const [chosen, other] = decided.value ? [yes, no] : [no, yes];
  return alike(chosen, other);
}

/** Both results of a conditional have one type: a number beside text becomes text, and so do the elements of lists. */
function alike(chosen: Value, other: Value): Value {
  if (chosen.kind === "list" && other.kind === "list" && chosen.elements.length !== other.elements.length) {
    const elements = unify([...chosen.elements, ...other.elements]).slice(0, chosen.elements.length);
    return listValue(elements, originOf(chosen));
  }
  return unify([chosen, other])[0] ?? chosen;
}

function operation(operator: string, operands: readonly Value[], effort: Effort): Value {
  const excess = tooLarge(operands, effort);
  if (excess !== undefined) return excess;
  const broken = operands.find(isFailed);
  if (broken !== undefined) return broken;
  const [left, right] = operands;
  if (left === undefined) return unknown("this expression is not understood here");
  if (right === undefined) {
    if (operator === "!") return logic(toBool(left), (a) => !a);
    if (operator === "-") return arithmetic(toNumber(left), numberValue(0), (a) => -a);
    return unknown(`the operator ${operator} is not evaluated here`);
  }
  switch (operator) {
    case "==":
      return equal(left, right);
    case "!=":
      return logic(equal(left, right), (same) => !same);
    case "&&":
      return connected(toBool(left), toBool(right), false);
    case "||":
      return connected(toBool(left), toBool(right), true);
    case "+":
      return arithmetic(toNumber(left), toNumber(right), (a, b) => a + b);
    case "-":
      return arithmetic(toNumber(left), toNumber(right), (a, b) => a - b);
    case "*":
      return arithmetic(toNumber(left), toNumber(right), (a, b) => a * b);
    case "/":
      return arithmetic(toNumber(left), toNumber(right), (a, b) => a / b);
    case "%":
      return arithmetic(toNumber(left), toNumber(right), (a, b) => a % b);
    case "<":
      return comparison(toNumber(left), toNumber(right), (a, b) => a < b);
    case "<=":
      return comparison(toNumber(left), toNumber(right), (a, b) => a <= b);
    case ">":
      return comparison(toNumber(left), toNumber(right), (a, b) => a > b);
    case ">=":
      return comparison(toNumber(left), toNumber(right), (a, b) => a >= b);
    default:
      return unknown(`the operator ${operator} is not evaluated here`);
  }
}

function equal(left: Value, right: Value): Value {
  if (left.kind === "null" || right.kind === "null") {
    const other = left.kind === "null" ? right : left;
    return other.kind === "unknown" ? other : boolValue(other.kind === "null");
  }
  if (left.kind === "unknown") return left;
  if (right.kind === "unknown") return right;
  if (left.kind !== right.kind) return boolValue(false);
  if (left.kind === "list" || left.kind === "set" || left.kind === "object") {
    if (!isWhollyKnown(left) || !isWhollyKnown(right)) return unknown("part of it is not known");
    // A tuple never equals a list of the same elements, nor an object a map, and here they are not told apart.
    return identityOf(left) === identityOf(right)
      ? unknown("whether the types are the same is not known")
      : boolValue(false);
  }
  return boolValue(identityOf(left) === identityOf(right));
}

function logic(value: Value, change: (value: boolean) => boolean): Value {
  if (value.kind === "unknown") return value;
  return value.kind === "bool" ? boolValue(change(value.value)) : failed("true or false is required");
}

/** `decisive` on either side decides, whatever the other is. */
function connected(left: Value, right: Value, decisive: boolean): Value {
  for (const side of [left, right]) {
    if (isFailed(side)) return side;
    if (side.kind === "null") return failed("true or false is required");
  }
  if ((left.kind === "bool" && left.value === decisive) || (right.kind === "bool" && right.value === decisive)) {
    return boolValue(decisive);
  }
  return left.kind === "unknown" ? left : right.kind === "unknown" ? right : boolValue(!decisive);
}

function arithmetic(left: Value, right: Value, compute: (a: number, b: number) => number): Value {
  if (left.kind === "unknown") return left;
  if (right.kind === "unknown") return right;
  if (left.kind !== "number" || right.kind !== "number") return failed("a number is required");
  const result = compute(left.value, right.value);
  // Terraform reckons with 512 bits: 0.1 + 0.2 is 0.3 there.
  return Number.isFinite(result) ? numberValue(Number(result.toPrecision(15))) : failed("not a finite number");
}

function comparison(left: Value, right: Value, holds: (a: number, b: number) => boolean): Value {
  if (left.kind === "unknown") return left;
  if (right.kind === "unknown") return right;
  if (left.kind !== "number" || right.kind !== "number") return failed("a number is required");
  return boolValue(holds(left.value, right.value));
}
