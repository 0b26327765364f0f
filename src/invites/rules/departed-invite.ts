import { assessedObjects, forgetObject, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** The person accepted and has left the organization since; the invite stays used. */
export const departedInvite: Rule = {
  id: "departed-invite",
  severity: "warning",
  title: "an accepted invite of somebody who is no longer a member",
  fixable: false,
  needs: "live",
  find(assessment) {
    return assessedObjects(assessment)
      .filter(({ status }) => status.status === "departed")
      .map((found) => {
        const { acceptedAt } = found.status;
        const remedy = forgetObject(assessment, found);
        return {
          rule: "departed-invite" as const,
          ...inviteLocation(found.entry),
          arguments: {
            ...inviteArguments(found.entry, found.object),
            ...(acceptedAt !== undefined && { acceptedAt }),
          },
          ...(remedy !== undefined && { remedy }),
        };
      });
  },
};
