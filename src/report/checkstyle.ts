import type { Severity } from "../invites/rules/finding.js";
import { errorMessage, findingMessage } from "./finding-text.js";
import { type Place, placeFinder, placeOfError } from "./places.js";
import type { Report } from "./report.js";
import { type XmlElement, xmlDocument, xmlText } from "./xml.js";

/** The version of Checkstyle's own reports that this has the form of; readers look for one. */
const VERSION = "4.3";

const SEVERITIES = { error: "error", warning: "warning", notice: "info" } as const satisfies Record<Severity, string>;

/**
 * The report in Checkstyle's form, which many CI servers read:
 * https://github.com/checkstyle/checkstyle/blob/master/config/checkstyle-report-1.0.0.xsd
 *
 * Columns count UTF-16 units, as Java's characters do. What is about no line has neither line nor column.
 */
export function formatCheckstyle(report: Report): string {
  const placeOf = placeFinder(report);
  const files = new Map<string, XmlElement[]>();
  const add = (place: Place, error: XmlElement) => {
    // Names that XML cannot tell apart are one file there.
    const file = xmlText(place.file);
    const errors = files.get(file);
    const whole = { ...linesOf(place), ...error };
    if (errors === undefined) files.set(file, [whole]);
    else errors.push(whole);
  };
  for (const error of report.errors) {
    add(placeOfError(error, report), {
      "@severity": "error",
      "@message": errorMessage(error),
      "@source": "tfinvite",
    });
  }
  for (const finding of report.findings) {
    add(placeOf(finding), {
      "@severity": SEVERITIES[finding.severity],
      "@message": `${findingMessage(finding)} (${finding.docs})`,
      "@source": `tfinvite.${finding.rule}`,
    });
  }
  const file = [...files].map(([name, error]) => ({ "@name": name, error }));
  return xmlDocument("checkstyle", { "@version": VERSION, file });
}

function linesOf({ start }: Place): XmlElement {
  return start === undefined ? {} : { "@line": String(start.line), "@column": String(start.column) };
}
