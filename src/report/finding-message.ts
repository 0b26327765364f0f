import type { Finding } from "../invites/rules/finding.js";
import type { SourceRange } from "../terraform/source-range.js";
import { messageOf, wordsOf } from "./messages/words.js";
import { plain, plainLines, wellFormed } from "./plain.js";
import { remedyAlternatives, remedyChanges, remedyCommands } from "./remedy-parts.js";
import type { ReportError } from "./report.js";
import type { CommandContext } from "./style.js";

/** What a finding says in one line, its address first. */
export function findingMessage(finding: Finding): string {
  return plain(`${subjectOf(finding)}${messageOf(finding)}`);
}

/** What follows from a finding in one line, its address first, for formats that show the title as a title. */
export function findingDetail(finding: Finding): string {
  return plain(`${subjectOf(finding)}${wordsOf(finding).detail}`);
}

/** What could not be read or asked, and on lines of their own whatever more its message says and the way out. */
export function errorMessage(error: ReportError): string {
  const about = error.address === undefined ? "" : `${error.address}: `;
  const lines = [`${about}${error.message}`, error.hint ?? ""].flatMap(plainLines).filter((line) => line.trim() !== "");
  return lines.length === 0 ? "no reason was given" : lines.join("\n");
}

/** What puts a finding right: commands to run as they stand, then changes to make by hand. */
export interface Fix {
  readonly commands: readonly string[];
  readonly changes: readonly { readonly range: SourceRange; readonly text: string }[];
  /** Changes that would do in place of all that. */
  readonly instead: readonly { readonly range: SourceRange; readonly text: string }[];
}

/** The fix of a finding; empty where there is none. */
export function fixOf(finding: Finding, context: CommandContext): Fix {
  const { remedy, directory } = finding;
  if (remedy === undefined) return { commands: [], changes: [], instead: [] };
  return {
    commands: remedyCommands(directory, remedy, context).map(({ text }) => wellFormed(text)),
    changes: remedyChanges(remedy),
    instead: remedyAlternatives(remedy),
  };
}

/** The same as lines, to be done one after another: `fix: COMMAND`, `and: FILE:LINE: CHANGE`; or else `or: FILE:LINE: CHANGE`. */
export function fixLines(finding: Finding, context: CommandContext): string[] {
  const { commands, changes, instead } = fixOf(finding, context);
  const steps = [...commands, ...changes.map(changeLine)];
  return [
    ...steps.map((step, index) => `${index === 0 ? "fix" : "and"}: ${step}`),
    ...instead.map((change, index) => `${index === 0 ? "or" : "and"}: ${changeLine(change)}`),
  ];
}

function changeLine({ range, text }: Fix["changes"][number]): string {
  return plain(`${range.file}:${range.start.line}: ${text}`);
}

function subjectOf(finding: Finding): string {
  return finding.address === undefined ? "" : `${finding.address}: `;
}
