import { forget } from "../remedies/remedies.js";
import { assessedInvites, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** The person accepted and has left the organization since; the invite stays spent. */
export const departedInvite: Rule = {
  id: "departed-invite",
  severity: "warning",
  title: "an accepted invite of somebody who is no longer a member",
  fixable: false,
  needs: "live",
  find(assessment) {
    return assessedInvites(assessment)
      .filter(({ standing }) => standing.standing === "departed")
      .map(({ entry, standing }) => ({
        rule: "departed-invite" as const,
        ...inviteLocation(entry),
        arguments: {
          ...inviteArguments(entry),
          ...(standing.acceptedAt !== undefined && { acceptedAt: standing.acceptedAt }),
        },
        remedy: forget(entry, assessment.inventory),
      }));
  },
};
