import { count } from "../../base/phrases.js";
import type { PendingStatement } from "../../invites/inventory.js";
import type { InviteStatus, StatusReport } from "../../invites/status.js";
import { fileAndLine } from "../../terraform/source-range.js";

/** Statuses whose detail is a time, which reads on from the word. */
const SAYS_WHEN: ReadonlySet<InviteStatus> = new Set<InviteStatus>(["accepted", "expired"]);

/** A status with its detail, as part of a sentence: `accepted 2 days ago`. */
export function statusPhrase(report: StatusReport, now: number): string {
  const detail = statusDetail(report, now);
  const word = statusWord(report.status);
  if (detail === "") return word;
  return SAYS_WHEN.has(report.status) ? `${word} ${detail}` : `${word} (${detail})`;
}

/** The same in at most some twenty letters. */
export function statusBrief(report: StatusReport, now: number): string {
  const { status, expiresAt } = report;
  if (status === "joined") return statusWords(status);
  if (status === "pending" && expiresAt !== undefined) return `pending, ${formatSpan(expiresAt - now)} left`;
  return SAYS_WHEN.has(status) ? statusPhrase(report, now) : statusWord(status);
}

/** What is said beside a status: its age, its expiry, or why it is not known; may be empty. */
export function statusDetail(report: StatusReport, now: number): string {
  const { status, acceptedAt, expiresAt, isMember = false } = report;
  const member = isMember ? ["the person is already a member"] : [];
  switch (status) {
    case "accepted":
      return acceptedAt === undefined ? "" : formatAge(acceptedAt, now);
    case "departed": {
      const accepted = acceptedAt === undefined ? [] : [`accepted ${formatAge(acceptedAt, now)}`];
      return ["no member has this address", ...accepted].join(", ");
    }
    case "joined":
      return "OpenAI still shows it as pending";
    case "expired":
      return expiresAt === undefined ? "" : formatAge(expiresAt, now);
    case "pending":
      return [...member, ...(expiresAt === undefined ? [] : [`expires in ${formatSpan(expiresAt - now)}`])].join(", ");
    case "missing":
      return isMember ? "the person is already a member" : "no longer exists at OpenAI";
    case "not-sent":
      return member.join("");
    case "unknown":
      return report.reason ?? "";
  }
}

/** A status in a list of several. */
export function statusWords(status: InviteStatus): string {
  return status === "joined" ? "joined (status late)" : statusWord(status);
}

/** A status in a word. */
export function statusWord(status: InviteStatus): string {
  return status === "not-sent" ? "not sent" : status;
}

/** What the next apply does with an invite because of a statement: `forgotten by main.tf:4 at the next apply`. */
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

/** A duration in its largest whole unit: `2 days`, `1 hour`, `less than a minute`. */
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
