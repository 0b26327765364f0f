import { forget } from "../remedies/remedies.js";
import { assessedInvites, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** The person accepted: destroying, replacing or editing the resource fails, or loses it. */
export const acceptedInvite: Rule = {
  id: "accepted-invite",
  severity: "warning",
  title: "an accepted invite can only be forgotten",
  fixable: false,
  needs: "live",
  find(assessment) {
    return assessedInvites(assessment)
      .filter(({ standing }) => standing.standing === "accepted")
      .map(({ entry, standing }) => ({
        rule: "accepted-invite" as const,
        ...inviteLocation(entry),
        arguments: {
          ...inviteArguments(entry),
          offline: assessment.mode === "offline",
          ...(standing.acceptedAt !== undefined && { acceptedAt: standing.acceptedAt }),
        },
        remedy: forget(entry, assessment.inventory),
      }));
  },
};
