import stringWidth from "string-width";
import { count } from "../base/phrases.js";
import type { Finding, Severity } from "../invites/rules/finding.js";
import { fileAndLine } from "../terraform/source-range.js";
import { blockFix, type FixStep } from "./block-fix.js";
import { type Block, blocksOf, MOST_ROWS, type Row } from "./blocks-of-findings.js";
import { directoriesText } from "./by-directory.js";
import { escapeControls } from "./escape.js";
import { excerpt } from "./excerpt.js";
import { errorPlace, sentence } from "./finding-text.js";
import { factsOf, listed, namesOf, namesThatFit, sizeOf } from "./instance-words.js";
import { fixableFindings, nextSteps } from "./next-steps.js";
import { moreLine, nextLines } from "./next-text.js";
import { planVerdict, verdictWords } from "./plan-verdict.js";
import type { Report, ReportError } from "./report.js";
import { silencedLine } from "./silenced.js";
import type { Style, TextContext } from "./style.js";
import { findingCounts, summaryText } from "./summary.js";
import { indented, padTo, textWidth, widest, wrap } from "./text-width.js";

/** A title needs so much room beside its label. */
const NARROWEST_TITLE = 28;
/** Columns of places and addresses are at most so wide; what is longer is not aligned. */
const WIDEST_PLACE = 24;
const WIDEST_ADDRESS = 40;

/** Findings for a person at a terminal: what is wrong, where, why it matters, what to do; then what to do next. */
export function formatPretty(report: Report, context: TextContext): string {
  const blocks = blocksOf(report);
  const fixable = new Set(fixableFindings(report));
  const verdict = report.withPlan ? wrap(verdictWords(planVerdict(report)), context.style.width) : [];
  const parts = [
    verdict.map((line) => context.style.bold(line)),
    ...blocks.map((block) => blockLines(block, { report, context, fixable })),
    silencedLines(report, context),
    [
      summaryText(report, context.style, { findings: findingCounts(blocks, fixable.size) }),
      ...byDirectory(report, context),
    ],
    nextLines(nextSteps(report, context), context.style),
    moreLine(blocks, context),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function byDirectory(report: Report, context: TextContext): string[] {
  const text = directoriesText(report, context);
  return text === undefined ? [] : wrap(text, context.style.width);
}

/** What comments and the baseline silence, where that is asked for. */
function silencedLines({ silenced }: Report, context: TextContext): string[] {
  if (context.showIgnored !== true || silenced.length === 0) return [];
  const { style } = context;
  return [
    style.bold(`silenced: ${count(silenced.length, "finding")}`),
    ...silenced.flatMap((one) => indented("  ", silencedLine(one, context), style)),
  ];
}

interface Shown {
  readonly report: Report;
  readonly context: TextContext;
  readonly fixable: ReadonlySet<Finding>;
}

function blockLines(block: Block, { report, context, fixable }: Shown): string[] {
  const { style } = context;
  return [
    ...head(block, fixableWords(block, fixable), style),
    ...(block.rows.length > 1 && block.place === undefined
      ? table(block.rows, report, style)
      : subjects(block, report, style)),
    ...(block.place === undefined ? [] : excerpt(block.place, report, style)),
    ...indented("  ", escapeControls(sentence(block.detail)), style),
    ...fixLines(blockFix(block, report, context), style),
  ];
}

function fixableWords({ findings }: Block, fixable: ReadonlySet<Finding>): string {
  const number = findings.filter((finding) => fixable.has(finding)).length;
  if (number === 0) return "";
  return number === findings.length ? " (fixable)" : ` (${number} of ${findings.length} fixable)`;
}

/** The severity, the rule and the title, which goes on below itself where there is room, else on lines of its own. */
function head({ severity, rule, docs, title }: Block, after: string, style: Style): string[] {
  const label = `${severity}[${rule}]:`;
  const margin = stringWidth(label) + 1;
  const painted = `${paint(severity, style)(severity)}[${style.link(style.dim(rule), docs)}]:`;
  const isBeside = style.width === undefined || style.width - margin >= NARROWEST_TITLE;
  const indent = isBeside ? " ".repeat(margin) : "  ";
  const lines = wrap(escapeControls(title) + after, textWidth(style, indent.length)).map(style.bold);
  const [first = "", ...rest] = lines;
  if (isBeside) return [`${painted} ${first}`, ...rest.map((line) => indent + line)];
  return [painted, ...lines.map((line) => indent + line)];
}

/** The resources of a block that is about one place: each with its instances below it. */
function subjects({ rows }: Block, report: Report, style: Style): string[] {
  const shown = rows.slice(0, MOST_ROWS).flatMap((row) => {
    const [facts = ""] = factsOf(row, report);
    const lines = subject(escapeControls(row.address ?? ""), facts, style);
    return sizeOf(row) < 2 ? lines : [...lines, ...indented("    ", listed(namesOf(row)), style)];
  });
  return [...shown, ...moreRows(rows)];
}

function subject(address: string, facts: string, style: Style): string[] {
  if (address === "") return facts === "" ? [] : indented("  ", facts, style);
  const name = `  ${style.bold(address)}`;
  if (facts === "") return [name];
  if (fits(`  ${address}  ${facts}`, style)) return [`${name}  ${facts}`];
  return [name, ...indented("    ", facts, style)];
}

/** The resources of a block, one a line where a line can hold it: the place, the address, what is known of it. */
function table(rows: readonly Row[], report: Report, style: Style): string[] {
  const shown = rows.slice(0, MOST_ROWS);
  const placeWidth = widest(shown.map(placeOf).filter((place) => stringWidth(place) <= WIDEST_PLACE));
  const addresses = shown.map(({ address = "" }) => escapeControls(address));
  const addressWidth = widest(addresses.filter((address) => stringWidth(address) <= WIDEST_ADDRESS));
  const lines = shown.flatMap((row, index) => {
    const place = placeOf(row);
    const address = addresses[index] ?? "";
    const lead = `  ${padTo(place, placeWidth)}  `;
    const start = `${lead}${padTo(address, addressWidth)}  `;
    const [gap, secondGap] = [lead.slice(2 + place.length), start.slice(lead.length + address.length)];
    const painted = `  ${style.dim(place)}${gap}${style.bold(address)}`;
    const facts = factsIn(row, report, (text) => fits(start + text, style));
    const names = sizeOf(row) < 2 ? "" : namesThatFit(namesOf(row), (text) => fits(`${start}${facts}: ${text}`, style));
    if (facts !== "" && names !== "") return [`${painted}${secondGap}${facts}: ${names}`];
    const namesBelow = sizeOf(row) < 2 ? "" : namesThatFit(namesOf(row), (text) => fits(`    ${text}`, style));
    const below = namesBelow === "" ? [] : [`    ${namesBelow}`];
    if (facts !== "") return [`${painted}${secondGap}${facts}`, ...below];
    const [all = ""] = factsOf(row, report);
    const factsBelow = all === "" ? below : [...indented("    ", all, style), ...below];
    if (fits(lead + address, style)) return [painted.trimEnd(), ...factsBelow];
    return [`  ${style.dim(place)}`, ...(address === "" ? [] : [`    ${style.bold(address)}`]), ...factsBelow];
  });
  return [...lines, ...moreRows(rows)];
}

/** The longest of the texts about a row that fits, a shorter one where the names of its instances follow; else empty. */
function factsIn(row: Row, report: Report, doesFit: (text: string) => boolean): string {
  const texts = factsOf(row, report);
  const wanted = sizeOf(row) > 1 ? texts.toReversed() : texts;
  return wanted.find((text) => text !== "" && doesFit(text)) ?? "";
}

function placeOf({ range, directory }: Row): string {
  return escapeControls(range === undefined ? directory : fileAndLine(range));
}

function moreRows(rows: readonly Row[]): string[] {
  const rest = rows.slice(MOST_ROWS);
  const number = rest.reduce((sum, row) => sum + sizeOf(row), 0);
  return number === 0 ? [] : [`  and ${number} more`];
}

function fits(line: string, { width }: Style): boolean {
  return width === undefined || stringWidth(line) <= width;
}

const FIX_MARGIN = " ".repeat(7);

/** What to do, step by step. Commands are never broken, so that they can be copied. */
function fixLines({ steps, instead }: ReturnType<typeof blockFix>, style: Style): string[] {
  const led = (word: string, lines: readonly string[]) =>
    lines.map((line, number) => (number === 0 ? `  ${style.cyan(`${word}:`.padEnd(4))} ` : FIX_MARGIN) + line);
  const [easy, other] = instead.length > 0 ? [instead, steps] : [steps, instead];
  return [
    ...easy.flatMap((step, index) => led(index === 0 ? "fix" : "and", stepLines(step, style))),
    ...other.flatMap((step, index) => led(index === 0 ? "or" : "and", stepLines(step, style))),
  ];
}

function stepLines(step: FixStep, style: Style): string[] {
  const width = textWidth(style, FIX_MARGIN.length);
  if (step.kind === "command") {
    const { text, purpose } = step;
    if (purpose === undefined) return text.split("\n");
    if (fits(`${FIX_MARGIN}${text}  ${purpose}`, style)) return [`${text}  ${style.dim(purpose)}`];
    return [text, ...wrap(purpose, width).map(style.dim)];
  }
  const text = escapeControls(step.text);
  if (step.place === undefined) return wrap(text, width);
  const place = escapeControls(step.place);
  const [first = "", ...rest] = wrap(text, width, stringWidth(place) + 2);
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

function paint(severity: Severity, style: Style): (text: string) => string {
  return { error: style.red, warning: style.yellow, notice: style.cyan }[severity];
}
