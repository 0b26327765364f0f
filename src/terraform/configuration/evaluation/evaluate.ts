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
import { decidedBy, callResult as markedCall, marksIn, resultOf, sensitiveValue, withKeyMarks } from "./marking.js";
import { deciding as decidingMarks, union } from "./marks.js";
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
   * The value of a reference's first steps, and how many steps that took. `keyOf` evaluates an index that the scope
   * needs. Every reference that is not bound inside the expression itself comes here.
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
 * What a module says by itself: its locals, and nothing that may be another thing elsewhere (variables, data, what is
 * known after the apply). A value from here may be written into the module as it is.
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
 * Never throws: what cannot be evaluated is unknown, with the reason.
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  try {
    return evaluateIn({ scope, bindings: undefined }, expression);
  } catch (error) {
    // The stack or a text has outgrown what the limits allow for.
    if (error instanceof RangeError) return unknown("it is too large to evaluate");
    throw error;
  }
}

function evaluateIn(context: Context, expression: Expression): Value {
  const { budget } = context.scope;
  if (!spend(budget, 1)) return EXHAUSTED;
  if (budget.depth >= DEEPEST_EVALUATION) return unknown("it is nested too deeply to evaluate");
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
      return tuple(expression.items.map(inner), origin);
    case "object":
      return object(context, expression);
    case "for":
      return forExpression(context, expression);
    case "conditional": {
      const { condition, whenTrue, whenFalse } = expression;
      const [test, yes, no] = [inner(condition), inner(whenTrue), inner(whenFalse)];
      const chosen = conditional(test, yes, no, context.scope.budget);
      return resultOf(chosen, [yes, no], { carries: true, decidedBy: [test] });
    }
    case "operation": {
      const operands = expression.operands.map(inner);
      const result = operation(expression.operator, operands, context.scope.budget);
      return resultOf(result, operands, { tells: TELLING_OPERATORS.has(expression.operator) });
    }
    case "unsupported":
      return NOT_UNDERSTOOD;
  }
}

/** Operators whose result says something about the operands without containing them. */
const TELLING_OPERATORS: ReadonlySet<string> = new Set(["==", "!=", "&&", "||", "!"]);

function tuple(items: readonly Value[], origin: Origin): Value {
  const made = listValue(items, origin);
  return made.kind === "unknown" ? resultOf(made, items) : made;
}

const NOT_UNDERSTOOD = unknown("tfinvite doesn't support this expression");

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
  // "${x}" alone is x itself, with any type.
  if (parts.length === 1 && only !== undefined && typeof only !== "string") return evaluateIn(context, only);
  const values = parts.map((part) => (typeof part === "string" ? part : evaluateIn(context, part)));
  const operands = values.filter((value) => typeof value !== "string");
  return resultOf(joined(context, values, origin), operands);
}

function joined(context: Context, parts: readonly (string | Value)[], origin: Origin): Value {
  let output = "";
  let hole: Value | undefined;
  for (const value of parts) {
    if (typeof value === "string") {
      output += value;
      continue;
    }
    const converted = value.kind === "null" ? failed("null in a template") : toText(value);
    if (converted.kind === "string") output += converted.value;
    else if (converted.kind === "unknown" && converted.failed) return failed(converted.reason, STRING);
    else if (converted.kind === "unknown") hole ??= typedUnknown(converted.reason, STRING);
    if (output.length > MOST_CHARACTERS) return unknown("the text is too long");
  }
  return hole ?? accountFor(stringValue(output, origin), context.scope.budget);
}

function access(context: Context, value: Value, steps: readonly TraversalStep[]): Value {
  let current = value;
  for (const [index, step] of steps.entries()) {
    if (current.kind === "unknown") return blurred(current);
    if (step.kind === "splat") return ofCollection(splat(context, current, steps.slice(index + 1)), current);
    const from: Value = current;
    const key = step.kind === "attribute" ? undefined : evaluateIn(context, step.key);
    const found =
      key === undefined && step.kind === "attribute" ? attribute(from, step.name) : indexed(from, key ?? NULL);
    const whole = found.kind === "unknown" && found.failed ? [from] : [];
    current = ofCollection(resultOf(found, [found, ...whole], { decidedBy: key === undefined ? [] : [key] }), from);
  }
  return current;
}

/** What is in a sensitive collection is sensitive, as is what is made of its parts. */
function ofCollection(part: Value, { marks }: Value): Value {
  return marks?.sensitive === true ? sensitiveValue(part) : part;
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

/** That an entry is there tells something of its key. */
function entryValue(entry: ObjectEntry | undefined): Value | undefined {
  if (entry?.keyMarks === undefined) return entry?.value;
  return resultOf(entry.value, [entry.value], { decidedBy: [{ ...stringValue(""), marks: entry.keyMarks }] });
}

function attribute(value: Value, name: string): Value {
  // Terraform 0.11 wrote list.0 for list[0], and it is still taken.
  if (value.kind !== "object" && /^\d+$/.test(name)) return indexed(value, stringValue(name));
  const found = value.kind === "object" ? entryValue(value.entries.get(name)) : undefined;
  return found ?? failed(`there is no attribute "${name}"`);
}

function indexed(value: Value, key: Value): Value {
  if (value.kind !== "object" && value.kind !== "list") return failed("it has no elements to be chosen by index");
  if (key.kind === "null") return failed("a null is no index");
  const index = value.kind === "object" ? toText(key) : toNumber(key);
  if (index.kind === "unknown") return untyped(index);
  let found: Value | undefined;
  if (value.kind === "object" && index.kind === "string") found = entryValue(value.entries.get(index.value));
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
  // Functions on files mark their results themselves.
  const value = files?.(name, given, range, budget) ?? markedCall(name, callFunction(name, given), given);
  return picks ? value : accountFor(value, budget);
}

function object(context: Context, expression: Extract<Expression, { kind: "object" }>): Value {
  const entries = new Map<string, ObjectEntry>();
  const keys: Value[] = [];
  for (const item of expression.items) {
    const given = evaluateIn(context, item.key);
    const key = toText(given);
    if (marksIn(given) !== undefined) keys.push(given);
    if (key.kind === "unknown") return resultOf(untyped(key), [given]);
    if (key.kind !== "string") return failed("a key is required");
    entries.set(key.value, withKeyMarks(writtenEntry(item, evaluateIn(context, item.value)), marksIn(given)));
  }
  // A key that turns out to be another one's decides which of the values is there.
  if (keys.length > 0 && expression.items.length > 1) {
    for (const [key, entry] of entries)
      entries.set(key, { ...entry, value: resultOf(entry.value, [entry.value], { decidedBy: keys }) });
  }
  const made = objectValue(entries, { source: expression.range });
  return made.kind === "unknown"
    ? resultOf(
        made,
        Array.from(entries.values(), ({ value }) => value),
      )
    : made;
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

/** The keys and elements of a collection in Terraform's order; an unknown value if it is not a collection. */
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
        const key = { ...stringValue(name, origin), ...(entry.keyMarks && { marks: entry.keyMarks }) };
        return { key, value: entry.value, origin };
      });
    default:
      return failed("only a collection can be iterated");
  }
}

function forExpression(context: Context, expression: Extract<Expression, { kind: "for" }>): Value {
  const collection = evaluateIn(context, expression.collection);
  const turns = iterated(collection);
  if ("kind" in turns) return resultOf(turns, [collection]);
  const deciding: Value[] = [collection];
  const result = forTurns(context, expression, turns, deciding);
  return result.kind === "unknown" ? resultOf(result, deciding) : decidedBy(result, deciding);
}

/** `deciding` gets what decides which elements there are. */
function forTurns(
  context: Context,
  expression: Extract<Expression, { kind: "for" }>,
  turns: readonly Turn[],
  deciding: Value[],
): Value {
  const { keyName, valueName } = expression;
  const elements: Value[] = [];
  const groups = new Map<string, { readonly values: Value[]; readonly entry: Omit<ObjectEntry, "value"> }>();
  for (const turn of turns) {
    const outer =
      keyName === undefined ? context.bindings : { name: keyName, value: turn.key, outer: context.bindings };
    const bound = { scope: context.scope, bindings: { name: valueName, value: turn.value, outer } };
    let test: Value | undefined;
    if (expression.condition !== undefined) {
      test = evaluateIn(bound, expression.condition);
      deciding.push(test);
      const condition = toBool(test);
      if (condition.kind === "unknown") return untyped(condition);
      if (condition.kind !== "bool") return failed("a condition is true or false");
      if (!condition.value) continue;
    }
    const made = madeOf(evaluateIn(bound, expression.value), turn, expression.value.range);
    if (made === EXHAUSTED) return made;
    const value = test === undefined ? made : resultOf(made, [made], { decidedBy: [test] });
    if (value.kind === "unknown" && value.failed) {
      deciding.push(value);
      return failed(value.reason, UNKNOWN);
    }
    if (expression.key === undefined) {
      elements.push(value);
      continue;
    }
    const given = evaluateIn(bound, expression.key);
    deciding.push(given);
    const key = toText(given);
    if (key.kind === "unknown") return untyped(key);
    if (key.kind !== "string") return failed("a key is required");
    const keyMarks = union(marksIn(given), test && decidingMarks(marksIn(test)));
    const group = groups.get(key.value);
    if (group === undefined) {
      const written = originOf(madeOf(key, turn, expression.key.range));
      const keySource = written.source && { keySource: written.source };
      groups.set(key.value, {
        values: [value],
        entry: withKeyMarks({ ...(turn.origin.source ? turn.origin : written), ...keySource }, keyMarks),
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

/**
 * What the body of a for-expression made belongs to the element it was made of; what only passed through keeps its own
 * place.
 */
function madeOf(value: Value, turn: Turn, body: SourceRange): Value {
  if (value.kind === "unknown") return value;
  if (value.source !== undefined && !isInside(value.source, body)) return value;
  return turn.origin.source === undefined ? value : { ...value, ...turn.origin };
}
