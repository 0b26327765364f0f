import { fileAndLine } from "../terraform/source-range.js";
import { escapeControls } from "./escape.js";
import { findingMessage } from "./finding-text.js";
import type { Report } from "./report.js";

/** One line a finding, as compilers print them: `file:line:col: severity: message [rule]`. */
export function formatCompact(report: Report): string {
  const findings = report.findings.map((finding) => {
    const { range, directory, severity, rule } = finding;
    const place = range === undefined ? directory : `${fileAndLine(range)}:${range.start.column}`;
    return `${escapeControls(place)}: ${severity}: ${findingMessage(finding)} [${rule}]\n`;
  });
  return findings.join("");
}
