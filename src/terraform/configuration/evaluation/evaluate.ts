import { isInside, type SourceRange } from "../../source-range.js";
import type { Attribute, Expression, ObjectItem, TraversalStep } from "../syntax/syntax.js";
import { BigFloat } from "./big-float.js";
import {
  accountFor,
  DEEPEST_EVALUATION,
  type EvaluationBudget,
  EXHAUSTED,
  newBudget,
  spend,
  tooLarge,
} from "./budget.js";
import { toBool, toNumber, toText } from "./convert.js";
import { callFunction, PICKING_FUNCTIONS } from "./functions.js";
import { conditional, operation } from "./operations.js";
import {
  blurred,
  boolValue,
  failed,
  integerValue,
  listValue,
  NULL,
  numberValue,
  type ObjectEntry,
  type Origin,
  objectValue,
  originOf,
  sortedEntries,
  stringValue,
  typedUnknown,
  typeOf,
  type UnknownValue,
  unknown,
  untyped,
  type Value,
} from "./value.js";
import { STRING, sameType, UNKNOWN, type ValueType } from "./value-type.js";

/** What the names in an expression mean: `var.x`, `local.x`, `each.key`, … */
export interface Scope {
  /**
   * The value of a reference's first steps, and how many steps that took. `keyOf` evaluates an index that the scope needs.
   * Every reference that is not bound inside the expression itself comes here.
   */
  resolve(root: string, steps: readonly TraversalStep[], keyOf: (key: Expression) => Value): Resolved;
  /** Shared by everything that is evaluated for one configuration. */
  readonly budget: EvaluationBudget;
  /** The functions that read the module's files, or remember where text of one is; absent where none may be read. */
  readonly files?: FileFunctions;
}

/** Calls a function that has to do with files; undefined for every other one. `range` is where the call is written. */
export type FileFunctions = (
  name: string,
  args: readonly Value[],
  range: SourceRange,
  budget: EvaluationBudget,
) => Value | undefined;

export interface Resolved {
  readonly value: Value;
  readonly consumed: number;
}

const MOST_CHARACTERS = 1_000_000;

/** A scope in which no name is known, as for variable files. */
export function constantScope(budget: EvaluationBudget): Scope {
  return {
    budget,
    resolve: (root) => ({ value: failed(`"${root}" cannot be referred to here`), consumed: 0 }),
  };
}

/**
 * What a module says by itself: its locals, and nothing that may be another thing elsewhere (variables, data, what is known
 * after the apply). A value from here may be written into the module as it is.
 */
export function ownScope(locals: ReadonlyMap<string, Attribute>): Scope {
  const scope: Scope = {
    budget: newBudget(),
    resolve(root, steps) {
      const [step] = steps;
      const name = step?.kind === "attribute" ? step.name : undefined;
      const local = root === "local" && name !== undefined ? locals.get(name) : undefined;
      if (local !== undefined) return { value: evaluate(local.value, scope), consumed: 1 };
      return { value: unknown(name === undefined ? root : `${root}.${name}`), consumed: steps.length };
    },
  };
  return scope;
}

/** A scope with the names that for-expressions bind in it, the innermost first. */
interface Context {
  readonly scope: Scope;
  readonly bindings: Bindings | undefined;
}

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
    return evaluateIn({ scope, bindings: undefined }, expression);
  } catch (error) {
    // The stack or a text has outgrown what the limits allow for.
    if (error instanceof RangeError) return unknown("too large to be evaluated here");
    throw error;
  }
}

function evaluateIn(context: Context, expression: Expression): Value {
  const { budget } = context.scope;
  if (!spend(budget, 1)) return EXHAUSTED;
  if (budget.depth >= DEEPEST_EVALUATION) return unknown("nested too deeply to be evaluated here");
  budget.depth += 1;
  try {
    return evaluateKind(context, expression);
  } finally {
    budget.depth -= 1;
  }
}

function evaluateKind(context: Context, expression: Expression): Value {
  const inner = (part: Expression) => evaluateIn(context, part);
  const origin = { source: expression.range };
  switch (expression.kind) {
    case "literal":
      return literal(expression, origin);
    case "template":
      return template(context, expression.parts, origin);
    case "reference": {
      const bound = find(context.bindings, expression.root);
      if (bound !== undefined) return access(context, bound, expression.steps);
      const { value, consumed } = context.scope.resolve(expression.root, expression.steps, inner);
      // What is named has a place of its own to fail in.
      if (value.kind === "unknown" && value.failed) return untyped(value);
      return access(context, value, expression.steps.slice(consumed));
    }
    case "access":
      return access(context, inner(expression.source), expression.steps);
    case "call":
      return call(expression, expression.args.map(inner), context.scope);
    case "tuple":
      return listValue(expression.items.map(inner), origin);
    case "object":
      return object(context, expression);
    case "for":
      return forExpression(context, expression);
    case "conditional": {
      const { condition, whenTrue, whenFalse } = expression;
      return conditional(inner(condition), inner(whenTrue), inner(whenFalse), context.scope.budget);
    }
    case "operation":
      return operation(expression.operator, expression.operands.map(inner), context.scope.budget);
    case "unsupported":
      return NOT_UNDERSTOOD;
  }
}

const NOT_UNDERSTOOD = unknown("this expression is not understood here");

function find(bindings: Bindings | undefined, name: string): Value | undefined {
  for (let binding = bindings; binding !== undefined; binding = binding.outer) {
    if (binding.name === name) return binding.value;
  }
  return undefined;
}

function literal({ value, digits }: Extract<Expression, { kind: "literal" }>, origin: Origin): Value {
  if (value === null) return { ...NULL, ...origin };
  if (typeof value === "string") return stringValue(value, origin);
  if (typeof value === "boolean") return boolValue(value, origin);
  const number = BigFloat.parse(digits ?? String(value));
  return numberValue(typeof number === "string" ? undefined : number, origin);
}

function template(context: Context, parts: readonly (string | Expression)[], origin: Origin): Value {
  const [only] = parts;
  // "${x}" alone is x itself, whatever its type.
  if (parts.length === 1 && only !== undefined && typeof only !== "string") return evaluateIn(context, only);
  let output = "";
  let hole: Value | undefined;
  for (const part of parts) {
    if (typeof part === "string") {
      output += part;
      continue;
    }
    const value = evaluateIn(context, part);
    const converted = value.kind === "null" ? failed("null in a template") : toText(value);
    if (converted.kind === "string") output += converted.value;
    else if (converted.kind === "unknown" && converted.failed) return failed(converted.reason, STRING);
    else if (converted.kind === "unknown") hole ??= typedUnknown(converted.reason, STRING);
    if (output.length > MOST_CHARACTERS) return unknown("too long a text");
  }
  return hole ?? accountFor(stringValue(output, origin), context.scope.budget);
}

function access(context: Context, value: Value, steps: readonly TraversalStep[]): Value {
  let current = value;
  for (const [index, step] of steps.entries()) {
    if (current.kind === "unknown") return blurred(current);
    if (step.kind === "splat") return splat(context, current, steps.slice(index + 1));
    current =
      step.kind === "attribute" ? attribute(current, step.name) : indexed(current, evaluateIn(context, step.key));
  }
  return current;
}

/** Over a list or set it gives a list, over a tuple a tuple; anything else is taken for the only element. */
function splat(context: Context, value: Value, steps: readonly TraversalStep[]): Value {
  if (value.kind === "null") {
    return /^(list|set|tuple)$/.test(typeOf(value).kind) ? failed("a null has no elements") : listValue([]);
  }
  const isSequence = value.kind === "list" || value.kind === "set";
  const elements = isSequence ? value.elements : [value];
  if (!spend(context.scope.budget, elements.length)) return EXHAUSTED;
  const results = elements.map((element) => access(context, element, steps));
  if (!isSequence || value.of === undefined) return listValue(results);
  const excess = tooLarge(results, context.scope.budget);
  if (excess !== undefined) return excess;
  const types = results.map(typeOf);
  const [type = typeBehind(value.of, steps)] = types;
  if (type === undefined) return failed("no element can have that");
  if (types.every((other) => sameType(other, type))) return listValue(results, {}, type);
  const hole = results.find((result) => result.kind === "unknown");
  return hole?.kind === "unknown" ? blurred(hole) : failed("the elements of a nested splat have different types");
}

/** The type that the steps lead to, as far as the types of a value's parts say; undefined where they lead nowhere. */
function typeBehind(type: ValueType, steps: readonly TraversalStep[]): ValueType | undefined {
  let current = type;
  for (const step of steps) {
    if (current.kind === "any") return current;
    const isOfTuple =
      current.kind === "tuple" && (step.kind === "index" || /^\d+$/.test(step.kind === "attribute" ? step.name : ""));
    if (step.kind === "splat" || current.kind === "unknown" || isOfTuple) return UNKNOWN;
    if (current.kind === "map" || (current.kind === "list" && step.kind === "index")) current = current.element;
    else if (current.kind !== "object") return undefined;
    else if (step.kind === "index") return UNKNOWN;
    else {
      const inner = current.attributes.get(step.name);
      if (inner === undefined) return undefined;
      current = inner.type;
    }
  }
  return current;
}

function attribute(value: Value, name: string): Value {
  // Terraform 0.11 wrote list.0 for list[0], and it is still taken.
  if (value.kind !== "object" && /^\d+$/.test(name)) return indexed(value, stringValue(name));
  const found = value.kind === "object" ? value.entries.get(name)?.value : undefined;
  return found ?? failed(`there is no attribute "${name}"`);
}

function indexed(value: Value, key: Value): Value {
  if (value.kind !== "object" && value.kind !== "list") return failed("it has no elements to be chosen by index");
  if (key.kind === "null") return failed("a null is no index");
  const index = value.kind === "object" ? toText(key) : toNumber(key);
  if (index.kind === "unknown") return untyped(index);
  let found: Value | undefined;
  if (value.kind === "object" && index.kind === "string") found = value.entries.get(index.value)?.value;
  if (value.kind === "list" && index.kind === "number") found = value.elements[index.value.toIndex() ?? -1];
  return found ?? failed("there is no such element");
}

function call(
  { name, expandLast, range }: Extract<Expression, { kind: "call" }>,
  args: readonly Value[],
  { budget, files }: Scope,
): Value {
  const picks = PICKING_FUNCTIONS.has(name);
  const excess = picks ? undefined : tooLarge(args, budget);
  if (excess !== undefined) return excess;
  let given = args;
  if (expandLast) {
    const last = args.at(-1);
    if (last === undefined) return failed("nothing to expand");
    if (last.kind === "unknown") return untyped(last);
    if (last.kind !== "list" && last.kind !== "set") return failed("only a list can be expanded into arguments");
    given = [...args.slice(0, -1), ...last.elements];
  }
  const value = files?.(name, given, range, budget) ?? callFunction(name, given);
  return picks ? value : accountFor(value, budget);
}

function object(context: Context, expression: Extract<Expression, { kind: "object" }>): Value {
  const entries = new Map<string, ObjectEntry>();
  for (const item of expression.items) {
    const key = toText(evaluateIn(context, item.key));
    if (key.kind === "unknown") return untyped(key);
    if (key.kind !== "string") return failed("a key is required");
    entries.set(key.value, writtenEntry(item, evaluateIn(context, item.value)));
  }
  return objectValue(entries, { source: expression.range });
}

/** An entry that is written out as `key = value`. */
export function writtenEntry({ key, value: { range } }: ObjectItem, value: Value): ObjectEntry {
  return { value, source: { ...key.range, end: range.end }, keySource: key.range };
}

/** One turn of a for-expression. */
interface Turn {
  readonly key: Value;
  readonly value: Value;
  /** Where the element that this turn is about is written. */
  readonly origin: Origin;
}

/** The keys and elements of a collection in Terraform's order; an unknown value where it is none. */
export function iterated(collection: Value): readonly Turn[] | UnknownValue {
  switch (collection.kind) {
    case "unknown":
      return blurred(collection);
    case "list":
      return collection.elements.map((value, index) => ({ key: integerValue(index), value, origin: originOf(value) }));
    case "set":
      return collection.elements.map((value) => ({ key: value, value, origin: originOf(value) }));
    case "object":
      return sortedEntries(collection).map(([name, entry]) => {
        const origin = originOf(entry);
        return { key: stringValue(name, origin), value: entry.value, origin };
      });
    default:
      return failed("only a collection can be iterated");
  }
}

function forExpression(context: Context, expression: Extract<Expression, { kind: "for" }>): Value {
  const turns = iterated(evaluateIn(context, expression.collection));
  if ("kind" in turns) return turns;
  const { keyName, valueName } = expression;
  const elements: Value[] = [];
  const groups = new Map<string, { readonly values: Value[]; readonly entry: Omit<ObjectEntry, "value"> }>();
  for (const turn of turns) {
    const outer =
      keyName === undefined ? context.bindings : { name: keyName, value: turn.key, outer: context.bindings };
    const bound = { scope: context.scope, bindings: { name: valueName, value: turn.value, outer } };
    if (expression.condition !== undefined) {
      const condition = toBool(evaluateIn(bound, expression.condition));
      if (condition.kind === "unknown") return untyped(condition);
      if (condition.kind !== "bool") return failed("a condition is true or false");
      if (!condition.value) continue;
    }
    const value = madeOf(evaluateIn(bound, expression.value), turn, expression.value.range);
    if (value === EXHAUSTED) return value;
    if (value.kind === "unknown" && value.failed) return failed(value.reason, UNKNOWN);
    if (expression.key === undefined) {
      elements.push(value);
      continue;
    }
    const key = toText(evaluateIn(bound, expression.key));
    if (key.kind === "unknown") return untyped(key);
    if (key.kind !== "string") return failed("a key is required");
    const group = groups.get(key.value);
    if (group === undefined) {
      const written = originOf(madeOf(key, turn, expression.key.range));
      const keySource = written.source && { keySource: written.source };
      groups.set(key.value, {
        values: [value],
        entry: { ...(turn.origin.source ? turn.origin : written), ...keySource },
      });
    } else if (expression.grouped) group.values.push(value);
    else return failed(`two elements have the key "${key.value}"`);
  }
  if (expression.key === undefined) return listValue(elements);
  const entries = new Map<string, ObjectEntry>();
  for (const [key, { values, entry }] of groups) {
    const [first, second] = values;
    // A group of several is in no one place.
    if (expression.grouped) entries.set(key, { ...(second === undefined && entry), value: listValue(values) });
    else if (first !== undefined) entries.set(key, { ...entry, value: first });
  }
  return objectValue(entries);
}

/** What the body of a for-expression made belongs to the element it was made of; what only passed through keeps its own place. */
function madeOf(value: Value, turn: Turn, body: SourceRange): Value {
  if (value.kind === "unknown") return value;
  if (value.source !== undefined && !isInside(value.source, body)) return value;
  return turn.origin.source === undefined ? value : { ...value, ...turn.origin };
}
