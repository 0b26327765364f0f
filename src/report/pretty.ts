import stringWidth from "string-width";
import type { Finding, Severity } from "../invites/finding.js";
import type { Remedy } from "../invites/remedies/remedy.js";
import type { Report, ReportError } from "../invites/report.js";
import type { SourceRange } from "../terraform/source-range.js";
import { standingPhrase } from "./standing-detail.js";
import type { Style, TextContext } from "./style.js";
import { summaryLine } from "./summary.js";
import { clean, wrap } from "./text.js";
import { dependentWords, stepWords, wordsOf } from "./words.js";

/** Findings for a person at a terminal: what is true, where, why it matters, what to do. */
export function formatPretty(report: Report, context: TextContext): string {
  const many = report.directories.length > 1;
  const findings = report.findings.map((finding) => prettyFinding(finding, report, context, many).join("\n"));
  return `${[...findings, summaryLine(report, { findings: true })].join("\n\n")}\n`;
}

function prettyFinding(finding: Finding, report: Report, context: TextContext, many: boolean): string[] {
  const { style } = context;
  const words = wordsOf(finding);
  const label = `${finding.severity}: `;
  const head = `${paint(finding.severity, style)(label)}${style.bold(words.headline)}`;
  const gap = Math.max(
    2,
    Math.min(style.width ?? 96, 96) - stringWidth(label + words.headline) - stringWidth(finding.rule),
  );
  return [
    `${head}${" ".repeat(gap)}${style.dim(finding.rule)}`,
    ...subject(finding, report, style, many),
    ...(finding.range === undefined ? [] : excerpt(finding.range, finding.text, style)),
    ...wrap(clean(words.consequence), style.width === undefined ? undefined : style.width - 2).map(
      (line) => `  ${line}`,
    ),
    ...(finding.remedy === undefined ? [] : remedyLines(finding.directory, finding.remedy, context)),
  ];
}

function subject(finding: Finding, report: Report, style: Style, many: boolean): string[] {
  if (finding.address === undefined) return [];
  const parts = [style.bold(clean(finding.address))];
  const invite = report.invites.find(
    ({ entry }) => entry.directory === finding.directory && entry.name === finding.address,
  );
  if (invite !== undefined) {
    const { entry, standing } = invite;
    if (entry.email !== undefined) parts.push(clean(entry.email));
    parts.push(clean(standingPhrase(standing, report.now)));
  }
  if (many) parts.push(style.dim(`in ${clean(finding.directory)}`));
  return [`  ${parts.join("  ")}`];
}

/** The source line with a mark under what is meant. A range over several lines is marked to the end of its first one. */
function excerpt(range: SourceRange, text: string | undefined, style: Style): string[] {
  const corner = style.unicode ? "┌─" : "-->";
  const bar = style.unicode ? "│" : "|";
  const number = String(range.start.line);
  const margin = " ".repeat(number.length);
  const place = `  ${margin}${corner} ${clean(range.file)}:${range.start.line}:${range.start.column}`;
  const line = text?.split(/\r\n|\n|\r/)[range.start.line - 1];
  if (line === undefined) return [style.dim(place)];
  const before = expandTabs(line.slice(0, range.start.column - 1));
  const end = range.end.line === range.start.line ? range.end.column - 1 : line.length;
  const marked = expandTabs(line.slice(range.start.column - 1, end));
  return [
    style.dim(place),
    `  ${style.dim(`${number} ${bar}`)} ${expandTabs(line)}`,
    `  ${style.dim(`${margin} ${bar}`)} ${" ".repeat(stringWidth(before))}${style.yellow("^".repeat(Math.max(1, stringWidth(marked))))}`,
  ];
}

function expandTabs(text: string): string {
  return clean(text.replaceAll("\t", "  "));
}

/** What to do, one line a step; the first is a command where one helps. */
export function remedyLines(directory: string, remedy: Remedy, context: TextContext): string[] {
  const lines = remedyTexts(directory, remedy, context);
  return lines.map((line, index) => `  ${context.style.cyan(index === 0 ? "fix" : "and")}  ${line}`);
}

function remedyTexts(directory: string, remedy: Remedy, context: TextContext): string[] {
  const at = (range: SourceRange) => context.style.dim(`${clean(range.file)}:${range.start.line}`);
  switch (remedy.kind) {
    case "resend":
      return [context.command(directory, remedy.command).text];
    case "separate-projects":
      return ["invite to the organization only; once the person is a member, add them with openai_project_user"];
    case "forget":
    case "drop":
      return [
        ...(remedy.kind === "forget" ? [context.command(directory, remedy.command).text] : []),
        ...remedy.steps.map((step) => `${at(step.range)}  ${clean(stepWords(step))}`),
        ...remedy.dependents.map((dependent) => `${at(dependent.range)}  ${clean(dependentWords(dependent))}`),
      ];
  }
}

/** Something that could not be read or asked, with the way out. */
export function formatError(error: ReportError, style: Style): string {
  const place =
    error.file === undefined
      ? ""
      : `${error.file}${error.line === undefined ? "" : `:${error.line}:${error.column ?? 1}`}: `;
  const about = error.address === undefined ? "" : `${error.address}: `;
  const width = style.width === undefined ? undefined : style.width - 7;
  const lines = `${place}${about}${error.message}\n${error.hint ?? ""}`
    .trimEnd()
    .split("\n")
    .flatMap((line) => wrap(clean(line), width));
  const [first = "", ...rest] = lines;
  return [`${style.red("error:")} ${first}`, ...rest.map((line) => `       ${line}`), ""].join("\n");
}

function paint(severity: Severity, style: Style): (text: string) => string {
  return { error: style.red, warning: style.yellow, notice: style.cyan }[severity];
}
