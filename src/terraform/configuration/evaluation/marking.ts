import { by, deciding, isShowable, type Marks, placeholder, union, type Way, withoutKeys } from "./marks.js";
import { type ObjectEntry, partsOf, type UnknownValue, type Value } from "./value.js";

const deep = new WeakMap<Value, { readonly marks: Marks | undefined }>();

/** The marks of a value and of everything in it. */
export function marksIn(value: Value): Marks | undefined {
  const known = deep.get(value);
  if (known !== undefined) return known.marks;
  let marks = union(value.marks, ...marksOfAll(partsOf(value)));
  if (value.kind === "object")
    for (const { keyMarks } of value.entries.values()) if (keyMarks) marks = union(marks, keyMarks);
  deep.set(value, { marks });
  return marks;
}

function marksOfAll(values: readonly Value[]): Marks[] {
  return [...new Set(values.map(marksIn))].flatMap((marks) => marks ?? []);
}

function withMarks<T extends Value>(value: T, marks: Marks | undefined): T {
  return marks === undefined ? value : { ...value, marks };
}

/** The value with marks changed in it and in everything in it. */
function remarked(
  value: Value,
  change: (part: Value) => Marks | undefined,
  ofKey: (key: string, entry: ObjectEntry) => Marks | undefined,
): Value {
  // Nothing is in what is not known; whether something fails tells something.
  if (value.kind === "unknown" && value.failed !== true) return value;
  const marks = change(value);
  if (marks === value.marks && partsOf(value).length === 0) return value;
  const { marks: _, ...bare } = value;
  if (bare.kind === "list" || bare.kind === "set") {
    return withMarks({ ...bare, elements: bare.elements.map((part) => remarked(part, change, ofKey)) }, marks);
  }
  if (bare.kind !== "object") return withMarks(bare, marks);
  const entries = new Map<string, ObjectEntry>();
  for (const [key, entry] of bare.entries) {
    const { keyMarks: __, ...rest } = entry;
    const own = ofKey(key, entry);
    entries.set(key, { ...rest, value: remarked(entry.value, change, ofKey), ...(own && { keyMarks: own }) });
  }
  return withMarks({ ...bare, entries }, marks);
}

/** A value that was given from elsewhere under that name. */
export function fromElsewhere(value: Value, name: string, partWay: Way = "part"): Value {
  const mark = (way: Way): Marks => ({ elsewhere: { from: [name], way } });
  const change = (part: Value) =>
    union(part.marks, mark(isCollection(part) ? "decided" : part === value ? "whole" : partWay));
  return remarked(value, change, (_, { keyMarks }) => union(keyMarks, mark(partWay)));
}

function isCollection({ kind }: Value): boolean {
  return kind === "list" || kind === "set" || kind === "object";
}

/** A value that is declared sensitive, with all that is in it. */
export function sensitiveValue(value: Value): Value {
  return remarked(
    value,
    ({ marks }) => union(marks, { sensitive: true }),
    (_, { keyMarks }) => union(keyMarks, { sensitive: true }),
  );
}

/** Declared as nothing that has to be kept secret, wherever it is from. */
export function nonsensitiveValue(value: Value): Value {
  if (marksIn(value)?.sensitive !== true) return value;
  const without = (marks: Marks | undefined) => marks?.elsewhere && { elsewhere: marks.elsewhere };
  return remarked(
    value,
    ({ marks }) => without(marks),
    (_, { keyMarks }) => without(keyMarks),
  );
}

/** A collection whose size comes from outside the configuration. */
export function decidedBy(value: Value, by: readonly Value[]): Value {
  const marks = union(value.marks, deciding(union(...marksOfAll(by))));
  return marks === undefined || marks === value.marks ? value : { ...value, marks };
}

/** An entry with marks of its key. */
export function withKeyMarks<T extends Omit<ObjectEntry, "value">>(entry: T, keyMarks: Marks | undefined): T {
  return keyMarks === undefined ? entry : { ...entry, keyMarks: union(entry.keyMarks, keyMarks) };
}

/**
 * Functions that move parts of collections, and make nothing of them; texts and numbers among the arguments decide
 * which.
 */
const CARRYING: ReadonlySet<string> = new Set(
  "concat element flatten keys merge one reverse setproduct setunion slice tolist tomap toset values zipmap".split(" "),
);
/** Functions whose result is one of the arguments, or a text or number with the same meaning. */
const PICKING: ReadonlySet<string> = new Set("coalesce coalescelist tobool tonumber tostring try".split(" "));
/** Functions whose result says something about the arguments without containing them. */
const TELLING: ReadonlySet<string> = new Set("alltrue anytrue can contains length".split(" "));

/** The result of a call, with its marks. */
export function callResult(name: string, result: Value, args: readonly Value[]): Value {
  const plain = name.startsWith("core::") ? name.slice("core::".length) : name;
  if (plain === "sensitive") return sensitiveValue(result);
  if (plain === "nonsensitive") return nonsensitiveValue(result);
  const carries = CARRYING.has(plain) || PICKING.has(plain);
  const isSecret = args.some((argument) => marksIn(argument)?.sensitive === true);
  const isScalar = (value: Value) => partsOf(value).length === 0;
  const decides = CARRYING.has(plain)
    ? args.filter(isScalar)
    : PICKING.has(plain) && plain.startsWith("to")
      ? []
      : args;
  const made = resultOf(result, args, { carries, decidedBy: decides, tells: TELLING.has(plain) });
  return isSecret ? sensitiveValue(made) : made;
}

/** How a result comes from what it is made of. */
export interface Making {
  /** `carries`: parts of the operands stay what they are, also as keys, or as keys become values. */
  readonly carries?: boolean;
  /** What decides the result beside what it is made of. */
  readonly decidedBy?: readonly Value[];
  /** It only says something about the operands. */
  readonly tells?: boolean;
}

/**
 * A result with the marks of what it was made from. Marks are only passed on here: every value that is not an unchanged
 * part of an operand counts as made from all of them.
 */
export function resultOf(result: Value, operands: readonly Value[], making: Making = {}): Value {
  const { carries = false, decidedBy = [], tells = false } = making;
  const all = union(...marksOfAll(operands));
  const flow = deciding(union(...marksOfAll(decidedBy)));
  if (all === undefined && flow === undefined) return result;
  const made = union(tells ? deciding(all) : by(all, "made"), flow);
  const known = new Passed(operands, carries);
  if (result.kind === "unknown" && result.failed !== true)
    return known.has(result) ? result : withReason(result, operands);
  const shown = result.kind === "unknown" && !known.has(result) ? withReason(result, operands) : result;
  return remarked(
    shown,
    (part) => {
      const passed = known.of(part);
      if (passed !== undefined) return union(passed.marks, flow);
      if (isCollection(part) && carries) return union(part.marks, deciding(all), flow);
      return union(part.marks, made);
    },
    (key, { keyMarks }) => {
      const passed = carries ? known.ofText(key) : undefined;
      return union(keyMarks, passed === undefined && keyMarks === undefined ? made : passed?.marks, flow);
    },
  );
}

/** The parts of operands: which values of a result are among them. */
class Passed {
  readonly #values = new Map<Value, Marks | undefined>();
  readonly #texts = new Map<string, { readonly marks: Marks | undefined }>();
  readonly #carries: boolean;

  constructor(operands: readonly Value[], carries: boolean) {
    this.#carries = carries;
    for (const operand of operands) this.#take(operand);
  }

  has(value: Value): boolean {
    return this.#values.has(value);
  }

  of(value: Value): { readonly marks: Marks | undefined } | undefined {
    if (this.#values.has(value)) return { marks: this.#values.get(value) };
    if (!this.#carries) return undefined;
    return value.kind === "string" || value.kind === "number" || value.kind === "bool"
      ? this.ofText(value.value.toString())
      : undefined;
  }

  ofText(text: string): { readonly marks: Marks | undefined } | undefined {
    return this.#texts.get(text);
  }

  #take(value: Value): void {
    if (this.#values.has(value)) return;
    this.#values.set(value, value.marks);
    if (value.kind === "string" || value.kind === "number" || value.kind === "bool")
      this.#note(value.value.toString(), value.marks);
    if (value.kind === "object") for (const [key, { keyMarks }] of value.entries) this.#note(key, keyMarks);
    for (const part of partsOf(value)) this.#take(part);
  }

  /** The same text may come from several places. */
  #note(text: string, marks: Marks | undefined): void {
    this.#texts.set(text, { marks: union(this.#texts.get(text)?.marks, marks) });
  }
}

/** A reason that quotes something marked says where that is from instead. */
function withReason(value: UnknownValue, operands: readonly Value[]): UnknownValue {
  const { reason } = value;
  const quotes = (value: Value): boolean =>
    (value.kind === "string" && value.marks !== undefined && value.value !== "" && reason.includes(value.value)) ||
    (value.kind === "object" &&
      [...value.entries].some(([key, { keyMarks }]) => keyMarks && key !== "" && reason.includes(key))) ||
    partsOf(value).some(quotes);
  const marks = operands.some(quotes) ? union(...marksOfAll(operands)) : undefined;
  return marks === undefined
    ? value
    : { ...value, reason: `it depends on a value that is not shown: ${placeholder(marks)}` };
}

/** A text of the configuration as it may be shown, or what stands for it. */
export type Shown =
  | { readonly text: string; readonly hidden?: undefined }
  | { readonly hidden: string; readonly text?: undefined };

/**
 * The only way from a value to a text that a person reads. Of the values that are not written in the configuration,
 * only an email address is shown, and as a `key` of an instance a part of a collection; both only if they are
 * unchanged.
 */
export function shownText(value: Value & { readonly kind: "string" }, use?: "key"): Shown {
  const { marks, value: text } = value;
  return marks === undefined || isShowable(text, marks, use)
    ? { text: withoutKeys(text) }
    : { hidden: placeholder(marks) };
}
