import type { StandingReport } from "../invites/standing.js";
import { formatAge, formatSpan } from "./times.js";

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
