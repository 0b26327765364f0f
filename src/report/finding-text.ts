import type { ConfigurationStep, Remedy, TerraformCommand } from "../invites/remedies/remedy.js";
import type { Finding } from "../invites/rules/finding.js";
import { fileAndLine, type SourceRange } from "../terraform/source-range.js";
import { type Paths, shownFile, shownPlace } from "./checkout.js";
import { escapeControls, escapeLines, wellFormed } from "./escape.js";
import { dependentWords, stepWords } from "./messages/edit-words.js";
import { messageOf } from "./messages/words.js";
import type { ReportError } from "./report.js";
import type { CommandContext, ShownCommand } from "./style.js";

/** What a finding says in one line, its address first. */
export function findingMessage(finding: Finding): string {
  return aboutAddress(finding, messageOf(finding));
}

/** The same with the first step of its fix. */
export function findingWithFix(finding: Finding, context: CommandContext, message = findingMessage(finding)): string {
  const { commands, changes, instead } = fixOf(finding, context);
  const [command] = commands;
  const [change] = [...instead, ...changes];
  const isHere =
    finding.range !== undefined && change !== undefined && fileAndLine(change.range) === fileAndLine(finding.range);
  const changeText = change && (isHere ? change.text : changeLine(change, context));
  const fix = instead.length === 0 && command !== undefined ? command.text : changeText;
  return `${message}${fix === undefined ? "" : `; fix: ${escapeControls(fix)}`}`;
}

/** `file:line:col: severity: message; fix: first step [rule]`. */
export function compactLine(finding: Finding, context: CommandContext): string {
  const { range, directory, severity, rule } = finding;
  const place =
    range === undefined ? shownFile(directory, context) : `${shownPlace(range, context)}:${range.start.column}`;
  return `${escapeControls(place)}: ${severity}: ${findingWithFix(finding, context)} [${rule}]`;
}

function aboutAddress({ address }: Finding, text: string): string {
  return escapeControls(address === undefined ? text : `${address}: ${text}`);
}

/** A detail as a sentence of its own: with a capital, unless it begins with a name, and with a full stop. */
export function sentence(text: string): string {
  const [first = ""] = text.split(" ");
  const start = /^\p{Ll}[\p{L}'’,-]*$/u.test(first) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

/** What could not be read or asked, and on lines of their own the rest of its message and the way out. */
export function errorMessage(error: ReportError): string {
  const about = error.address === undefined ? "" : `${error.address}: `;
  const lines = [`${about}${error.message}`, error.hint ?? ""].flatMap(escapeLines);
  return lines.filter((line) => line.trim() !== "").join("\n") || "no reason was given";
}

/** Where an error is, as far as that is known: `main.tf:3:1`. */
export function errorPlace({ file, line, column = 1 }: ReportError, paths: Paths = {}): string | undefined {
  const shown = file === undefined ? undefined : shownFile(file, paths);
  return shown === undefined || line === undefined ? shown : `${shown}:${line}:${column}`;
}

/** A change to make by hand. */
export interface ManualChange {
  readonly range: SourceRange;
  readonly text: string;
}

/** How a finding is fixed: commands to run as they are, then changes to make by hand. */
export interface Fix {
  readonly commands: readonly ShownCommand[];
  readonly changes: readonly ManualChange[];
  /** Changes that would do in place of all that. */
  readonly instead: readonly ManualChange[];
}

/** The fix of a finding; empty without a remedy. Commands that cannot be shown whole are not in it. */
export function fixOf({ directory, remedy }: Pick<Finding, "directory" | "remedy">, context: CommandContext): Fix {
  if (remedy === undefined) return { commands: [], changes: [], instead: [] };
  return {
    commands: commandsOf(remedy).flatMap((command) => context.command(directory, command) ?? []),
    changes: changesOf(remedy),
    instead: remedy.kind === "forget" ? (remedy.instead ?? []).map(changeOf) : [],
  };
}

/** The same as lines, to be done one after another: `fix: COMMAND`, `and: FILE:LINE: CHANGE`; or else `or: FILE:LINE: CHANGE`. */
export function fixLines(finding: Finding, context: CommandContext): string[] {
  const { commands, changes, instead } = fixOf(finding, context);
  const steps = [
    ...commands.map(({ text }) => wellFormed(text)),
    ...changes.map((change) => changeLine(change, context)),
  ];
  return [
    ...steps.map((step, index) => `${index === 0 ? "fix" : "and"}: ${step}`),
    ...instead.map((change, index) => `${index === 0 ? "or" : "and"}: ${changeLine(change, context)}`),
  ];
}

function changeLine({ range, text }: ManualChange, paths: Paths): string {
  return escapeControls(`${shownPlace(range, paths)}: ${text}`);
}

function separateProjectsWords({
  emptyList,
  resource,
}: Extract<Remedy, { readonly kind: "separate-projects" }>): string {
  const here = emptyList ? "write projects = [] here" : "drop projects here";
  if (resource === undefined) return emptyList ? here : `${here}, and add the member to them after they accepted`;
  return `${here}, and add the member with ${resource} after they accepted`;
}

/** The places that declare the invite, then those that read it. */
export function changesOf(remedy: Remedy): readonly ManualChange[] {
  switch (remedy.kind) {
    case "separate-projects":
      return [{ text: separateProjectsWords(remedy), range: remedy.range }];
    case "undo":
      return remedy.steps.map(changeOf);
    case "forget":
    case "drop":
      return [
        ...remedy.steps.map(changeOf),
        ...remedy.dependents.map((dependent) => ({ text: dependentWords(dependent), range: dependent.range })),
      ];
    default:
      return [];
  }
}

function changeOf(step: ConfigurationStep): ManualChange {
  return { text: stepWords(step), range: step.range };
}

export function commandsOf(remedy: Remedy): readonly TerraformCommand[] {
  if (remedy.kind === "reimport") return remedy.commands;
  return "command" in remedy ? [remedy.command] : [];
}
