import type { Finding } from "../invites/finding.js";
import { makeReport, type Report, type ReportError } from "../invites/report.js";
import { findAll, rulesFacts } from "../invites/rules/registry.js";
import { formatError } from "../report/pretty.js";
import type { CommandContext } from "../report/style.js";
import { defaultShell, type Shell } from "../terraform/shell-quoting.js";
import { compareRanges } from "../terraform/source-range.js";
import { commandContext } from "./commands.js";
import { startDeadline } from "./deadline.js";
import type { Gaps } from "./exit-code.js";
import { type InputOptions, type Inputs, readInputs } from "./inputs.js";
import type { Io } from "./io.js";
import type { RuleSetting } from "./option-values.js";
import { findStandings } from "./standings.js";
import { styleFor } from "./style.js";
import { VERSION } from "./version.js";

/** Flags that every command with a look-up shares. */
export interface ReportOptions extends InputOptions {
  /** Milliseconds after which what is not looked up stays unknown. */
  readonly deadline: number;
  readonly rule?: ReadonlyMap<string, RuleSetting>;
  readonly shell?: Shell;
  readonly redact?: boolean;
}

/** A report with what is needed to show it and to judge it. */
export interface ReportRun {
  readonly report: Report;
  readonly inputs: Inputs;
  readonly gaps: Gaps;
  readonly context: CommandContext;
}

/** Reads, looks up and judges: everything that `status`, `check` and `repair` have in common. */
export async function runReport(directories: readonly string[], options: ReportOptions, io: Io): Promise<ReportRun> {
  const deadline = startDeadline(options.deadline);
  const inputs = await readInputs(directories, options, deadline, io);
  const standings = await findStandings(inputs.inventories, { offline: options.offline === true, deadline }, io);
  const findings = standings.assessments.flatMap((assessment) => weigh(findAll(assessment), options.rule ?? new Map()));
  const report = makeReport(
    {
      tool: { name: "tfinvite", version: VERSION },
      mode: standings.mode,
      findings,
      silenced: [],
      rules: rulesFacts(standings.mode),
      errors: [...inputs.errors, ...standings.errors],
      requests: standings.requests,
      now: standings.now,
    },
    standings.assessments,
  );
  const shell = options.shell ?? defaultShell(io.platform);
  say(inputs.notes, report.errors, io);
  return {
    report,
    inputs,
    gaps: { unread: inputs.errors.length, unknown: report.standings.get("unknown") ?? 0 },
    context: commandContext(inputs.toolOf, shell, options),
  };
}

/** Sets the severities that the user chose for one root module's findings, drops what is off, and orders the rest. */
function weigh(findings: readonly Finding[], settings: ReadonlyMap<string, RuleSetting>): Finding[] {
  const weighed = findings.flatMap((finding) => {
    const setting = settings.get(finding.rule);
    return setting === "off" ? [] : [setting === undefined ? finding : { ...finding, severity: setting }];
  });
  return weighed.sort(inReadingOrder);
}

/** By file and line; what has no place comes after what has one. */
function inReadingOrder(a: Finding, b: Finding): number {
  if (a.range === undefined || b.range === undefined)
    return Number(a.range === undefined) - Number(b.range === undefined);
  const distance = compareRanges(a.range, b.range);
  return distance !== 0 ? distance : compareText(a.address ?? "", b.address ?? "");
}

function say(notes: readonly string[], errors: readonly ReportError[], io: Io): void {
  const style = styleFor(io.stderr, io);
  const texts = [
    ...errors.map((error) => formatError(error, style)),
    ...notes.map((note) => `${style.cyan("note:")} ${note}\n`),
  ];
  for (const text of texts) io.stderr.write(text);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
