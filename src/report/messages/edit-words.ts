import { groupBy } from "../../base/group-by.js";
import { listOf, someOf } from "../../base/phrases.js";
import type { InviteEntry } from "../../invites/inventory.js";
import type { ConfigurationStep, Dependent } from "../../invites/remedies/remedy.js";
import { fileAndLine } from "../../terraform/source-range.js";

/** A heading with rows of two columns under it. */
export interface Section {
  readonly title: string;
  readonly rows: readonly (readonly [left: string, right: string])[];
}

/** A place in a file that was changed: for a step, or because it read an invite that goes. */
export type DoneEdit = { readonly file: string; readonly line: number } & (
  | { readonly step: ConfigurationStep }
  /** What it read, and whether the value of that stands there now. */
  | { readonly read: string; readonly isWrittenOut: boolean }
);

/** A change that a person has to make, and why. */
export interface LeftEdit {
  readonly step: ConfigurationStep;
  readonly entries: readonly InviteEntry[];
  readonly reason: string;
}

/** What was changed, file by file. */
export function doneSection(title: string, done: readonly DoneEdit[]): Section {
  const sorted = done.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  const rows = [...groupBy(sorted, ({ file }) => file)].flatMap(([file, edits]) =>
    [...groupBy(edits, doneWords)].map(([words, same]) => {
      const lines = new Set(same.map(({ line }) => line));
      return [`${file}:${[...lines].join(", ")}`, words] as const;
    }),
  );
  return { title, rows };
}

function doneWords(edit: DoneEdit): string {
  if ("read" in edit) return `${edit.read}: ${edit.isWrittenOut ? "its value written out" : "no longer waited for"}`;
  const { step } = edit;
  switch (step.kind) {
    case "delete-block":
    case "change-call":
      return `${step.resource}: deleted`;
    case "drop-keys":
      return `${step.resource}: dropped ${listOf(step.keys)}${step.via === undefined ? "" : ` from ${step.via}`}`;
    case "lower-count":
      return `${step.resource}: count lowered to ${step.to}`;
    case "delete-import":
      return `${step.resource}: import block deleted`;
    default:
      return step.resource;
  }
}

/** What is left to a person, each with the way to do it. */
export function leftSection(title: string, left: readonly LeftEdit[]): Section {
  return {
    title,
    rows: left.map(({ step, entries, reason }) => {
      const names = entries.map(({ name }) => name);
      return [fileAndLine(step.range), `${someOf(names, 3)}: ${reason}; ${stepWords(step)}`];
    }),
  };
}

/** What to change in the configuration, in one line without the place. */
export function stepWords(step: ConfigurationStep): string {
  switch (step.kind) {
    case "delete-block":
      if (step.shared) return "delete the block; other root modules that call its module lose it, too";
      return step.collection === undefined
        ? "delete the block"
        : `delete the block, or empty ${step.collection} and keep the block for the next ones`;
    case "drop-keys":
      return dropWords(step);
    case "exclude-keys":
      return `leave ${step.keys.join(", ")} out of this for_each only, not out of its collection: ${step.staying} is declared by the same place there, and stays`;
    case "lower-count":
      return step.computed === undefined ? `lower the count to ${step.to}` : computedCountWords(step.to, step.computed);
    case "rework-count":
      return `the count numbers its instances, so ${step.indexes.map((index) => `[${index}]`).join(", ")} cannot go alone: use for_each over those that stay${movesWords(step)}`;
    case "change-call":
      return changeCallWords(step);
    case "delete-import":
      return step.whole ? "delete the import block" : `drop ${step.resource} from the for_each of the import block`;
    case "undo-edit":
      return step.computed
        ? `see that ${step.attribute} comes out as "${step.value}" again`
        : `set ${step.attribute} back to "${step.value}"`;
    case "find-key":
      return step.variable === undefined
        ? `find what declares ${step.names.join(", ")} and drop it there: its keys could not be worked out`
        : `drop ${step.names.join(", ")} from var.${step.variable} where your applies give it a value (TF_VAR_${step.variable}, --var or --var-file)`;
  }
}

type StepOf<K extends ConfigurationStep["kind"]> = Extract<ConfigurationStep, { kind: K }>;

function dropWords({ keys, via, ofCall }: StepOf<"drop-keys">): string {
  const drop = `drop ${keys.join(", ")}${via === undefined ? "" : ` from ${via}`}`;
  return ofCall
    ? `${drop}; whatever else the module declares for ${keys.length === 1 ? "it" : "them"} goes, too`
    : drop;
}

function computedCountWords(to: number, { expression, list }: NonNullable<StepOf<"lower-count">["computed"]>): string {
  const must = `${expression === undefined ? "the count" : `count = ${expression}`} must come out as ${to}`;
  if (list === undefined) return must;
  return `${must}: ${to === 0 ? `empty ${list}` : `keep only the first ${to} of ${list}`}`;
}

function movesWords({ moves, moreMoves }: StepOf<"rework-count">): string {
  if (moves.length === 0) return "";
  const shown = moves.map(({ from, to }) => `from ${from} to ${to}`);
  const more = moreMoves > 0 ? `, and ${moreMoves} more` : "";
  return `, each with a moved block (${shown.join(", ")}${more}), or the next apply destroys them and mails again`;
}

function changeCallWords({ names, whole, fetchedFrom }: StepOf<"change-call">): string {
  const them = names.join(", ");
  const what = whole
    ? `delete this call and what reads it, if it is there for nothing else; or else have its module leave out ${them}`
    : `have its module leave out ${them}, and nothing that others need`;
  return fetchedFrom === undefined
    ? what
    : `${what}, by what is passed here: the module comes from ${fetchedFrom === "" ? "elsewhere" : fetchedFrom}`;
}

/** What to do about a place that reads a forgotten invite. */
export function dependentWords({ from, target, staying }: Dependent): string {
  const reads = `${from} reads ${target}`;
  if (staying === undefined) return `${reads}: delete it, or write the invite's id there`;
  if (staying === 0) return `${reads}, of which none stays: see that it does without`;
  const stay = staying === "unknown" ? "some may stay" : `${staying} ${staying === 1 ? "stays" : "stay"}`;
  return `${reads}, of which ${stay}: change it only if it singles out one that goes`;
}
