import type { Io } from "../base/io.js";
import type { Report } from "../invites/report.js";
import type { CommandContext } from "../report/style.js";
import type { FormatChoice } from "./option-values.js";
import { type FormatTable, jsonFormat, writeReport } from "./output.js";
import { styleFor } from "./style.js";

/** Every format of a report of findings. The code of each is loaded when it is asked for. */
export const REPORT_FORMATS = {
  pretty: async (report, context) => (await import("../report/pretty.js")).formatPretty(report, context),
  compact: async (report) => (await import("../report/compact.js")).formatCompact(report),
  json: jsonFormat,
  sarif: async (report, context) => (await import("../report/sarif.js")).formatSarif(report, context),
  github: async (report, context) => (await import("../report/github.js")).formatGithub(report, context),
  gitlab: async (report, context) => (await import("../report/gitlab.js")).formatGitlab(report, context),
  checkstyle: async (report) => (await import("../report/checkstyle.js")).formatCheckstyle(report),
  junit: async (report, context) => (await import("../report/junit.js")).formatJunit(report, context),
  rdjson: async (report, context) => (await import("../report/rdjson.js")).formatRdjson(report, context),
  markdown: async (report, context) => (await import("../report/markdown.js")).formatMarkdown(report, context),
} satisfies FormatTable;

export type ReportFormat = keyof typeof REPORT_FORMATS;

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
