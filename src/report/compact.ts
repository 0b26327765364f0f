import { escapeControls } from "./escape.js";
import { messageOf } from "./messages/words.js";
import type { Report } from "./report.js";

/** One line a finding, as compilers print them: `file:line:col: severity: message [rule]`. */
export function formatCompact(report: Report): string {
  const findings = report.findings.map((finding) => {
    const place =
      finding.range === undefined
        ? escapeControls(finding.directory)
        : `${escapeControls(finding.range.file)}:${finding.range.start.line}:${finding.range.start.column}`;
    const subject = finding.address === undefined ? "" : `${finding.address}: `;
    return `${place}: ${finding.severity}: ${escapeControls(subject + messageOf(finding))} [${finding.rule}]\n`;
  });
  return findings.join("");
}
