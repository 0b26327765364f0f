import { HOMEPAGE } from "../base/version.js";
import type { Finding, Severity } from "../invites/rules/finding.js";
import type { Position } from "../terraform/source-range.js";
import { jsonDocument } from "./escape.js";
import { fixLines } from "./finding-text.js";
import { singleReplacement } from "./fixes.js";
import { diagnosticsOf, type Place } from "./places.js";
import type { Report } from "./report.js";
import type { CommandContext } from "./style.js";

const SEVERITIES = { error: "ERROR", warning: "WARNING", notice: "INFO" } as const satisfies Record<Severity, string>;

/**
 * The report in the Reviewdog Diagnostic Format, to be read by `reviewdog -f=rdjson`:
 * https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
 *
 * Columns count UTF-8 bytes. What is about no line has a path only.
 */
export function formatRdjson(report: Report, context: CommandContext): string {
  const diagnostics = diagnosticsOf(report).map(({ place, severity, message, finding }) => ({
    message: [message, ...(finding === undefined ? [] : fixLines(finding, context))].join("\n"),
    // The column of an error is in units that are not known here, so the whole line is meant.
    location: { path: place.file, range: rangeOf(place, report.sources.get(place.source ?? "")) },
    severity: SEVERITIES[severity],
    suggestions: finding && suggestionsOf(finding, place, report, context),
    code: finding && { value: finding.rule, url: finding.docs },
  }));
  return jsonDocument({ source: { name: report.tool.name, url: HOMEPAGE }, diagnostics });
}

/** The same edit that `lint --fix` makes, where it is in the file that the finding is shown in. */
function suggestionsOf(finding: Finding, place: Place, report: Report, context: CommandContext) {
  const edit = singleReplacement(finding, report, context);
  if (edit === undefined || edit.range.file !== place.source) return undefined;
  return [{ range: rangeOf(edit.range, report.sources.get(edit.range.file)), text: edit.text }];
}

/** Without the file's text bytes cannot be counted: whole lines, then. */
function rangeOf({ start, end }: Pick<Place, "start" | "end">, text: string | undefined) {
  if (start === undefined) return undefined;
  if (end === undefined) return { start: { line: start.line } };
  if (text === undefined) return { start: { line: start.line }, end: { line: end.line } };
  return {
    start: { line: start.line, column: utf8Column(text, start) },
    end: { line: end.line, column: utf8Column(text, end) },
  };
}

/** A column in UTF-8 bytes, 1-based. `text` is the whole file that the position counts UTF-16 units of. */
function utf8Column(text: string, position: Position): number {
  const lineStart = position.offset - (position.column - 1);
  return Buffer.byteLength(text.slice(lineStart, position.offset)) + 1;
}
