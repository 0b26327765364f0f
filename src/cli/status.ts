import { type AssessOptions, assess } from "../assess/assess.js";
import { matcher } from "../assess/selection.js";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import { INVITE_STATUSES, type InviteStatus, isUsed } from "../invites/status.js";
import { type ExitStatus, exitOfGaps } from "../policy/exit-code.js";
import { STATUS_FORMATS } from "../report/formats.js";
import { otherInviteNotes } from "../report/messages/not-known.js";
import { keepInvites, keepOrphans } from "../report/report.js";
import type { StatusSelection } from "../report/style.js";
import { engineContext } from "./engine-context.js";
import { type OutputOptions, writeReport } from "./output.js";
import { printDiagnostics } from "./print-diagnostics.js";

export interface StatusOptions extends AssessOptions, OutputOptions {
  readonly all?: boolean;
  readonly only?: readonly string[];
  readonly status?: ReadonlySet<InviteStatus>;
}

/** `tfinvite status`: every invite with its live status. */
export async function status(directories: readonly string[], options: StatusOptions, io: Io): Promise<ExitStatus> {
  if (options.orphans === true && options.offline === true)
    throw new Failure(
      "--orphans can't work with --offline",
      "Drop --offline: only OpenAI knows the invites that no state holds.",
    );
  const run = await assess(directories, { ...options, command: "status", withoutBaseline: true }, engineContext(io));
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
  const selection = selectionOf(directories, options);
  const written = { report: shown, context: { ...context, selection } };
  await writeReport(written, STATUS_FORMATS, { ...options, usual: "pretty" }, io);
  return exitOfGaps({ ...gaps, unknown: shown.statuses.get("unknown") ?? 0 });
}

/** Which rows are shown, and how other commands get at the same invites. */
function selectionOf(directories: readonly string[], options: StatusOptions): StatusSelection {
  const { all = false, only = [], status: statuses, state, recursive = false } = options;
  const used = INVITE_STATUSES.filter((one) => isUsed(one) && (statuses === undefined || statuses.has(one)));
  const isPart = used.length < INVITE_STATUSES.filter(isUsed).length;
  return {
    shown: all ? "all" : only.length > 0 || statuses !== undefined ? "selected" : "notable",
    repairFlags: [
      ...only.flatMap((pattern) => ["--only", pattern]),
      ...(isPart && used.length > 0 ? ["--status", used.join(",")] : []),
      ...(state === undefined || state === "-" ? [] : ["--state", state]),
    ],
    ...(recursive && { roots: directories }),
  };
}
