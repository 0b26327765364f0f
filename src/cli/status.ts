import { type ReportOptions, runReport } from "../assess/run-report.js";
import { matcher } from "../assess/selection.js";
import type { Io } from "../base/io.js";
import type { Report, ReportedInvite } from "../invites/report.js";
import { keepInvites } from "../invites/report.js";
import type { InviteStatus } from "../invites/status.js";
import { type ExitStatus, exitOfGaps } from "../policy/exit-code.js";
import { tfinviteCommand } from "../report/commands.js";
import { formatStatusTable } from "../report/status-table.js";
import type { TextContext } from "../report/style.js";
import { summaryText } from "../report/summary.js";
import type { FormatChoice } from "./option-values.js";
import { type FormatTable, jsonFormat, writeReport } from "./output.js";

export const STATUS_FORMATS: FormatTable = {
  pretty: statusText,
  json: jsonFormat,
};

export interface StatusOptions extends ReportOptions {
  readonly format?: readonly FormatChoice[];
  readonly only?: readonly string[];
  readonly status?: ReadonlySet<InviteStatus>;
}

/** `tfinvite status`: every invite with its live status. */
export async function status(directories: readonly string[], options: StatusOptions, io: Io): Promise<ExitStatus> {
  const { report, gaps, context } = await runReport(directories, { ...options, withoutBaseline: true }, io);
  const matches = options.only === undefined ? undefined : matcher(options.only, report.invites);
  const wanted = (invite: ReportedInvite) =>
    (matches === undefined || matches(invite)) &&
    (options.status === undefined || options.status.has(invite.status.status));
  const shown = keepInvites(report, wanted);
  await writeReport(shown, STATUS_FORMATS, { ...options, usual: "pretty" }, context, io);
  return exitOfGaps({ ...gaps, unknown: shown.statuses.get("unknown") ?? 0 });
}

function statusText(report: Report, { style }: TextContext): string {
  const table = formatStatusTable(report, style);
  const used = report.invites.filter((invite) => invite.used).length;
  const advice =
    used === 0
      ? ""
      : `${used} of ${report.invites.length} ${used === 1 ? "is" : "are"} used: ${style.bold(tfinviteCommand("repair", report))}\n`;
  return `${table}${table === "" ? "" : "\n"}${summaryText(report, style, { findings: false })}\n${advice}`;
}
