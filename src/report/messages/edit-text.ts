import { listOf } from "../../base/phrases.js";
import type { ConfigurationStep } from "../../invites/remedies/remedy.js";
import type { Section } from "../repair-text.js";
import { stepWords } from "./words.js";

/** A place in a file that was changed: for a step, or because it read an invite that goes. */
export type DoneEdit = { readonly file: string; readonly line: number } & (
  | { readonly step: ConfigurationStep }
  /** What it read, and whether the value of that stands there now. */
  | { readonly read: string; readonly isWrittenOut: boolean }
);

/** A change that a person has to make, and why. */
export interface LeftEdit {
  readonly step: ConfigurationStep;
  readonly names: readonly string[];
  readonly reason: string;
}

/** What was changed, file by file. */
export function doneSection(title: string, done: readonly DoneEdit[]): Section {
  const rows = new Map<string, { readonly file: string; readonly lines: Set<number>; readonly words: string }>();
  for (const edit of [...done].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))) {
    const words = "step" in edit ? doneWords(edit.step) : readWords(edit);
    const row = rows.get(`${edit.file} ${words}`) ?? { file: edit.file, lines: new Set(), words };
    rows.set(`${edit.file} ${words}`, row);
    row.lines.add(edit.line);
  }
  return {
    title,
    rows: [...rows.values()].map(({ file, lines, words }) => [`${file}:${[...lines].join(", ")}`, words]),
  };
}

function readWords({ read, isWrittenOut }: { readonly read: string; readonly isWrittenOut: boolean }): string {
  return isWrittenOut ? `${read}: its value written out` : `${read}: no longer waited for`;
}

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
