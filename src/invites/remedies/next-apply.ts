import { defined } from "../../base/defined.js";
import { situationsOf } from "../outcomes/situations.js";
import { outcomesOf, verdictOf } from "../outcomes/verdict.js";
import type { ReportedInvite } from "../planned/assessment.js";

/** What the next apply does for an invite that is configured and in no state. */
export type NextApply = "fails-for-member" | "fails" | "sends" | "adopts" | "unknown";

/** What it would do for this one, as far as the person's membership and the provider's behavior are known. */
export function nextApply({ entry: { provider }, status }: Pick<ReportedInvite, "entry" | "status">): NextApply {
  const { isMember, otherInvites } = status;
  const situations = situationsOf({ status: "not-sent", ...defined({ isMember, otherInvites }) }, undefined);
  const outcomes = outcomesOf(verdictOf("create", provider, situations)).map(({ outcome }) => outcome);
  if (outcomes.length === 0) return "unknown";
  if (outcomes.every(({ result }) => result === "fails")) return isMember === true ? "fails-for-member" : "fails";
  if (outcomes.some(({ result }) => result !== "succeeds")) return "unknown";
  if (outcomes.every(({ sendsInvitation }) => !sendsInvitation)) return "adopts";
  // Whether the block gives projects, without which some providers send nothing, is not looked at here.
  const needsProjects = provider.candidates.some(({ omittedProjects }) => omittedProjects === "fails");
  return outcomes.every(({ sendsInvitation }) => sendsInvitation) && !needsProjects ? "sends" : "unknown";
}
