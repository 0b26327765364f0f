import { drop, replace } from "../remedies/remedies.js";
import { aboutInvite, assessedInvites } from "./about-invite.js";
import { defineRule } from "./rule.js";

/** The invite was not accepted in time. It can still be deleted and sent again. */
export const expiredInvite = defineRule({
  id: "expired-invite",
  severity: "notice",
  needs: "live",
  find: (assessment) =>
    assessedInvites(assessment)
      .filter(({ status }) => status.status === "expired")
      .map(({ entry, status: { isMember = false, expiresAt } }) => {
        const remedy = isMember ? drop(entry, assessment.inventory) : replace(entry);
        return {
          ...aboutInvite(entry, { isMember, expiresAt }),
          remedy: entry.inConfig === false ? undefined : remedy,
        };
      }),
});
