import type { Report } from "./report.js";
import type { TextContext } from "./style.js";

/** Makes one format's text of a report. */
export type Format = (report: Report, context: TextContext) => Promise<string>;

/** The formats that a command offers, by name. */
export type FormatTable = Readonly<Record<string, Format>>;

const json: Format = async (report, context) => (await import("./json.js")).formatJson(report, context);

/** Every format of findings, for `lint` and `check`. The code of each is loaded when it is asked for. */
export const REPORT_FORMATS = {
  pretty: async (report, context) => (await import("./pretty.js")).formatPretty(report, context),
  compact: async (report) => (await import("./compact.js")).formatCompact(report),
  json,
  sarif: async (report, context) => (await import("./sarif.js")).formatSarif(report, context),
  github: async (report, context) => (await import("./github.js")).formatGithub(report, context),
  gitlab: async (report, context) => (await import("./gitlab.js")).formatGitlab(report, context),
  checkstyle: async (report) => (await import("./checkstyle.js")).formatCheckstyle(report),
  junit: async (report, context) => (await import("./junit.js")).formatJunit(report, context),
  rdjson: async (report, context) => (await import("./rdjson.js")).formatRdjson(report, context),
  markdown: async (report, context) => (await import("./markdown.js")).formatMarkdown(report, context),
} satisfies FormatTable;

export type ReportFormat = keyof typeof REPORT_FORMATS;

/** Every format of invites with their statuses, for `status`. */
export const STATUS_FORMATS = {
  pretty: async (report, context) => (await import("./status-table.js")).formatStatus(report, context),
  json,
  markdown: async (report, context) => (await import("./status-markdown.js")).formatStatusMarkdown(report, context),
} satisfies FormatTable;

export type StatusFormat = keyof typeof STATUS_FORMATS;
