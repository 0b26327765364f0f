import { assessedObjects, forgetObject, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** The person accepted: destroying, replacing or editing the resource fails, or loses it. */
export const acceptedInvite: Rule = {
  id: "accepted-invite",
  severity: "warning",
  title: "an accepted invite can only be forgotten",
  fixable: false,
  needs: "live",
  find(assessment) {
    return assessedObjects(assessment)
      .filter(({ status }) => status.status === "accepted")
      .map((found) => {
        const { acceptedAt } = found.status;
        const remedy = forgetObject(assessment, found);
        return {
          rule: "accepted-invite" as const,
          ...inviteLocation(found.entry),
          arguments: {
            ...inviteArguments(found.entry, found.object),
            offline: assessment.mode === "offline",
            ...(acceptedAt !== undefined && { acceptedAt }),
          },
          ...(remedy !== undefined && { remedy }),
        };
      });
  },
};
