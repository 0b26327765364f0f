import { defined } from "../base/defined.js";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { count } from "../base/phrases.js";
import type { Finding } from "../invites/rules/finding.js";
import type { FileSurroundings } from "../lint/assess-files.js";
import { type LintOutcome, lintOnce } from "../lint/lint-once.js";
import { readLintInput } from "../lint/standard-input.js";
import type { PolicyOptions } from "../policy/apply-policy.js";
import { type ExitStatus, exitOfFindings, type FailOn } from "../policy/exit-code.js";
import { givenContext, programOf } from "../report/commands.js";
import type { ReportedFix } from "../report/fixes.js";
import { NO_COMMANDS } from "../report/style.js";
import type { VariableArgument } from "../terraform/configuration/evaluation/variable-arguments.js";
import { defaultShell } from "../terraform/shell/shell-quoting.js";
import { type OutputOptions, writeFindings } from "./output.js";

/** The flags of `tfinvite lint`. */
export interface LintOptions extends OutputOptions, PolicyOptions {
  readonly failOn?: FailOn;
  readonly stdinFilename?: string;
  readonly watch?: boolean;
  readonly fix?: boolean;
  readonly fixDryRun?: boolean;
  readonly variables?: readonly VariableArgument[];
}

/** `tfinvite lint`: what is wrong with the invites in these files, with nothing but the files. */
export async function lint(typed: readonly string[], options: LintOptions, io: Io): Promise<ExitStatus> {
  const { targets, fileSystem } = await readLintInput(typed, options.stdinFilename, io);
  const request = { ...options, targets };
  const surroundings = { cwd: io.cwd, env: io.env, fileSystem, ...defined({ variables: options.variables }) };
  if ((options.fix === true || options.watch === true) && typed.includes("-")) {
    throw new Failure("--fix and --watch need files, not standard input", "--fix-dry-run shows what would change.");
  }
  const shown = { typed, options, surroundings, io };
  if (options.watch === true) {
    const { watchLint } = await import("../lint/watch.js");
    return watchLint(
      {
        targets,
        lint: (assess) => lintOnce({ ...request, assess }, surroundings),
        show: (outcome) => show(outcome, shown),
      },
      io,
    );
  }
  const fixing = options.fix === true || options.fixDryRun === true;
  const outcome = fixing
    ? await fixed((given) => lintOnce(request, given), surroundings, options, io)
    : await lintOnce(request, surroundings);
  if (options.fixDryRun !== true) await show(outcome, shown);
  const failOn = options.failOn ?? outcome.failOn ?? "error";
  return exitOfFindings(outcome.report.findings, failOn, { unread: outcome.errors.length, unknown: 0 });
}

/** Applies the safe fixes, on the disk or as a diff, and gives what is left. */
async function fixed(
  lintAgain: (surroundings: FileSurroundings) => Promise<LintOutcome>,
  surroundings: FileSurroundings,
  options: LintOptions,
  io: Io,
): Promise<LintOutcome> {
  const { fixFiles, writeFixed } = await import("../lint/fix-files.js");
  const result = await fixFiles(lintAgain, { ...surroundings, validate: true });
  if (options.fixDryRun === true) io.stdout.write(await (await import("../report/diff.js")).diffOf(result.files));
  else await writeFixed(result, io);
  const { fixed: number, files, done: each, refused } = result;
  const done = options.fixDryRun === true ? "would be fixed" : "fixed";
  const what = `${count(number, "finding")} ${done} in ${count(files.size, "file")}`;
  for (const line of [what, ...each, ...refused]) io.stderr.write(`${line}\n`);
  return result.outcome;
}

interface Shown {
  readonly typed: readonly string[];
  readonly options: LintOptions;
  readonly surroundings: FileSurroundings;
  readonly io: Io;
}

async function show(outcome: LintOutcome, { typed, options, surroundings, io }: Shown): Promise<void> {
  const { errors, notes, report } = outcome;
  if (errors.length + notes.length > 0) {
    (await import("./print-diagnostics.js")).printDiagnostics(notes, errors, io);
  }
  // What comes from standard input can't be fixed.
  const canFix = report.rules.some(({ id, fixable }) => fixable && report.findings.some(({ rule }) => rule === id));
  const fixes =
    canFix && !typed.includes("-")
      ? (await import("../lint/fix-files.js")).fixesOf(outcome, surroundings)
      : new Map<Finding, ReportedFix>();
  const given = givenContext({
    ...options,
    program: programOf(io.env),
    shell: defaultShell(io.platform),
    named: typed,
  });
  await writeFindings(
    {
      report: { ...report, fixes },
      context: { ...NO_COMMANDS, given, failOn: options.failOn ?? outcome.failOn ?? "error" },
    },
    options,
    io,
  );
}
