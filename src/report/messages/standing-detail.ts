import type { Standing, StandingReport } from "../../invites/standing.js";
import { formatAge, formatSpan } from "./times.js";

/** Standings whose detail is a time, which reads on from the word. */
const SAYS_WHEN: ReadonlySet<Standing> = new Set<Standing>(["accepted", "departed", "expired"]);

/** A standing with its detail, as it stands in a sentence: `accepted 2 days ago`. */
export function standingPhrase(report: StandingReport, now: number): string {
  const detail = standingDetail(report, now);
  if (detail === "") return report.standing;
  return SAYS_WHEN.has(report.standing) ? `${report.standing} ${detail}` : `${report.standing} (${detail})`;
}

/** What belongs beside a standing: its age, its expiry, or why it is not known. Empty where nothing does. */
export function standingDetail(report: StandingReport, now: number): string {
  switch (report.standing) {
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
    case "unsent":
      return report.isMember === true ? "not sent yet; the person is a member" : "not sent yet";
    case "unknown":
      return report.reason ?? "";
  }
}
