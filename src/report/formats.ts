import { maskWholeKeys } from "../base/secrets.js";
import { withoutLogCommands } from "./escape.js";
import type { Report } from "./report.js";
import type { TextContext } from "./style.js";

/** Makes one format's text of a report. */
export type Format = (report: Report, context: TextContext) => Promise<string>;

/** The formats that a command offers, by name. */
export type FormatTable = Readonly<Record<string, Format>>;

/** No key is in a report, and no command to the runner of a CI job in whose log it is printed. */
function safe<Given extends readonly unknown[]>(format: (...given: Given) => Promise<string>) {
  return withoutKeys(async (...given: Given) => withoutLogCommands(await format(...given)));
}

function withoutKeys<Given extends readonly unknown[]>(format: (...given: Given) => Promise<string>) {
  return async (...given: Given) => maskWholeKeys(await format(...given));
}

/** Paths are relative to the repository's root, where the readers of these formats look for files. */
function fromRoot(format: (report: Report, context: TextContext) => Promise<string>): Format {
  return async (report, context) => {
    const checkoutPrefix = context.startedIn ?? "";
    const shown = checkoutPrefix === "" ? report : (await import("./places.js")).namedFromRoot(report, checkoutPrefix);
    return format(shown, { ...context, checkoutPrefix });
  };
}

const json = safe(async (report: Report, context: TextContext) =>
  (await import("./json.js")).formatJson(report, context),
);

/** Every format of findings, for `lint` and `check`. The code of each is loaded when it is asked for. */
export const REPORT_FORMATS = {
  pretty: safe(async (report: Report, context: TextContext) =>
    (await import("./pretty.js")).formatPretty(report, context),
  ),
  compact: safe(async (report: Report, context: TextContext) =>
    (await import("./compact.js")).formatCompact(report, context),
  ),
  json,
  sarif: fromRoot(
    safe(async (report: Report, context: TextContext) => (await import("./sarif.js")).formatSarif(report, context)),
  ),
  // Its lines are such commands, and it escapes what is in them.
  github: fromRoot(
    withoutKeys(async (report: Report, context: TextContext) =>
      (await import("./github.js")).formatGithub(report, context),
    ),
  ),
  gitlab: fromRoot(
    safe(async (report: Report, context: TextContext) => (await import("./gitlab.js")).formatGitlab(report, context)),
  ),
  checkstyle: fromRoot(
    safe(async (report: Report, context: TextContext) =>
      (await import("./checkstyle.js")).formatCheckstyle(report, context),
    ),
  ),
  junit: fromRoot(
    safe(async (report: Report, context: TextContext) => (await import("./junit.js")).formatJunit(report, context)),
  ),
  // reviewdog tells paths from the root by itself: it puts the folder before them that it is started in.
  rdjson: safe(async (report: Report, context: TextContext) =>
    (await import("./rdjson.js")).formatRdjson(report, context),
  ),
  markdown: fromRoot(
    safe(async (report: Report, context: TextContext) =>
      (await import("./markdown.js")).formatMarkdown(report, context),
    ),
  ),
} satisfies FormatTable;

export type ReportFormat = keyof typeof REPORT_FORMATS;

/** Every format of invites with their statuses, for `status`. */
export const STATUS_FORMATS = {
  pretty: safe(async (report: Report, context: TextContext) =>
    (await import("./status-table.js")).formatStatus(report, context),
  ),
  compact: safe(async (report: Report) => (await import("./status-compact.js")).formatStatusCompact(report)),
  json,
  markdown: fromRoot(
    safe(async (report: Report, context: TextContext) =>
      (await import("./status-markdown.js")).formatStatusMarkdown(report, context),
    ),
  ),
} satisfies FormatTable;

export type StatusFormat = keyof typeof STATUS_FORMATS;
