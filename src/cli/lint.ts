import { type FailOn, type Verdict, verdictOfFindings } from "./exit-code.js";
import type { Io } from "./io.js";
import { type LintOutcome, lintOnce } from "./lint/lint-once.js";
import { readLintInput } from "./lint/standard-input.js";
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
  readonly stdinFilename?: string;
  readonly watch?: boolean;
  readonly redact?: boolean;
}

/** `tfinvite lint`: what is wrong with the invites in these files, with nothing but the files. */
export async function lint(typed: readonly string[], options: LintOptions, io: Io): Promise<Verdict> {
  const { targets, fileSystem } = await readLintInput(typed, options.stdinFilename, io);
  const { rule: rules = new Map(), baseline, updateBaseline } = options;
  const request = { targets, rules, ...(baseline && { baseline }), ...(updateBaseline && { updateBaseline }) };
  const surroundings = { cwd: io.cwd, env: io.env, fileSystem };
  if (options.watch === true) {
    const { watchLint } = await import("./lint/watch.js");
    return watchLint(
      {
        targets,
        lint: (assess) => lintOnce({ ...request, assess }, surroundings),
        show: (outcome) => show(outcome, options, io),
      },
      io,
    );
  }
  const outcome = await lintOnce(request, surroundings);
  await show(outcome, options, io);
  const failOn = options.failOn ?? outcome.failOn ?? "error";
  return verdictOfFindings(outcome.report.findings, failOn, { unread: outcome.errors.length, unknown: 0 });
}

async function show({ report, errors, notes }: LintOutcome, options: LintOptions, io: Io): Promise<void> {
  if (errors.length + notes.length > 0) (await import("./say.js")).say(notes, errors, io);
  const usual = io.stdout.isTTY === true ? "pretty" : "compact";
  await writeReport(report, REPORT_FORMATS, { ...options, usual }, { command: () => undefined }, io);
}
