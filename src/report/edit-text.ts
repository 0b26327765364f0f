import type { ConfigurationStep } from "../invites/remedies/remedy.js";
import { listOf } from "./phrases.js";
import type { Section } from "./repair-text.js";
import { stepWords } from "./words.js";

/** A place in a file that was changed, and for which step; without one, a reading that was replaced by what it read. */
export interface DoneEdit {
  readonly file: string;
  readonly line: number;
  readonly step?: ConfigurationStep;
}

/** A change that a person has to make, and why. */
export interface LeftEdit {
  readonly step: ConfigurationStep;
  readonly names: readonly string[];
  readonly reason: string;
}

/** What was changed, file by file. */
export function doneSection(title: string, done: readonly DoneEdit[]): Section {
  const rows = [...done]
    .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
    .map(({ file, line, step }): [string, string] => [`${file}:${line}`, step === undefined ? LITERAL : doneWords(step)]);
  const seen = new Set<string>();
  return { title, rows: rows.filter(([place, words]) => seen.size < seen.add(`${place} ${words}`).size) };
}

const LITERAL = "what was read from a forgotten invite is written out, or read no more";

function doneWords(step: ConfigurationStep): string {
  switch (step.kind) {
    case "delete-block":
      return `${step.resource}: deleted`;
    case "change-call":
      return `${step.resource}: deleted`;
    case "drop-keys":
      return `${step.resource}: dropped ${listOf(step.keys)}${step.via === undefined ? "" : ` from ${step.via}`}`;
    case "lower-count":
      return `${step.resource}: count lowered to ${step.to}`;
    default:
      return step.resource;
  }
}

/** What is left to a person, each with the way to do it. */
export function leftSection(title: string, left: readonly LeftEdit[]): Section {
  return {
    title,
    rows: left.map(({ step, names, reason }) => [
      `${step.range.file}:${step.range.start.line}`,
      `${names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ")}: ${reason}; ${stepWords(step)}`,
    ]),
  };
}
