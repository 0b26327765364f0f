import type { Io } from "../base/engine-context.js";
import { REPORT_FORMATS, type ReportFormat } from "../report/formats.js";
import type { Report } from "../report/report.js";
import type { CommandContext } from "../report/style.js";
import type { FormatChoice } from "./option-values.js";
import { writeReport } from "./output.js";
import { styleFor } from "./style.js";

/**
 * Writes findings in every format asked for; where nobody asked, for people on a terminal and for programs elsewhere.
 * A line of `compact` has no room for the address of its rule's page, so these go to standard error.
 */
export async function writeFindings(
  report: Report,
  options: { readonly format?: readonly FormatChoice[]; readonly redact?: boolean },
  context: CommandContext,
  io: Io,
): Promise<void> {
  const usual: ReportFormat = io.stdout.isTTY === true ? "pretty" : "compact";
  await writeReport(report, REPORT_FORMATS, { ...options, usual }, context, io);
  const choices: readonly FormatChoice[] = options.format ?? [{ format: usual }];
  const compact = choices.some(({ format, file }) => format === "compact" && file === undefined);
  if (!compact || report.findings.length === 0) return;
  const { rulePages } = await import("../report/rule-pages.js");
  io.stderr.write(rulePages(report, styleFor(io.stderr, io)));
}
