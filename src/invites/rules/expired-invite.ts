import { aboutInvite, assessedInvites, sendAgain } from "./about-invite.js";
import { defineRule } from "./rule.js";

/** The invite was not accepted in time. It can still be deleted, and sent again unless another one is pending. */
export const expiredInvite = defineRule({
  id: "expired-invite",
  severity: "notice",
  needs: "live",
  find: (assessment) =>
    assessedInvites(assessment)
      .filter(({ status }) => status.status === "expired")
      .map(({ entry, status }) => {
        const { isMember = false, expiresAt, otherInvites } = status;
        const remedy = entry.inConfig === false ? undefined : sendAgain(assessment, entry, status);
        return { ...aboutInvite(entry, { isMember, expiresAt, otherInvites }), remedy };
      }),
});
