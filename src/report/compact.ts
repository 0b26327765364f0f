import { compactLine } from "./finding-text.js";
import { notLookedUp } from "./not-looked-up.js";
import type { Report } from "./report.js";
import { silencedLine } from "./silenced.js";
import { NO_COMMANDS } from "./style.js";

/** One line a finding, as compilers print them; then what was not looked up. */
export function formatCompact(report: Report, context = NO_COMMANDS): string {
  const note = notLookedUp(report);
  const lines = report.findings.map((finding) => compactLine(finding, context));
  const silenced = context.showIgnored === true ? report.silenced.map((one) => silencedLine(one, context)) : [];
  return [...lines, ...silenced, ...(note === undefined ? [] : [`${report.tool.name}: ${note}`])]
    .map((line) => `${line}\n`)
    .join("");
}
