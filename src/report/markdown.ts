import { count } from "../base/phrases.js";
import type { Severity } from "../invites/rules/finding.js";
import { type BlockFix, blockFix, type FixStep } from "./block-fix.js";
import { type Block, blocksOf, MOST_ROWS, type Row } from "./blocks-of-findings.js";
import { directoriesText } from "./by-directory.js";
import { type Paths, shownFile, shownPlace } from "./checkout.js";
import { wellFormed } from "./escape.js";
import { errorMessage, sentence } from "./finding-text.js";
import { factsOf, MOST_NAMES, namesOf, sizeOf as sizeOfRow } from "./instance-words.js";
import { codeBlock, codeSpan, link, prose } from "./markdown-syntax.js";
import { fixableFindings, type NextStep, nextSteps } from "./next-steps.js";
import { planVerdict, verdictWords } from "./plan-verdict.js";
import type { Report } from "./report.js";
import { WORST_FIRST } from "./severity.js";
import { silencedLine } from "./silenced.js";
import type { TextContext } from "./style.js";
import { countSeverities, findingCounts, summaryText } from "./summary.js";

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
 * outside can break out of its place, mention anybody or link anywhere. Blocks that are too long for a comment are
 * counted instead.
 */
export function formatMarkdown(report: Report, context: TextContext): string {
  const blocks = blocksOf(report);
  const verdict = report.withPlan ? [`**${prose(verdictWords(planVerdict(report)))}**`] : [];
  const start = [MARK, `### ${outcome(report, blocks)}`, ...verdict, summary(report, context)];
  const end = [...silencedSection(report, context), ...nextSection(nextSteps(report, context))];
  const room = LONGEST - [...start, ...end].reduce((bytes, part) => bytes + sizeOf(part), 0);
  const shown = fill(
    [...errorEntries(report, context), ...blocks.map((block) => blockEntry(block, report, context))],
    room,
  );
  return `${[...start, ...shown, ...end].join("\n\n")}\n`;
}

function outcome(report: Report, blocks: readonly Block[]): string {
  const { error, warning } = countSeverities(report.findings);
  const isIncomplete = report.errors.length > 0;
  if (blocks.length === 0) return isIncomplete ? `${ICONS.warning} tfinvite: incomplete` : "✅ tfinvite: no findings";
  const icon = error > 0 ? ICONS.error : warning > 0 || isIncomplete ? ICONS.warning : ICONS.notice;
  const counts = findingCounts(blocks, fixableFindings(report).length);
  return `${icon} tfinvite: ${counts}${isIncomplete ? ", incomplete" : ""}`;
}

/** What was looked at, in a line. */
function summary(report: Report, context: TextContext): string {
  const { style } = context;
  const looked = summaryText(report, { ...style, unicode: true }, { findings: false }).replaceAll("\n", "\\\n");
  const silenced = report.silenced.length === 0 ? "" : ` · ${report.silenced.length} silenced`;
  const where = directoriesText(report, context);
  return `${looked}${silenced}${where === undefined ? "" : `\\\n${prose(where)}`}`;
}

/** A piece of the report that is shown whole or not at all. */
interface Entry {
  readonly severity: Severity;
  /** How many findings or errors it shows. */
  readonly number: number;
  readonly parts: readonly string[];
}

function errorEntries(report: Report, paths: Paths): Entry[] {
  return report.errors.map((error, index) => {
    const file = error.file === undefined ? undefined : shownFile(error.file, paths);
    const { line } = error;
    const lines = errorMessage(error).split("\n").map(prose);
    const place = file === undefined ? "" : `${codeSpan(line === undefined ? file : `${file}:${line}`)} `;
    const heading = index === 0 ? ["#### Could not be read or looked up"] : [];
    return { severity: "error", number: 1, parts: [...heading, `- ${ICONS.error} ${place}${lines.join("\\\n  ")}`] };
  });
}

function blockEntry(block: Block, report: Report, context: TextContext): Entry {
  const { severity, rule, docs, title, detail, findings, rows } = block;
  const shown = rows.slice(0, MOST_ROWS).map((row) => rowText(row, report, context));
  const more = rows.slice(MOST_ROWS).reduce((sum, row) => sum + sizeOfRow(row), 0);
  const list = [...shown, ...(more === 0 ? [] : [`- and ${more} more`])].filter((line) => line !== "");
  return {
    severity,
    number: findings.length,
    parts: [
      `#### ${ICONS[severity]} ${severity}: ${prose(title)}`,
      `${prose(sentence(detail))}\\\n${link(rule, docs)}`,
      ...(list.length === 0 ? [] : [list.join("\n")]),
      ...fixParts(blockFix(block, report, context)),
    ],
  };
}

function rowText(row: Row, report: Report, context: TextContext): string {
  const { range, address } = row;
  const [facts = ""] = factsOf(row, report, context);
  const isSaid = report.directories.length > 1;
  const place = range === undefined ? (isSaid ? "" : `not tied to a file`) : codeSpan(shownPlace(range, context));
  const subject = [place, address === undefined ? "" : codeSpan(address), prose(facts)].filter((part) => part !== "");
  if (sizeOfRow(row) < 2) return `- ${subject.join(" · ")}`;
  const names = namesOf(row);
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return `- ${subject.join(" · ")}\\\n  ${names.slice(0, MOST_NAMES).map(codeSpan).join(", ")}${more}`;
}

/** What fixes a block, folded away: the commands in one block to copy, and the changes by hand. */
function fixParts({ steps, instead }: BlockFix): string[] {
  const commands = steps.flatMap((step) => (step.kind === "command" ? [wellFormed(step.text)] : []));
  const line = (lead: string) => (step: FixStep) =>
    step.kind === "command"
      ? []
      : [`- ${lead}${step.place === undefined ? "" : `${codeSpan(step.place)} `}${prose(step.text)}`];
  const changes = [...steps.flatMap(line("")), ...instead.flatMap(line("or instead: "))];
  const counts = [
    commands.length > 0 && count(commands.length, "command"),
    changes.length > 0 && `${count(changes.length, "change")} by hand`,
  ].filter(Boolean);
  if (counts.length === 0) return [];
  const parts = [commands.length > 0 ? codeBlock(commands.join("\n"), "sh") : "", changes.join("\n")].filter(Boolean);
  return [`<details><summary>How to fix: ${counts.join(", ")}</summary>`, ...parts, "</details>"];
}

/** What comments and the baseline silence, folded away, where that is asked for; as much as there is room for. */
function silencedSection({ silenced }: Report, context: TextContext): string[] {
  if (context.showIgnored !== true || silenced.length === 0) return [];
  const lines = silenced.slice(0, MOST_SILENCED).map((one) => `- ${prose(silencedLine(one, context))}`);
  const more = silenced.length > MOST_SILENCED ? [`- and ${silenced.length - MOST_SILENCED} more`] : [];
  const summary = `<details><summary>Silenced: ${count(silenced.length, "finding")}</summary>`;
  return [summary, [...lines, ...more].join("\n"), "</details>"];
}

function nextSection(steps: readonly NextStep[]): string[] {
  if (steps.length === 0) return [];
  const lines = steps.map(
    ({ command, purpose }) => `- ${command.split("\n").map(codeSpan).join(", ")}: ${prose(purpose)}`,
  );
  return ["#### Next", lines.join("\n")];
}

/** As many entries as there is room for, the worst first, and a line about the others. */
function fill(entries: readonly Entry[], room: number): string[] {
  let left = room - ROOM_FOR_REST;
  const chosen = new Set<Entry>();
  for (const entry of WORST_FIRST.flatMap((worst) => entries.filter(({ severity }) => severity === worst))) {
    const size = entry.parts.reduce((sum, part) => sum + sizeOf(part), 0);
    if (size > left) continue;
    left -= size;
    chosen.add(entry);
  }
  const shown = entries.filter((entry) => chosen.has(entry)).flatMap(({ parts }) => parts);
  const rest = entries.filter((entry) => !chosen.has(entry));
  if (rest.length === 0) return shown;
  const counts = WORST_FIRST.flatMap((severity) => {
    const number = rest.filter((entry) => entry.severity === severity).reduce((sum, entry) => sum + entry.number, 0);
    return number === 0 ? [] : [count(number, severity)];
  });
  const total = rest.reduce((sum, { number }) => sum + number, 0);
  return [
    ...shown,
    `**${total} more do not fit into one comment (${counts.join(", ")}).** The other formats have them all.`,
  ];
}

const MOST_SILENCED = 20;

/** Bytes for the line about what is not shown. */
const ROOM_FOR_REST = 300;

/** In UTF-8, with the line breaks around it. */
function sizeOf(text: string): number {
  return Buffer.byteLength(text) + 2;
}
