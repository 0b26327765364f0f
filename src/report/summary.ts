import type { Finding, Severity } from "../invites/finding.js";
import type { Report } from "../invites/report.js";
import { count } from "./phrases.js";
import type { Style } from "./style.js";
import { wrap } from "./text.js";
import { standingWords } from "./words.js";

/** How many findings of each severity there are. */
export function countSeverities(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, notice: 0 };
  for (const finding of findings) counts[finding.severity] += 1;
  return counts;
}

/** `13 invites: 6 accepted, 1 joined (status lags), 6 pending · 2 requests · 7 warnings`, on as many lines as it takes. */
export function summaryText(report: Report, style: Style, parts: { readonly findings: boolean }): string {
  const total = report.invites.length;
  const standings = [...report.standings].map(([standing, number]) => `${number} ${standingWords(standing)}`);
  const looked = report.mode === "static" ? "" : `: ${standings.join(", ")}`;
  const invites = total === 0 ? "no invites" : `${count(total, "invite")}${looked}`;
  const asked =
    report.mode === "live"
      ? count(report.requests, "request")
      : report.mode === "offline"
        ? "offline, as the state recorded it"
        : "files only";
  const all = [invites, asked, ...(parts.findings ? findingCounts(report.findings) : [])];
  const text = all.join(style.unicode ? " · " : " - ");
  // A number stays with what it counts.
  const lines = wrap(text.replace(/(\d) /g, "$1\u00a0"), style.width);
  return lines.join("\n").replaceAll("\u00a0", " ");
}

function findingCounts(findings: readonly Finding[]): string[] {
  const counts = countSeverities(findings);
  const parts = [
    counts.error > 0 && count(counts.error, "error"),
    counts.warning > 0 && count(counts.warning, "warning"),
    counts.notice > 0 && count(counts.notice, "notice"),
  ];
  const named = parts.filter((part): part is string => part !== false);
  return [named.length === 0 ? "nothing to report" : named.join(", ")];
}
