import { type ReportOptions, runReport } from "../assess/run-report.js";
import type { Io } from "../base/engine-context.js";
import { type ExitStatus, exitOfFindings, type FailOn } from "../policy/exit-code.js";
import type { FormatChoice } from "./option-values.js";
import { writeFindings } from "./report-formats.js";

export interface CheckOptions extends ReportOptions {
  readonly format?: readonly FormatChoice[];
  readonly failOn?: FailOn;
}

/** `tfinvite check`: what will go wrong with the invites of these root modules, and why. */
export async function check(directories: readonly string[], options: CheckOptions, io: Io): Promise<ExitStatus> {
  const { report, inputs, gaps, context, failOn } = await runReport(directories, options, io);
  if (inputs.givenState?.kind === "other") {
    io.stderr.write(
      `note: ${options.state} is not the root module's own state, which the commands shown would act on: ${inputs.givenState.reason}\n`,
    );
  }
  await writeFindings(report, options, context, io);
  return exitOfFindings(report.findings, options.failOn ?? failOn ?? "error", gaps);
}
