import type { InviteStatus, StatusReport } from "../../invites/status.js";
import { formatAge, formatSpan } from "./times.js";

/** Statuses whose detail is a time, which reads on from the word. */
const SAYS_WHEN: ReadonlySet<InviteStatus> = new Set<InviteStatus>(["accepted", "departed", "expired"]);

/** A status with its detail, as it stands in a sentence: `accepted 2 days ago`. */
export function statusPhrase(report: StatusReport, now: number): string {
  const detail = statusDetail(report, now);
  if (detail === "") return report.status;
  return SAYS_WHEN.has(report.status) ? `${report.status} ${detail}` : `${report.status} (${detail})`;
}

/** What belongs beside a status: its age, its expiry, or why it is not known. Empty where nothing does. */
export function statusDetail(report: StatusReport, now: number): string {
  switch (report.status) {
    case "accepted":
    case "departed":
      return report.acceptedAt === undefined ? "" : formatAge(report.acceptedAt, now);
    case "joined":
      return "a member; the API still says pending";
    case "expired":
      return report.expiresAt === undefined ? "" : formatAge(report.expiresAt, now);
    case "pending":
      return report.expiresAt === undefined ? "" : `expires in ${formatSpan(report.expiresAt - now)}`;
    case "missing":
      return report.isMember === true ? "OpenAI does not know it; the person is a member" : "OpenAI does not know it";
    case "not-sent":
      return report.isMember === true ? "not sent yet; the person is a member" : "not sent yet";
    case "unknown":
      return report.reason ?? "";
  }
}
