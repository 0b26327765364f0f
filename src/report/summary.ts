import { count } from "../base/phrases.js";
import type { Severity } from "../invites/rules/finding.js";
import { statusWords } from "./messages/status-words.js";
import { notLookedUp } from "./not-looked-up.js";
import { planActions, planVerdict } from "./plan-verdict.js";
import type { Report } from "./report.js";
import type { Style } from "./style.js";
import { wrap } from "./text-width.js";

/** How many findings of each severity there are. */
export function countSeverities(counted: readonly { readonly severity: Severity }[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, notice: 0 };
  for (const { severity } of counted) counts[severity] += 1;
  return counts;
}

/** `13 invites: 6 accepted, 1 joined (status lags), 6 pending · 2 requests · 7 warnings`, on as many lines as it takes. */
export function summaryText(report: Report, style: Style, parts: { readonly findings: boolean }): string {
  const total = report.invites.length;
  const statuses = [...report.statuses].map(([status, number]) => `${number} ${statusWords(status)}`);
  const looked = report.mode === "static" ? "" : `: ${statuses.join(", ")}`;
  const invites = total === 0 ? noInvites(report) : `${count(total, "invite")}${looked}`;
  const asked =
    report.mode === "live" ? count(report.requests, "request") : report.mode === "offline" ? "offline" : "files only";
  const counts = severityCounts(report.findings);
  const found = counts.length === 0 ? "nothing to report" : counts.join(", ");
  const all = [invites, asked, ...(parts.findings ? [found] : [])];
  const note = notLookedUp(report);
  if (report.withPlan) all.unshift(planActions(planVerdict(report)));
  const texts = [all, ...(note === undefined ? [] : [[note]])];
  return texts.map((text) => line(text, style)).join("\n");
}

/** None is said to be there only where all was read. */
function noInvites({ leftOut, errors, otherInvites }: Report): string {
  if (leftOut > 0) return `none of ${count(leftOut, "invite")}`;
  if (errors.length > 0) return "no invites seen";
  return otherInvites === 0 ? "no invites" : "no invites of a known type";
}

function line(parts: readonly string[], style: Style): string {
  const text = parts.join(style.unicode ? " · " : " - ");
  // A number stays with what it counts.
  const lines = wrap(text.replace(/(\d) /g, "$1\u00a0"), style.width);
  return lines.join("\n").replaceAll("\u00a0", " ");
}

/** `2 errors`, `1 notice`: how many there are of each severity that occurs, the worst first. */
export function severityCounts(counted: readonly { readonly severity: Severity }[]): string[] {
  const all = Object.entries(countSeverities(counted));
  return all.filter(([, number]) => number > 0).map(([name, number]) => count(number, name));
}
