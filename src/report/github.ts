import { defined } from "../base/defined.js";
import type { Finding } from "../invites/rules/finding.js";
import type { SourceRange } from "../terraform/source-range.js";
import { escapeControls } from "./escape.js";
import { errorMessage, findingDetail, fixLines } from "./finding-text.js";
import { wordsOf } from "./messages/words.js";
import { notLookedUp } from "./not-looked-up.js";
import { prefixed } from "./places.js";
import { planVerdict, verdictWords } from "./plan-verdict.js";
import type { Report, ReportError } from "./report.js";
import type { CommandContext } from "./style.js";

/** The runner cuts longer messages: https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs */
const LONGEST_MESSAGE = 4096;

/**
 * Workflow commands of GitHub Actions, one a line, each an annotation:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 *
 * Columns count UTF-16 units.
 */
export function formatGithub(report: Report, context: CommandContext): string {
  const note = notLookedUp(report);
  // Only the first ten annotations of a step are shown.
  const verdict = report.withPlan ? [verdictCommand(report)] : [];
  const commands = [
    ...verdict,
    ...(note === undefined ? [] : [command("notice", { title: report.tool.name }, note)]),
    ...report.errors.map((error) => errorCommand(error, context)),
    ...report.findings.map((finding) => findingCommand(finding, context)),
  ];
  return commands.map((command) => `${command}\n`).join("");
}

/** The verdict on the plan, as weighty as what it says. */
function verdictCommand(report: Report): string {
  const verdict = planVerdict(report);
  const level = { fails: "error", "in-doubt": "error", "may-fail": "warning", unknown: "warning" } as const;
  const { kind } = verdict;
  const name = kind === "untouched" || kind === "succeeds" ? "notice" : level[kind];
  return command(name, { title: `${report.tool.name} check --plan` }, verdictWords(verdict));
}

function findingCommand(finding: Finding, context: CommandContext): string {
  const lines = [findingDetail(finding), ...fixLines(finding, context)];
  const title = `${escapeControls(wordsOf(finding).title)} (${finding.rule})`;
  return command(
    finding.severity,
    { ...(finding.range !== undefined && placeProperties(finding.range, context)), title },
    `${cut(lines.join("\n"), LONGEST_MESSAGE - finding.docs.length - 1)}\n${finding.docs}`,
  );
}

function errorCommand(error: ReportError, { checkoutPrefix = "" }: CommandContext): string {
  const { file, line, column: col } = error;
  const place =
    file === undefined
      ? {}
      : { file: prefixed(file, checkoutPrefix), ...(line !== undefined && defined({ line, col })) };
  const properties = { ...place, title: "could not be read or looked up" };
  return command("error", properties, cut(errorMessage(error), LONGEST_MESSAGE));
}

/** Columns of a range over several lines would be thrown away, so there are none. */
function placeProperties({ file, start, end }: SourceRange, { checkoutPrefix = "" }: CommandContext): Properties {
  const columns = start.line === end.line ? { col: start.column, endColumn: end.column } : {};
  return { file: prefixed(file, checkoutPrefix), line: start.line, endLine: end.line, ...columns };
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
