import { Failure } from "../base/failure.js";
import { nearestNames } from "../base/nearest-name.js";
import { listOf } from "../base/phrases.js";
import { escapeControls } from "../report/escape.js";

const LONGEST = 60;

/** What the user typed, quoted, on one line and not too long. */
export function quoted(value: string): string {
  const text = escapeControls(value);
  return `"${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}"`;
}

/** `Did you mean a or b? `, or nothing where no name is near. */
export function didYouMean(written: string, names: readonly string[]): string {
  const near = nearestNames(written, names).slice(0, 3);
  return near.length === 0 ? "" : `Did you mean ${listOf(near, "or")}? `;
}

/** The error of a flag's value that is not one of those it takes. */
export function notOneOf(flag: string, value: string, names: readonly string[], more = ""): Failure {
  const hint = `${didYouMean(value, names)}It must be one of ${listOf(names, "or")}.${more}`;
  return new Failure(`${quoted(value)} is not a valid value of ${flag}`, hint);
}

/** The error of a flag's value that has the wrong form. */
export function notValid(flag: string, value: string, hint: string): Failure {
  return new Failure(`${quoted(value)} is not a valid value of ${flag}`, hint);
}
