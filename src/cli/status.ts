import { type AssessOptions, assess } from "../assess/assess.js";
import { matcher } from "../assess/selection.js";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import type { InviteStatus } from "../invites/status.js";
import { type ExitStatus, exitOfGaps } from "../policy/exit-code.js";
import { STATUS_FORMATS } from "../report/formats.js";
import { otherInviteNotes } from "../report/messages/not-known.js";
import { keepInvites, keepOrphans } from "../report/report.js";
import { engineContext } from "./engine-context.js";
import { type OutputOptions, writeReport } from "./output.js";
import { printDiagnostics } from "./print-diagnostics.js";

export interface StatusOptions extends AssessOptions, OutputOptions {
  readonly only?: readonly string[];
  readonly status?: ReadonlySet<InviteStatus>;
}

/** `tfinvite status`: every invite with its live status. */
export async function status(directories: readonly string[], options: StatusOptions, io: Io): Promise<ExitStatus> {
  if (options.orphans === true && options.offline === true)
    throw new Failure("--orphans can't work with --offline", "Only OpenAI knows the invites that no state holds.");
  const run = await assess(directories, { ...options, withoutBaseline: true }, engineContext(io));
  const { report, notes, inputs, gaps, context } = run;
  printDiagnostics([...notes, ...inputs.inventories.flatMap(otherInviteNotes)], report.errors, io);
  const all = [
    ...report.invites.map(({ entry }) => entry),
    ...(report.orphans?.orphans ?? []).map(({ invite }) => invite),
  ];
  const matches = options.only === undefined ? undefined : matcher(options.only, all);
  const wanted = ({ entry, status: { status: known } }: ReportedInvite) =>
    (matches === undefined || matches(entry)) && (options.status === undefined || options.status.has(known));
  const shown = keepOrphans(keepInvites(report, wanted), ({ email }) => matches === undefined || matches({ email }));
  await writeReport({ report: shown, context }, STATUS_FORMATS, { ...options, usual: "pretty" }, io);
  return exitOfGaps({ ...gaps, unknown: shown.statuses.get("unknown") ?? 0 });
}
