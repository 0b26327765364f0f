import { type FormatTable, jsonFormat } from "./output.js";

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
