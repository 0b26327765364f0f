import { groupBy } from "../base/group-by.js";
import { findingWithFix } from "./finding-text.js";
import { type Diagnostic, diagnosticsOf } from "./places.js";
import type { Report } from "./report.js";
import { type CommandContext, NO_COMMANDS } from "./style.js";
import { type XmlElement, xmlDocument, xmlText } from "./xml.js";

/** The version of Checkstyle's own reports that this has the form of; readers look for one. */
const VERSION = "4.3";

const SEVERITIES = { error: "error", warning: "warning", notice: "info" } as const;

/**
 * The report in Checkstyle's form, which many CI servers read:
 * https://github.com/checkstyle/checkstyle/blob/master/config/checkstyle-report-1.0.0.xsd
 *
 * Columns count UTF-16 units, as Java's characters do. What is about no line has neither line nor column.
 */
export function formatCheckstyle(report: Report, context = NO_COMMANDS): string {
  // Names that XML cannot tell apart are one file there.
  const files = groupBy(diagnosticsOf(report, context.checkoutPrefix), ({ place }) => xmlText(place.file));
  const file = [...files].map(([name, diagnostics]) => ({
    "@name": name,
    error: diagnostics.map((one) => errorElement(one, context)),
  }));
  return xmlDocument("checkstyle", { "@version": VERSION, file });
}

function errorElement(
  { place: { start }, severity, message, finding }: Diagnostic,
  context: CommandContext,
): XmlElement {
  return {
    ...(start !== undefined && { "@line": String(start.line), "@column": String(start.column) }),
    "@severity": SEVERITIES[severity],
    "@message": finding === undefined ? message : `${findingWithFix(finding, context, message)} (${finding.docs})`,
    "@source": finding === undefined ? "tfinvite" : `tfinvite.${finding.rule}`,
  };
}
