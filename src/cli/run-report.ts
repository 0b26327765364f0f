import type { Finding } from "../invites/finding.js";
import { makeReport, type Report, type ReportError } from "../invites/report.js";
import { findAll } from "../invites/rules/registry.js";
import { formatError } from "../report/pretty.js";
import type { CommandContext } from "../report/style.js";
import { defaultShell, type Shell } from "../terraform/shell-quoting.js";
import { commandContext } from "./commands.js";
import type { Gaps } from "./exit-code.js";
import { type InputOptions, type Inputs, readInputs } from "./inputs.js";
import type { Io } from "./io.js";
import type { RuleSetting } from "./option-values.js";
import { redactEmails } from "./redact.js";
import { findStandings, type StandingOptions } from "./standings.js";
import { styleFor } from "./style.js";
import { VERSION } from "./version.js";

/** Flags that every command with a look-up shares. */
export interface ReportOptions extends InputOptions, StandingOptions {
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
  readonly shell: Shell;
}

/** Reads, looks up and judges: everything that `status`, `check` and `repair` have in common. */
export async function runReport(directories: readonly string[], options: ReportOptions, io: Io): Promise<ReportRun> {
  const inputs = await readInputs(directories, options, io);
  const standings = await findStandings(inputs.inventories, options, io);
  const findings = weigh(standings.assessments.flatMap(findAll), options.rule ?? new Map());
  const report = makeReport(
    {
      tool: { name: "tfinvite", version: VERSION },
      mode: standings.mode,
      findings,
      errors: [...inputs.errors, ...standings.errors],
      requests: standings.requests,
      now: standings.now,
    },
    standings.assessments,
  );
  const shell = options.shell ?? defaultShell(io.platform, io.env);
  say([...inputs.notes, ...standings.notes], report.errors, options, io);
  return {
    report,
    inputs,
    gaps: { unread: inputs.errors.length, unknown: report.standings.get("unknown") ?? 0 },
    context: commandContext(inputs.toolOf, shell),
    shell,
  };
}

/** Sets the severities that the user chose, drops what is off, and brings the findings into reading order. */
function weigh(findings: readonly Finding[], settings: ReadonlyMap<string, RuleSetting>): Finding[] {
  const weighed = findings.flatMap((finding) => {
    const setting = settings.get(finding.rule);
    return setting === "off" ? [] : [setting === undefined ? finding : { ...finding, severity: setting }];
  });
  return weighed.sort(inReadingOrder);
}

/** By file and line; what has no place comes after what has one. */
function inReadingOrder(a: Finding, b: Finding): number {
  if (a.directory !== b.directory) return 0;
  if (a.range === undefined || b.range === undefined)
    return Number(a.range === undefined) - Number(b.range === undefined);
  if (a.range.file !== b.range.file) return a.range.file < b.range.file ? -1 : 1;
  const distance = a.range.start.offset - b.range.start.offset;
  return distance !== 0 ? distance : compareText(a.address ?? "", b.address ?? "");
}

function say(notes: readonly string[], errors: readonly ReportError[], options: ReportOptions, io: Io): void {
  const style = styleFor(io.stderr, io);
  const texts = [
    ...errors.map((error) => formatError(error, style)),
    ...notes.map((note) => `${style.cyan("note:")} ${note}\n`),
  ];
  for (const text of texts) io.stderr.write(options.redact === true ? redactEmails(text) : text);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
