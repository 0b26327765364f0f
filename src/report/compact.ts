import { fileAndLine } from "../terraform/source-range.js";
import { escapeControls } from "./escape.js";
import { findingMessage } from "./finding-text.js";
import { notLookedUp } from "./not-looked-up.js";
import type { Report } from "./report.js";

/** One line a finding, as compilers print them: `file:line:col: severity: message [rule]`; then what was not looked up. */
export function formatCompact(report: Report): string {
  const findings = report.findings.map((finding) => {
    const { range, directory, severity, rule } = finding;
    const place = range === undefined ? directory : `${fileAndLine(range)}:${range.start.column}`;
    return `${escapeControls(place)}: ${severity}: ${findingMessage(finding)} [${rule}]\n`;
  });
  const note = notLookedUp(report);
  return findings.join("") + (note === undefined ? "" : `${report.tool.name}: ${note}\n`);
}
