import { type FailOn, type Verdict, verdictOfFindings } from "./exit-code.js";
import type { Io } from "./io.js";
import { lintOnce } from "./lint/lint-once.js";
import type { FormatChoice, RuleSetting } from "./option-values.js";
import { writeReport } from "./output.js";
import { REPORT_FORMATS } from "./report-formats.js";

/** The flags of `tfinvite lint`. */
export interface LintOptions {
  readonly format?: readonly FormatChoice[];
  readonly failOn?: FailOn;
  readonly rule?: ReadonlyMap<string, RuleSetting>;
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly fix?: boolean;
  readonly fixDryRun?: boolean;
  readonly stdinFilename?: string;
  readonly watch?: boolean;
  readonly redact?: boolean;
}

/** `tfinvite lint`: what is wrong with the invites in these files, with nothing but the files. */
export async function lint(targets: readonly string[], options: LintOptions, io: Io): Promise<Verdict> {
  const named = targets.length === 0 ? ["."] : targets;
  const outcome = await lintOnce({ targets: named, rules: options.rule ?? new Map() }, { cwd: io.cwd, env: io.env });
  const usual = io.stdout.isTTY === true ? "pretty" : "compact";
  await writeReport(outcome.report, REPORT_FORMATS, { ...options, usual }, { command: () => undefined }, io);
  return verdictOfFindings(outcome.report.findings, options.failOn ?? "error", {
    unread: outcome.errors.length,
    unknown: 0,
  });
}
