import { groupBy } from "../base/group-by.js";
import { count } from "../base/phrases.js";
import type { Finding, Severity } from "../invites/rules/finding.js";
import { fileAndLine } from "../terraform/source-range.js";
import { wellFormed } from "./escape.js";
import { errorMessage, fixOf, type ManualChange } from "./finding-text.js";
import { codeBlock, codeSpan, link, prose } from "./markdown-syntax.js";
import { wordsOf } from "./messages/words.js";
import { tidyPath } from "./places.js";
import { planVerdict, verdictWords } from "./plan-verdict.js";
import type { Report } from "./report.js";
import type { TextContext } from "./style.js";
import { countSeverities, severityCounts, summaryText } from "./summary.js";

/** By this a script finds the comment again that it wants to bring up to date. */
const MARK = "<!-- tfinvite -->";

/**
 * GitHub refuses comments of more than 65,536 characters. This counts UTF-8 bytes, and leaves room for what masking
 * email addresses may add.
 */
const LONGEST = 60_000;

const ICONS = { error: "❌", warning: "⚠️", notice: "ℹ️" } as const satisfies Record<Severity, string>;

/**
 * The report as GitHub-flavoured Markdown for a comment on a pull request or `$GITHUB_STEP_SUMMARY`. Nothing from
 * outside can break out of its place, mention anybody or link anywhere. What is too long for a comment is left out, and
 * counted.
 */
export function formatMarkdown(report: Report, context: TextContext): string {
  const verdict = report.withPlan ? [`**${prose(verdictWords(planVerdict(report)))}**`] : [];
  const head = [MARK, `### ${outcome(report)}`, ...verdict, summary(report, context)];
  const room = LONGEST - head.reduce((bytes, block) => bytes + sizeOf(block), 0);
  const blocks = fill([...errorBlocks(report), ...findingBlocks(report, context)], room);
  return `${[...head, ...blocks].join("\n\n")}\n`;
}

function outcome(report: Report): string {
  const { error, warning } = countSeverities(report.findings);
  const counts = [...severityCounts(report.findings), ...(report.errors.length > 0 ? ["incomplete"] : [])];
  if (counts.length === 0) return "✅ tfinvite: nothing to report";
  const icon = error > 0 ? ICONS.error : warning > 0 || report.errors.length > 0 ? ICONS.warning : ICONS.notice;
  return `${icon} tfinvite: ${counts.join(", ")}`;
}

/** What was looked at, in a line. */
function summary(report: Report, { style }: TextContext): string {
  const looked = summaryText(report, { ...style, unicode: true }, { findings: false }).replaceAll("\n", "\\\n");
  const silenced = report.silenced.length === 0 ? "" : ` · ${report.silenced.length} silenced`;
  return `${looked}${silenced}`;
}

/** A piece of the report that is shown whole or not at all. */
interface Entry {
  readonly severity: Severity;
  /** What it has in common with others of the section, which is said once; empty where there is nothing. */
  readonly topic: string;
  readonly text: string;
  /** What puts it right: commands to copy, and changes by hand as items of a list. */
  readonly commands: readonly string[];
  readonly changes: readonly string[];
}

/** Entries under one heading. */
interface Section {
  readonly heading: string;
  readonly entries: readonly Entry[];
}

function errorBlocks(report: Report): Section[] {
  const entries = report.errors.map((error): Entry => {
    const { file, line } = error;
    const lines = errorMessage(error).split("\n").map(prose);
    const first = file === undefined ? "" : `${codeSpan(line === undefined ? file : `${file}:${line}`)} `;
    const text = `- ${ICONS.error} ${first}${lines.join("\\\n  ")}`;
    return { severity: "error", topic: "", text, commands: [], changes: [] };
  });
  return entries.length === 0 ? [] : [{ heading: "Could not be read or looked up", entries }];
}

/** The findings by file, in their order. */
function findingBlocks(report: Report, context: TextContext): Section[] {
  const many = report.directories.length > 1;
  return [...groupBy(report.findings, headingOf)].map(([heading, findings]) => ({
    heading,
    entries: findings.map((finding) => ({
      severity: finding.severity,
      topic: topicOf(finding),
      text: findingText(finding, many),
      ...fixTexts(finding, context),
    })),
  }));
}

function fixTexts(finding: Finding, context: TextContext): Pick<Entry, "commands" | "changes"> {
  const { commands, changes, instead } = fixOf(finding, context);
  const line = (lead: string) => (change: ManualChange) =>
    `- ${lead}${codeSpan(fileAndLine(change.range))} ${prose(change.text)}`;
  return {
    commands: commands.map(({ text }) => wellFormed(text)),
    changes: [...changes.map(line("")), ...instead.map(line("or in place of all that: "))],
  };
}

function headingOf({ range, directory }: Finding): string {
  return range === undefined ? `In no file of ${codeSpan(tidyPath(directory))}` : codeSpan(tidyPath(range.file));
}

function topicOf(finding: Finding): string {
  const { severity, rule, docs } = finding;
  return `- ${ICONS[severity]} **${severity}: ${prose(wordsOf(finding).title)}** · ${link(rule, docs)}`;
}

function findingText(finding: Finding, many: boolean): string {
  const { address, range, directory } = finding;
  const subject = [
    address !== undefined && codeSpan(address),
    range !== undefined && `line ${range.start.line}`,
    many && range !== undefined && `in ${codeSpan(directory)}`,
  ].filter(Boolean);
  const detail = prose(wordsOf(finding).detail);
  return `  - ${subject.length === 0 ? detail : `${subject.join(" · ")}\\\n    ${detail}`}`;
}

/** As many entries as there is room for, with their headings and fixes, and a line about the others. */
function fill(sections: readonly Section[], room: number): string[] {
  const chosen = choose(sections, room - ROOM_FOR_FRAME);
  const blocks = sections.flatMap(({ heading, entries }) => {
    const shown = entries.filter((entry) => chosen.has(entry));
    return shown.length === 0 ? [] : [`#### ${heading}`, list(shown), ...fixBlock(shown)];
  });
  const leftOut = sections.flatMap(({ entries }) => entries.filter((entry) => !chosen.has(entry)));
  if (leftOut.length === 0) return blocks;
  const rest = `**${leftOut.length} more do not fit into one comment (${severityCounts(leftOut).join(", ")}).**`;
  return [...blocks, `${rest} The other formats have them all.`];
}

const WORST_FIRST = ["error", "warning", "notice"] as const satisfies readonly Severity[];

/** The entries that fit into so many bytes: no notice takes the place of an error, wherever the two stand. */
function choose(sections: readonly Section[], room: number): ReadonlySet<Entry> {
  const chosen = new Set<Entry>();
  const topics = new Map<Section, Set<string>>();
  let left = room;
  const all = sections.flatMap((section) => section.entries.map((entry) => ({ section, entry })));
  for (const { section, entry } of WORST_FIRST.flatMap((worst) => all.filter((one) => one.entry.severity === worst))) {
    const said = topics.get(section);
    const frame = said === undefined ? sizeOf(section.heading) + ROOM_FOR_FRAME : 0;
    const topic = said?.has(entry.topic) === true ? 0 : sizeOf(entry.topic);
    const size = [entry.text, ...entry.commands, ...entry.changes].reduce(
      (sum, text) => sum + sizeOf(text),
      frame + topic,
    );
    if (size > left) continue;
    left -= size;
    chosen.add(entry);
    topics.set(section, (said ?? new Set()).add(entry.topic));
  }
  return chosen;
}

/** Each topic once, where it first comes up, with its entries under it. */
function list(entries: readonly Entry[]): string {
  const topics = groupBy(entries, ({ topic }) => topic);
  return [...topics].flatMap(([topic, those]) => [topic, ...those.map(({ text }) => text)].filter(Boolean)).join("\n");
}

/** Bytes for what stands around entries: a heading's mark, the frame of a fix, the line about what is left out. */
const ROOM_FOR_FRAME = 300;

/** What puts the entries right, folded away: the commands in one block to copy, and the changes by hand. */
function fixBlock(entries: readonly Entry[]): string[] {
  const commands = [...new Set(entries.flatMap((entry) => entry.commands))];
  const changes = [...new Set(entries.flatMap((entry) => entry.changes))];
  const parts = [
    commands.length > 0 && count(commands.length, "command"),
    changes.length > 0 && `${count(changes.length, "change")} by hand`,
  ].filter(Boolean);
  if (parts.length === 0) return [];
  const blocks = [commands.length > 0 ? codeBlock(commands.join("\n"), "sh") : "", changes.join("\n")].filter(Boolean);
  return [`<details><summary>How to fix: ${parts.join(", ")}</summary>`, ...blocks, "</details>"];
}

/** In UTF-8, with the line breaks around it. */
function sizeOf(text: string): number {
  return Buffer.byteLength(text) + 2;
}
