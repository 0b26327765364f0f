import { partsOf, type UnknownValue, unknown, type Value } from "./value.js";
import { typeSize } from "./value-type.js";

/**
 * The work done for one configuration. It keeps a hostile or mistaken configuration from using all memory, stack or
 * time: a few lines can describe values that no machine can hold.
 */
export interface EvaluationBudget {
  depth: number;
  steps: number;
}

/** Nesting of evaluations, locals that lead to locals included. */
export const DEEPEST_EVALUATION = 400;
const MOST_STEPS = 3_000_000;

const MOST_PARTS = 300_000;
const DEEPEST_VALUE = 500;
/** This many characters count as one part or step. */
const CHARACTERS = 16;
/** Looking at this many parts costs as much as evaluating one expression. */
const PARTS_A_STEP = 10;
/** An element that a function makes costs as much as this many expressions. */
const STEPS_AN_ELEMENT = 4;

export function newBudget(): EvaluationBudget {
  return { depth: 0, steps: 0 };
}

/** Counts steps; false as soon as there were too many. */
export function spend(budget: EvaluationBudget, steps: number): boolean {
  budget.steps += steps;
  return budget.steps <= MOST_STEPS;
}

export const EXHAUSTED = unknown("the configuration is too large to evaluate");

/** Checks the size of values before every part of them is processed; returns the reason if they are too large. */
export function tooLarge(values: readonly Value[], budget: EvaluationBudget): UnknownValue | undefined {
  let parts = 0;
  let level: readonly Value[] = values;
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: Value[] = [];
    for (const value of level) {
      parts += value.kind === "string" ? 1 + value.value.length / CHARACTERS : 1;
      if (value.kind === "unknown" && value.type) parts += typeSize(value.type, MOST_PARTS);
      for (const part of partsOf(value)) next.push(part);
      if (parts + next.length > MOST_PARTS) return unknown("the value is too large to evaluate");
    }
    if (depth > DEEPEST_VALUE) return unknown("the value is nested too deeply to evaluate");
    level = next;
  }
  return spend(budget, parts / PARTS_A_STEP) ? undefined : EXHAUSTED;
}

/** The same value, once what it takes to hold it is accounted for. */
export function accountFor(value: Value, budget: EvaluationBudget): Value {
  const weight = value.kind === "string" ? value.value.length / CHARACTERS : partsOf(value).length * STEPS_AN_ELEMENT;
  return spend(budget, weight) ? value : EXHAUSTED;
}
