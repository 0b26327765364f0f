import { type AssessOptions, assess } from "../assess/assess.js";
import { matcher } from "../assess/selection.js";
import type { Io } from "../base/engine-context.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import type { InviteStatus } from "../invites/status.js";
import { type ExitStatus, exitOfGaps } from "../policy/exit-code.js";
import { STATUS_FORMATS } from "../report/formats.js";
import { otherInviteNotes } from "../report/messages/not-known.js";
import { keepInvites } from "../report/report.js";
import { engineContext } from "./engine-context.js";
import { type OutputOptions, writeReport } from "./output.js";
import { printDiagnostics } from "./print-diagnostics.js";

export interface StatusOptions extends AssessOptions, OutputOptions {
  readonly only?: readonly string[];
  readonly status?: ReadonlySet<InviteStatus>;
}

/** `tfinvite status`: every invite with its live status. */
export async function status(directories: readonly string[], options: StatusOptions, io: Io): Promise<ExitStatus> {
  const run = await assess(directories, { ...options, withoutBaseline: true }, engineContext(io));
  const { report, notes, inputs, gaps, context } = run;
  printDiagnostics([...notes, ...inputs.inventories.flatMap(otherInviteNotes)], report.errors, io);
  const matches = options.only === undefined ? undefined : matcher(options.only, report.invites);
  const wanted = (invite: ReportedInvite) =>
    (matches === undefined || matches(invite)) &&
    (options.status === undefined || options.status.has(invite.status.status));
  const shown = keepInvites(report, wanted);
  await writeReport({ report: shown, context }, STATUS_FORMATS, { ...options, usual: "pretty" }, io);
  return exitOfGaps({ ...gaps, unknown: shown.statuses.get("unknown") ?? 0 });
}
