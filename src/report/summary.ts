import { groupBy } from "../base/group-by.js";
import { count } from "../base/phrases.js";
import type { Severity } from "../invites/rules/finding.js";
import { isUsed } from "../invites/status.js";
import type { Block } from "./blocks-of-findings.js";
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

/**
 * `13 invites: 7 used (6 accepted, 1 joined), 6 pending · 7 warnings · 2 requests`, on as many lines as it takes. `findings`
 * says what was found, where that is to be said.
 */
export function summaryText(report: Report, style: Style, { findings }: { readonly findings: string | false }): string {
  const total = report.invites.length;
  const looked = report.mode === "static" ? "" : `: ${statusCounts(report.statuses)}`;
  const invites = total === 0 ? noInvites(report) : `${count(total, "invite")}${looked}`;
  const seen =
    report.mode === "static" ? `${count(report.filesRead ?? report.sources.size, "file")}, ${invites}` : invites;
  const asked =
    report.mode === "live" ? [count(report.requests, "request")] : report.mode === "offline" ? ["offline"] : [];
  const all = [seen, ...(findings === false ? [] : [findings]), ...asked];
  const note = notLookedUp(report);
  if (report.withPlan) all.unshift(planActions(planVerdict(report)));
  const texts = [all, ...(note === undefined ? [] : [[note]])];
  return texts.map((text) => line(text, style)).join("\n");
}

/** `7 used (6 accepted, 1 joined), 5 pending`. */
function statusCounts(statuses: Report["statuses"]): string {
  const parts = [...statuses].filter(([status]) => isUsed(status));
  const total = parts.reduce((sum, [, number]) => sum + number, 0);
  const kinds = parts.map(([status, number]) => (parts.length === 1 ? status : `${number} ${status}`));
  const others = [...statuses].filter(([status]) => !isUsed(status));
  return [
    ...(total === 0 ? [] : [`${total} used (${kinds.join(", ")})`]),
    ...others.map(([status, number]) => `${number} ${statusWords(status)}`),
  ].join(", ");
}

/** `1 warning for 450 invites, 1 notice (1 fixable with lint --fix)`: the blocks of each severity, and what they are about. */
export function findingCounts(blocks: readonly Block[], fixable: number): string {
  const counts = [...groupBy(blocks, ({ severity }) => severity)].map(([severity, those]) => {
    const instances = those.flatMap(({ rows }) => rows.flatMap((row) => row.instances));
    const invites = new Set(instances.flatMap(({ invite }) => invite ?? []));
    const about = instances.every(({ invite }) => invite !== undefined)
      ? count(invites.size, "invite")
      : count(instances.length, "place");
    return `${count(those.length, severity)}${instances.length === those.length ? "" : ` for ${about}`}`;
  });
  const found = counts.length === 0 ? "no findings" : counts.join(", ");
  return fixable === 0 ? found : `${found} (${fixable} fixable with lint --fix)`;
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
