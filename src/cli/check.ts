import { type AssessOptions, assess } from "../assess/assess.js";
import type { Io } from "../base/engine-context.js";
import { type ExitStatus, exitOfFindings, type FailOn } from "../policy/exit-code.js";
import { engineContext } from "./engine-context.js";
import { type OutputOptions, writeFindings } from "./output.js";
import { printDiagnostics } from "./print-diagnostics.js";

export interface CheckOptions extends AssessOptions, OutputOptions {
  readonly failOn?: FailOn;
}

/** `tfinvite check`: what will go wrong with the invites of these root modules, and why. */
export async function check(directories: readonly string[], options: CheckOptions, io: Io): Promise<ExitStatus> {
  const { report, notes, inputs, gaps, context, failOn } = await assess(
    directories,
    { ...options, command: "check" },
    engineContext(io),
  );
  const { givenState } = inputs;
  const otherState = `${options.state} is not the root module's own state, which the commands shown would act on`;
  const about = givenState?.kind === "other" ? [`${otherState}: ${givenState.reason}`] : [];
  printDiagnostics([...notes, ...about], report.errors, io);
  const from = options.failOn ?? failOn ?? "error";
  await writeFindings({ report, context: { ...context, failOn: from } }, options, io);
  return exitOfFindings(report.findings, from, gaps);
}
