import { type UnknownValue, unknown, type Value } from "./value.js";

/**
 * What has been spent on one configuration. It keeps a hostile or mistaken configuration from taking all memory, stack
 * or time: a few lines can describe values that no machine can hold.
 */
export interface Effort {
  depth: number;
  steps: number;
}

/** Nesting of evaluations, locals that lead to locals included. */
export const DEEPEST_EVALUATION = 400;
const MOST_STEPS = 3_000_000;

const MOST_PARTS = 300_000;
const DEEPEST_VALUE = 500;
/** So many characters weigh as much as one part or step. */
const CHARACTERS = 16;
/** Looking at so many parts costs as much as evaluating one expression. */
const PARTS_A_STEP = 10;
/** An element that a function makes costs as much as so many expressions. */
const STEPS_AN_ELEMENT = 4;

export function newEffort(): Effort {
  return { depth: 0, steps: 0 };
}

/** Counts steps; false as soon as there were too many. */
export function spend(effort: Effort, steps: number): boolean {
  effort.steps += steps;
  return effort.steps <= MOST_STEPS;
}

export const EXHAUSTED = unknown("the configuration is too large to be evaluated here");

/** Looks through values before something is done with every part of them; says so where that would be too much. */
export function tooLarge(values: readonly Value[], effort: Effort): UnknownValue | undefined {
  let parts = 0;
  let level: readonly Value[] = values;
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: Value[] = [];
    for (const value of level) {
      parts += 1;
      if (value.kind === "string") parts += value.value.length / CHARACTERS;
      else if (value.kind === "list" || value.kind === "set") for (const element of value.elements) next.push(element);
      else if (value.kind === "object") for (const entry of value.entries.values()) next.push(entry.value);
      if (parts + next.length > MOST_PARTS) return unknown("too large a value to be evaluated here");
    }
    if (depth > DEEPEST_VALUE) return unknown("too deep a value to be evaluated here");
    level = next;
  }
  return spend(effort, parts / PARTS_A_STEP) ? undefined : EXHAUSTED;
}

/** The same value, once what it takes to hold it is accounted for. */
export function accountFor(value: Value, effort: Effort): Value {
  switch (value.kind) {
    case "string":
      return spend(effort, value.value.length / CHARACTERS) ? value : EXHAUSTED;
    case "list":
    case "set":
      return spend(effort, value.elements.length * STEPS_AN_ELEMENT) ? value : EXHAUSTED;
    case "object":
      return spend(effort, value.entries.size * STEPS_AN_ELEMENT) ? value : EXHAUSTED;
    default:
      return value;
  }
}
