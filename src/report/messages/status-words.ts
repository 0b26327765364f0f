import { count } from "../../base/phrases.js";
import type { PendingStatement } from "../../invites/inventory.js";
import type { InviteStatus, StatusReport } from "../../invites/status.js";
import { fileAndLine } from "../../terraform/source-range.js";

/** Statuses whose detail is a time, which reads on from the word. */
const SAYS_WHEN: ReadonlySet<InviteStatus> = new Set<InviteStatus>(["accepted", "expired"]);

/** A status with its detail, as it stands in a sentence: `accepted 2 days ago`. */
export function statusPhrase(report: StatusReport, now: number): string {
  const detail = statusDetail(report, now);
  if (detail === "") return report.status;
  return SAYS_WHEN.has(report.status) ? `${report.status} ${detail}` : `${report.status} (${detail})`;
}

/** What belongs beside a status: its age, its expiry, or why it is not known. Empty where nothing does. */
export function statusDetail(report: StatusReport, now: number): string {
  const { status, acceptedAt, expiresAt, isMember = false } = report;
  switch (status) {
    case "accepted":
      return acceptedAt === undefined ? "" : formatAge(acceptedAt, now);
    case "departed": {
      const accepted = acceptedAt === undefined ? "" : `, accepted ${formatAge(acceptedAt, now)}`;
      return `no member has this address${accepted}`;
    }
    case "joined":
      return "a member; the API still says pending";
    case "expired":
      return expiresAt === undefined ? "" : formatAge(expiresAt, now);
    case "pending": {
      const expires = expiresAt === undefined ? [] : [`expires in ${formatSpan(expiresAt - now)}`];
      return [...(isMember ? ["the person is a member already"] : []), ...expires].join(", ");
    }
    case "missing":
      return isMember ? "OpenAI does not know it; the person is a member" : "OpenAI does not know it";
    case "not-sent":
      return isMember ? "not sent yet; the person is a member" : "not sent yet";
    case "unknown":
      return report.reason ?? "";
  }
}

/** A status as shown to people. */
export function statusWords(status: InviteStatus): string {
  return status === "joined" ? "joined (status lags)" : status;
}

/** What the next apply makes of an invite by a statement: `forgotten by main.tf:4 at the next apply`. */
export function statementWords({ kind, range }: PendingStatement, to?: string): string {
  const by = range === undefined ? "" : ` by ${fileAndLine(range)}`;
  if (kind === "moved") return `moves${to === undefined ? "" : ` to ${to}`}${by}`;
  return kind === "imported" ? `imported${by}` : `${kind}${by} at the next apply`;
}

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
];

/** A stretch of time in its largest whole unit: `2 days`, `1 hour`, `less than a minute`. */
function formatSpan(seconds: number): string {
  for (const [size, name] of UNITS) {
    const whole = Math.floor(seconds / size);
    if (whole >= 1) return count(whole, name);
  }
  return "less than a minute";
}

/** How long ago a moment was, both in Unix seconds. A moment slightly ahead (clocks differ) is now. */
function formatAge(moment: number, now: number): string {
  return `${formatSpan(Math.max(0, now - moment))} ago`;
}

/** The day of a moment in UTC: `2026-11-22`. */
export function formatDay(moment: number): string {
  return new Date(moment * 1000).toISOString().slice(0, 10);
}
