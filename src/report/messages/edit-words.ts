import { count, someOf } from "../../base/phrases.js";
import type { InviteEntry } from "../../invites/inventory.js";
import type { ConfigurationStep, Dependent } from "../../invites/remedies/remedy.js";
import { fileAndLine } from "../../terraform/source-range.js";

/** A place in a file that was changed: for a step, or because it refers to a removed invite. */
export type DoneEdit = { readonly file: string; readonly line: number } & (
  | { readonly step: ConfigurationStep }
  /** What it refers to, and whether the value is written there now. */
  | { readonly read: string; readonly isWrittenOut: boolean }
);

/** A change that a person has to make, and why. */
export interface LeftEdit {
  readonly step: ConfigurationStep;
  readonly entries: readonly InviteEntry[];
  readonly reason: string;
}

/** What was changed, counted: `invites.tf, squads.tf: 4 blocks deleted, 3 keys dropped`. */
export function doneWords(done: readonly DoneEdit[]): string {
  const steps = done.flatMap((edit) => ("step" in edit ? [edit.step] : []));
  const keys = steps.flatMap((step) =>
    step.kind === "drop-keys" ? step.keys.map((key) => `${step.resource} ${key}`) : [],
  );
  const ofKind = (...kinds: readonly ConfigurationStep["kind"][]) =>
    new Set(steps.filter(({ kind }) => kinds.includes(kind)).map(({ kind, resource }) => `${kind} ${resource}`)).size;
  const read = (isWrittenOut: boolean) =>
    done.filter((edit) => "read" in edit && edit.isWrittenOut === isWrittenOut).length;
  const counted: readonly (readonly [number: number, noun: string, did: string])[] = [
    [ofKind("delete-block"), "block", "deleted"],
    [ofKind("change-call"), "module call", "deleted"],
    [new Set(keys).size, "key", "dropped"],
    [ofKind("lower-count"), "count", "lowered"],
    [ofKind("delete-import"), "import block", "deleted"],
    [read(true), "reference", "replaced by the value"],
    [read(false), "depends_on entry", "deleted"],
  ];
  const words = counted.flatMap(([number, noun, did]) => (number === 0 ? [] : [`${counts(number, noun)} ${did}`]));
  const files = [...new Set(done.map(({ file }) => file))].toSorted();
  return words.length === 0 ? "" : `${someOf(files, 5)}: ${words.join(", ")}`;
}

function counts(number: number, noun: string): string {
  if (noun !== "depends_on entry") return count(number, noun);
  return number === 1 ? `1 ${noun}` : `${number} depends_on entries`;
}

/** What a person has to edit, each with the reason and the way to do it. */
export function leftRows(left: readonly LeftEdit[]): readonly (readonly string[])[] {
  return left.map(({ step, entries, reason }) => {
    const names = entries.map(({ name }) => name);
    return [fileAndLine(step.range), `${someOf(names, 3)}: ${reason}; ${stepWords(step)}`];
  });
}

/** What to change in the configuration, in one line without the place. */
export function stepWords(step: ConfigurationStep): string {
  switch (step.kind) {
    case "delete-block":
      if (step.shared) return "delete the block; this also deletes it for other root modules that call its module";
      return step.collection === undefined ? "delete the block" : `delete the block, or empty ${step.collection}`;
    case "drop-keys":
      return dropWords(step);
    case "exclude-keys":
      return `exclude ${namesOf(step.keys)} from this for_each only, and keep them in its collection: ${step.staying} comes from the same place there, and stays`;
    case "lower-count":
      return step.computed === undefined ? `lower the count to ${step.to}` : computedCountWords(step.to, step.computed);
    case "rework-count":
      return `replace count by for_each over the invites that stay, because ${step.indexes.map((index) => `[${index}]`).join(", ")} can't be removed alone${movesWords(step)}`;
    case "change-call":
      return changeCallWords(step);
    case "delete-import":
      return step.whole ? "delete the import block" : `drop ${step.resource} from the for_each of the import block`;
    case "undo-edit":
      return step.computed
        ? `make ${step.attribute} result in "${step.value}" again`
        : `set ${step.attribute} back to "${step.value}"`;
    case "find-key":
      return step.variable === undefined
        ? `find what declares ${namesOf(step.names)} and drop it there: tfinvite could not work out its keys`
        : `drop ${namesOf(step.names)} from var.${step.variable} where your applies set it (TF_VAR_${step.variable}, --var or --var-file)`;
  }
}

/** More keys than these are only counted. */
const MOST_KEYS = 5;

/** The keys, or the first of many with their number. */
function namesOf(names: readonly string[]): string {
  return names.length <= MOST_KEYS ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}

type StepOf<K extends ConfigurationStep["kind"]> = Extract<ConfigurationStep, { kind: K }>;

function dropWords({ keys, via, ofCall }: StepOf<"drop-keys">): string {
  const many = keys.length > MOST_KEYS ? `${keys.length} keys: ` : "";
  const drop = `drop ${many}${namesOf(keys)}${via === undefined ? "" : ` from ${via}`}`;
  return ofCall
    ? `${drop}; this also removes everything else that the module declares for ${keys.length === 1 ? "it" : "them"}`
    : drop;
}

function computedCountWords(to: number, { expression, list }: NonNullable<StepOf<"lower-count">["computed"]>): string {
  const must = `${expression === undefined ? "the count" : `count = ${expression}`} must be ${to}`;
  if (list === undefined) return must;
  return `${must}: ${to === 0 ? `empty ${list}` : `keep only the first ${to} of ${list}`}`;
}

function movesWords({ moves, moreMoves }: StepOf<"rework-count">): string {
  if (moves.length === 0) return "";
  const shown = moves.map(({ from, to }) => `from ${from} to ${to}`);
  const more = moreMoves > 0 ? `, and ${moreMoves} more` : "";
  return `, and add a moved block for each (${shown.join(", ")}${more}), or the next apply destroys and re-invites them`;
}

function changeCallWords({ names, whole, fetchedFrom }: StepOf<"change-call">): string {
  const them = namesOf(names);
  const what = whole
    ? `delete this module call and the references to it if nothing else needs it; otherwise change its module so that it no longer declares ${them}`
    : `change its module so that it no longer declares ${them}, and still declares what others need`;
  return fetchedFrom === undefined
    ? what
    : `${what}; the module comes from ${fetchedFrom === "" ? "elsewhere" : fetchedFrom}, so do it by the arguments of this call`;
}

/** What to do about a place that refers to a removed invite, in one line without the place. */
export function dependentWords(dependent: Dependent): string {
  return `${dependent.from} refers to ${referenceWords(dependent)}`;
}

/** The same without what it is that refers to it. */
export function referenceWords({ target, staying }: Dependent): string {
  if (staying === undefined) return `${target}: delete it, or write the invite's ID in place of the reference`;
  if (staying === 0) return `${target} (no instance stays): change it so that it works without one`;
  const stay =
    staying === "unknown" ? "some may stay" : `${count(staying, "instance")} ${staying === 1 ? "stays" : "stay"}`;
  return `${target} (${stay}): edit only if it refers to a removed key`;
}
