import stringWidth from "string-width";
import type { Finding, Severity } from "../invites/rules/finding.js";
import { isValueFile } from "../terraform/files/file-names.js";
import { fileAndLine, type SourceRange } from "../terraform/source-range.js";
import { escapeControls } from "./escape.js";
import { errorPlace, fixOf, type ManualChange } from "./finding-text.js";
import { hideKey, maskKeys, maskValues } from "./masking.js";
import { statusPhrase } from "./messages/status-words.js";
import { wordsOf } from "./messages/words.js";
import { planVerdict, verdictWords } from "./plan-verdict.js";
import type { Report, ReportError } from "./report.js";
import { rulePages } from "./rule-pages.js";
import type { Style, TextContext } from "./style.js";
import { summaryText } from "./summary.js";
import { shorten, shortenStart, wrap } from "./text-width.js";

/** Sentences over longer lines are hard to follow. */
const WIDEST_TEXT = 100;
/** Rules stand here at the latest, not at the far end of a wide terminal. */
const WIDEST_HEAD = 96;

/** Findings for a person at a terminal: what is true, where, why it matters, what to do. */
export function formatPretty(report: Report, context: TextContext): string {
  const many = report.directories.length > 1;
  const findings = report.findings.map((finding) => prettyFinding(finding, report, context, many).join("\n"));
  const summary = summaryText(report, context.style, { findings: true });
  const verdict = report.withPlan ? wrap(verdictWords(planVerdict(report)), context.style.width) : [];
  const first = verdict.length === 0 ? [] : [verdict.map((line) => context.style.bold(line)).join("\n")];
  return `${[...first, ...findings, summary].join("\n\n")}\n${rulePages(report, context.style)}`;
}

function prettyFinding(finding: Finding, report: Report, context: TextContext, many: boolean): string[] {
  const { style } = context;
  const { title, detail } = wordsOf(finding);
  return [
    ...head(finding, title, style),
    ...subject(finding, report, style, many),
    ...(finding.range === undefined ? [] : excerpt(finding.range, shownLine(finding.range, report), style)),
    ...indented("  ", escapeControls(detail), style),
    ...fixSteps(finding, context),
  ];
}

/** The title, with the rule at the right end; on a line of its own where there is no room for it. */
function head({ severity, rule, docs }: Finding, title: string, style: Style): string[] {
  const label = `${severity}: `;
  const margin = " ".repeat(label.length);
  const lines = wrap(title, textWidth(style, label.length)).map(
    (line, index) => `${index === 0 ? paint(severity, style)(label) : margin}${style.bold(line)}`,
  );
  const used = stringWidth(label + title);
  const name = style.link(style.dim(rule), docs);
  const room = Math.min(style.width ?? WIDEST_HEAD, WIDEST_HEAD) - used - stringWidth(rule);
  if (style.width !== undefined && room < 2) return [...lines, `  ${name}`];
  return [`${lines.join("\n")}${" ".repeat(Math.max(2, room))}${name}`];
}

/** Whose invite it is and how it stands; on several lines where one cannot hold it. */
function subject(finding: Finding, report: Report, style: Style, many: boolean): string[] {
  if (finding.address === undefined) return [];
  const address = escapeControls(finding.address);
  const invite = report.invites.find(
    ({ entry }) => entry.directory === finding.directory && entry.name === finding.address,
  );
  const parts = [
    escapeControls(invite?.email ?? ""),
    invite === undefined || report.mode === "static" ? "" : escapeControls(statusPhrase(invite.status, report.now)),
    many ? style.dim(`in ${escapeControls(finding.directory)}`) : "",
  ].filter((part) => part !== "");
  const onOne = ["", ...parts].join("  ");
  if (style.width === undefined || stringWidth(`  ${address}${onOne}`) <= style.width) {
    return [`  ${style.bold(address)}${onOne}`];
  }
  const below = parts.length === 0 ? [] : indented("    ", parts.join("  "), style);
  return [`  ${style.bold(address)}`, ...below];
}

/** The source line with a mark under what is meant. A range over several lines is marked to the end of its first one. */
function excerpt(range: SourceRange, written: string | undefined, style: Style): string[] {
  const corner = style.unicode ? "┌─" : "-->";
  const bar = style.unicode ? "│" : "|";
  const number = String(range.start.line);
  const margin = " ".repeat(number.length);
  const place = `  ${margin}${corner} ${escapeControls(fileAndLine(range))}:${range.start.column}`;
  if (written === undefined) return [style.dim(place)];
  const line = isValueFile(range.file) ? maskValues(written) : maskKeys(written);
  const end = range.end.line === range.start.line ? range.end.column - 1 : line.length;
  const width = style.width === undefined ? undefined : Math.max(1, style.width - number.length - 5);
  const shown = cutLine(
    {
      before: expandTabs(line.slice(0, range.start.column - 1)),
      marked: expandTabs(line.slice(range.start.column - 1, end)),
      after: expandTabs(line.slice(end)),
    },
    width,
    style.unicode ? "…" : "...",
  );
  return [
    style.dim(place),
    `  ${style.dim(`${number} ${bar}`)} ${shown.line}`,
    `  ${style.dim(`${margin} ${bar}`)} ${" ".repeat(shown.start)}${style.yellow("^".repeat(shown.length))}`,
  ];
}

/** A source line cut to a display width, and where the mark goes under it: what it is about stays in sight. */
function cutLine(
  { before, marked, after }: { readonly before: string; readonly marked: string; readonly after: string },
  width: number | undefined,
  ellipsis: string,
): { readonly line: string; readonly start: number; readonly length: number } {
  const length = Math.max(1, stringWidth(marked));
  const whole = before + marked + after;
  if (width === undefined || stringWidth(whole) <= width) return { line: whole, start: stringWidth(before), length };
  const rest = marked + after;
  const lead = shortenStart(before, Math.max(Math.floor(width / 3), width - stringWidth(rest)), ellipsis);
  const room = width - stringWidth(lead);
  return { line: lead + shorten(rest, room, ellipsis), start: stringWidth(lead), length: Math.min(length, room) };
}

/** The line that a range begins in, without the keys that the report knows of: it may hold one beside what is meant. */
function shownLine(shown: SourceRange, { findings, sources }: Report): string | undefined {
  const text = sources.get(shown.file);
  const { offset, line } = shown.start;
  if (text === undefined || offset > text.length) return undefined;
  const from = offset - shown.start.column + 1;
  const next = text.indexOf("\n", offset);
  const to = next === -1 ? text.length : next;
  return findings
    .flatMap(({ rule, range }) => (rule === "hardcoded-admin-key" && range !== undefined ? [range] : []))
    .filter(({ file, start, end }) => file === shown.file && start.line <= line && line <= end.line)
    .map(({ start, end }) => ({ start: Math.max(from, start.offset) - from, end: Math.min(to, end.offset) - from }))
    .reduce(hideKey, text.slice(from, to))
    .replace(/\r$/, "");
}

function expandTabs(text: string): string {
  return escapeControls(text.replaceAll("\t", "  "));
}

/** What to do, step by step; the first is a command where one helps. Commands are never broken, so they can be copied. */
function fixSteps(finding: Finding, context: TextContext): string[] {
  const { style } = context;
  const led = (word: string, lines: readonly string[]) =>
    lines.map((line, number) => (number === 0 ? `  ${style.cyan(word.padEnd(3))}  ` : FIX_MARGIN) + line);
  const { commands, changes, instead } = fixOf(finding, context);
  // That its place is the finding's own is clear without saying.
  const isHere = finding.remedy?.kind === "separate-projects";
  const shown = isHere ? changes.map(({ text }) => ({ text })) : changes;
  const steps = [...commands.map(({ text }) => text.split("\n")), ...shown.map((change) => changeLines(change, style))];
  return [
    ...steps.flatMap((lines, index) => led(index === 0 ? "fix" : "and", lines)),
    ...instead.flatMap((change, index) => led(index === 0 ? "or" : "and", changeLines(change, style))),
  ];
}

const FIX_MARGIN = " ".repeat(7);

/** The place and what to do there, under one another where the line ends. */
function changeLines({ text, range }: Partial<ManualChange> & Pick<ManualChange, "text">, style: Style): string[] {
  const width = textWidth(style, FIX_MARGIN.length);
  if (range === undefined) return wrap(escapeControls(text), width);
  const place = escapeControls(fileAndLine(range));
  const [first = "", ...rest] = wrap(escapeControls(text), width, stringWidth(place) + 2);
  return [`${style.dim(place)}${first === "" ? "" : `  ${first}`}`, ...rest];
}

/** Something that could not be read or asked, with the way out. */
export function formatError(error: ReportError, style: Style): string {
  const about = [errorPlace(error), error.address, error.message].filter((part) => part !== undefined).join(": ");
  const width = textWidth(style, 7);
  const lines = `${about}\n${error.hint ?? ""}`.trimEnd().split("\n");
  const [first = "", ...rest] = lines.flatMap((line) => wrap(escapeControls(line), width));
  return [`${style.red("error:")} ${first}`, ...rest.map((line) => `       ${line}`), ""].join("\n");
}

/** Text broken at the terminal's width, each line behind a margin. */
function indented(margin: string, text: string, style: Style): string[] {
  return wrap(text, textWidth(style, margin.length)).map((line) => margin + line);
}

/** How wide text behind a margin may be; undefined where nothing has to be broken. */
function textWidth(style: Style, margin: number): number | undefined {
  return style.width === undefined ? undefined : Math.max(1, Math.min(style.width, WIDEST_TEXT) - margin);
}

function paint(severity: Severity, style: Style): (text: string) => string {
  return { error: style.red, warning: style.yellow, notice: style.cyan }[severity];
}
