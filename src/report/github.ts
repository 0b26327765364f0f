import { defined } from "../base/defined.js";
import { groupBy } from "../base/group-by.js";
import { count, someOf } from "../base/phrases.js";
import type { Severity } from "../invites/rules/finding.js";
import { blockFix, fixTexts } from "./block-fix.js";
import { type Block, blocksOf, type Row } from "./blocks-of-findings.js";
import { prefixed, shownFile } from "./checkout.js";
import { escapeControls, withoutLogCommands } from "./escape.js";
import { compactLine, errorMessage } from "./finding-text.js";
import { factsOf, listed, namesOf, sizeOf } from "./instance-words.js";
import { nextSteps } from "./next-steps.js";
import { notLookedUp } from "./not-looked-up.js";
import { type Place, placeFinder } from "./places.js";
import { planVerdict, verdictWords } from "./plan-verdict.js";
import type { Report, ReportError } from "./report.js";
import { WORST_FIRST } from "./severity.js";
import type { CommandContext } from "./style.js";

/** The runner cuts longer messages: https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs */
const LONGEST_MESSAGE = 4096;

/** GitHub shows this many annotations of a kind for a step: https://docs.github.com/en/actions/reference/limits */
const MOST_ANNOTATIONS = 10;

/** A workflow command, and what it says as a line of the log. */
interface Annotation {
  readonly kind: Severity;
  readonly command: string;
  /** Of the findings only. */
  readonly lines: readonly string[];
  readonly file?: string;
}

/**
 * Workflow commands of GitHub Actions, one a line, each an annotation:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 *
 * Instances of one resource that have the same problem are one annotation. Where there are more of a kind than GitHub
 * shows, the last one says how many more there are, and where; the log has them folded.
 *
 * Columns count UTF-16 units.
 */
export function formatGithub(report: Report, context: CommandContext): string {
  const note = notLookedUp(report);
  const placeOf = placeFinder(report, context.checkoutPrefix);
  const next = nextSteps(report, context).map(({ command, purpose }) => `${command}\n  ${purpose}`);
  const about = (title: string, text: string): Annotation => ({
    kind: "notice",
    command: command("notice", { title }, text),
    lines: [],
  });
  const all: readonly Annotation[] = [
    ...(report.withPlan ? [verdictAnnotation(report)] : []),
    ...(note === undefined ? [] : [about(report.tool.name, note)]),
    ...(next.length === 0 ? [] : [about(`${report.tool.name}: what to do next`, next.join("\n"))]),
    ...report.errors.map((error) => errorAnnotation(error, context)),
    ...blocksOf(report).flatMap((block) =>
      block.rows.map((row) => rowAnnotation(block, row, { report, context, placeOf })),
    ),
  ];
  const kinds = WORST_FIRST.map((kind) =>
    limited(
      all.filter((one) => one.kind === kind),
      kind,
      report,
    ),
  );
  const rest = kinds.flatMap(({ folded }) => folded);
  const log = rest.length === 0 ? [] : [`::group::${report.tool.name}: ${rest.length} more`, ...rest, "::endgroup::"];
  return [...kinds.flatMap(({ commands }) => commands), ...log].map((line) => `${line}\n`).join("");
}

interface Shown {
  readonly report: Report;
  readonly context: CommandContext;
  readonly placeOf: ReturnType<typeof placeFinder>;
}

/** The verdict on the plan, as weighty as what it says. */
function verdictAnnotation(report: Report): Annotation {
  const verdict = planVerdict(report);
  const levels = { fails: "error", "in-doubt": "error", "may-fail": "warning", unknown: "warning" } as const;
  const kind = verdict.kind === "untouched" || verdict.kind === "succeeds" ? "notice" : levels[verdict.kind];
  return {
    kind,
    command: command(kind, { title: `${report.tool.name} check --plan` }, verdictWords(verdict)),
    lines: [],
  };
}

/** As many annotations of a kind as are shown; the last one counts what is only in the log. */
function limited(all: readonly Annotation[], kind: Severity, { tool }: Report) {
  if (all.length <= MOST_ANNOTATIONS) return { commands: all.map(({ command }) => command), folded: [] };
  const shown = all.slice(0, MOST_ANNOTATIONS - 1);
  const rest = all.slice(MOST_ANNOTATIONS - 1);
  const lines = rest.flatMap((one) => one.lines);
  const files = [...groupBy(rest, ({ file }) => file)].map(
    ([file, those]) => `${file} (${those.flatMap((one) => one.lines).length})`,
  );
  const more = `${lines.length} more, in ${someOf(files)}; the log of this step has them all`;
  const title = `${tool.name}: ${count(lines.length, `more ${kind}`)}`;
  return {
    commands: [...shown.map(({ command }) => command), command(kind, { title }, escapeControls(more))],
    folded: lines.map((line) => withoutLogCommands(`- ${line}`)),
  };
}

function rowAnnotation(block: Block, row: Row, { report, context, placeOf }: Shown): Annotation {
  const findings = row.instances.map(({ finding }) => finding);
  const { severity, rule, docs, title, detail } = block;
  const names = sizeOf(row) < 2 ? [] : [`${factsOf(row, report, context).at(-1)}: ${listed(namesOf(row))}`];
  const subject = row.address === undefined ? "" : `${row.address}: `;
  const place = row.range === undefined ? undefined : placeOf({ ...row, range: row.range });
  const at = place?.calledFrom === undefined ? [] : [escapeControls(`In ${place.calledFrom}`)];
  const lines = [
    escapeControls(subject + detail),
    ...at,
    ...names,
    ...fixTexts(blockFix({ ...block, findings, rows: [row] }, report, context)),
  ];
  return {
    kind: severity,
    file: place?.file ?? shownFile(row.directory, context),
    lines: findings.map((finding) => compactLine(finding, context)),
    command: command(
      severity,
      { ...(place && placeProperties(place)), title: `${escapeControls(title)} (${rule})` },
      `${cut(lines.join("\n"), LONGEST_MESSAGE - docs.length - 1)}\n${docs}`,
    ),
  };
}

function errorAnnotation(error: ReportError, { checkoutPrefix = "" }: CommandContext): Annotation {
  const { file, line, column: col } = error;
  const place =
    file === undefined
      ? {}
      : { file: prefixed(file, checkoutPrefix), ...(line !== undefined && defined({ line, col })) };
  const properties = { ...place, title: "could not be read or looked up" };
  const message = errorMessage(error);
  return {
    kind: "error",
    command: command("error", properties, cut(message, LONGEST_MESSAGE)),
    lines: [`error: ${message.replaceAll("\n", " ")}`],
    ...defined({ file }),
  };
}

/** Columns of a range over several lines would be thrown away, so there are none. */
function placeProperties({ file, start, end }: Place): Properties {
  if (start === undefined || end === undefined) return { file };
  const columns = start.line === end.line ? { col: start.column, endColumn: end.column } : {};
  return { file, line: start.line, endLine: end.line, ...columns };
}

type Properties = Readonly<Record<string, string | number>>;

function command(name: string, properties: Properties, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${list.join(",")}::${escapeData(message)}`;
}

function cut(message: string, longest: number): string {
  if (message.length <= longest) return message;
  // Half a surrogate pair may be left at the end.
  return `${message.slice(0, longest - 1).replace(/\p{Surrogate}$/u, "")}…`;
}

/** https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs has what the runner undoes. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
