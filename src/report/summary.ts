import { groupBy } from "../base/group-by.js";
import { count } from "../base/phrases.js";
import type { InviteOperation, Outcome } from "../invites/outcomes/outcome.js";
import type { PlannedChange } from "../invites/planned/planned.js";
import type { Severity } from "../invites/rules/finding.js";
import { statusWords } from "./messages/status-words.js";
import { notLookedUp } from "./not-looked-up.js";
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
  const texts = [...(report.withPlan ? [planParts(report)] : []), all, ...(note === undefined ? [] : [[note]])];
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

const OPERATION_WORDS: Readonly<Record<InviteOperation, string>> = {
  "no-op": "unchanged",
  create: "sent",
  update: "edited",
  delete: "destroyed",
  replace: "replaced",
  "replace-create-first": "replaced",
  forget: "forgotten",
  "replace-forgetting": "replaced",
  "replace-forgetting-create-first": "replaced",
};

/** What the plan does with invites, and what becomes of that: `plan: 12 destroyed`, `7 will fail`. */
function planParts({ invites }: Report): string[] {
  const changes = invites.flatMap(({ planned }) => planned).filter(({ operation }) => operation !== "no-op");
  const operations = groupBy(changes, ({ operation }) => OPERATION_WORDS[operation]);
  const done = [...operations].map(([word, those]) => `${those.length} ${word}`);
  const having = (test: (change: PlannedChange) => boolean) => changes.filter(test).length;
  const results = (result: Outcome["result"]) => (change: PlannedChange) =>
    change.outcomes.some(({ outcome }) => outcome.result === result);
  const counted: readonly (readonly [number, string])[] = [
    [having((change) => change.verdict.kind === "certain" && results("fails")(change)), "will fail"],
    [having((change) => change.verdict.kind !== "certain" && results("fails")(change)), "may fail"],
    [having(results("in-name-only")), "in name only"],
    [having(({ outcomes }) => outcomes.some(({ outcome }) => outcome.mails)), "mailed"],
    [having(({ outcomes }) => outcomes.length === 0), "without a verdict"],
  ];
  return [
    `plan: ${done.length === 0 ? "no invite changes" : done.join(", ")}`,
    ...counted.filter(([number]) => number > 0).map((pair) => pair.join(" ")),
  ];
}

/** `2 errors`, `1 notice`: how many there are of each severity that occurs, the worst first. */
export function severityCounts(counted: readonly { readonly severity: Severity }[]): string[] {
  const all = Object.entries(countSeverities(counted));
  return all.filter(([, number]) => number > 0).map(([name, number]) => count(number, name));
}
