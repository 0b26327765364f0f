import { HOMEPAGE } from "../base/version.js";
import type { Finding, Severity } from "../invites/rules/finding.js";
import type { Position } from "../terraform/source-range.js";
import { errorMessage, findingMessage, fixLines } from "./finding-text.js";
import { type Place, placeFinder, placeOfError } from "./places.js";
import type { Report, ReportError } from "./report.js";
import type { CommandContext } from "./style.js";

const SEVERITIES = { error: "ERROR", warning: "WARNING", notice: "INFO" } as const satisfies Record<Severity, string>;

/**
 * The report in the Reviewdog Diagnostic Format, to be read by `reviewdog -f=rdjson`:
 * https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
 *
 * Columns count UTF-8 bytes. What is about no line has a path only.
 */
export function formatRdjson(report: Report, context: CommandContext): string {
  const placeOf = placeFinder(report);
  const result = {
    source: { name: report.tool.name, url: HOMEPAGE },
    diagnostics: [
      ...report.errors.map((error) => errorDiagnostic(error, report)),
      ...report.findings.map((finding) => findingDiagnostic(finding, placeOf(finding), report, context)),
    ],
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function findingDiagnostic(finding: Finding, place: Place, { sources }: Report, context: CommandContext) {
  return {
    message: [findingMessage(finding), ...fixLines(finding, context)].join("\n"),
    location: { path: place.file, ...rangeOf(place, sources.get(finding.range?.file ?? "")) },
    severity: SEVERITIES[finding.severity],
    code: { value: finding.rule, url: finding.docs },
  };
}

/** Its column is in units that nobody knows here, so the whole line is meant. */
function errorDiagnostic(error: ReportError, report: Report) {
  const place = placeOfError(error, report);
  return {
    message: errorMessage(error),
    location: { path: place.file, ...rangeOf(place, undefined) },
    severity: "ERROR",
  };
}

/** Without the file's text bytes cannot be counted: whole lines, then. */
function rangeOf({ start, end }: Place, text: string | undefined) {
  if (start === undefined) return {};
  if (end === undefined) return { range: { start: { line: start.line } } };
  if (text === undefined) return { range: { start: { line: start.line }, end: { line: end.line } } };
  return {
    range: {
      start: { line: start.line, column: utf8Column(text, start) },
      end: { line: end.line, column: utf8Column(text, end) },
    },
  };
}

/** A column in UTF-8 bytes, 1-based. `text` is the whole file that the position counts UTF-16 units of. */
function utf8Column(text: string, position: Position): number {
  const lineStart = position.offset - (position.column - 1);
  return Buffer.byteLength(text.slice(lineStart, position.offset)) + 1;
}
