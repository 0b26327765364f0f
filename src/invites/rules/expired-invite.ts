import { drop, resend } from "../remedies/remedies.js";
import { assessedInvites, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** Nobody accepted in time. It can still be deleted and sent again. */
export const expiredInvite: Rule = {
  id: "expired-invite",
  severity: "notice",
  title: "an invite that ran out before it was accepted",
  fixable: false,
  needs: "live",
  find(assessment) {
    return assessedInvites(assessment)
      .filter(({ status }) => status.status === "expired")
      .map(({ entry, status }) => ({
        rule: "expired-invite" as const,
        ...inviteLocation(entry),
        arguments: {
          ...inviteArguments(entry),
          isMember: status.isMember === true,
          ...(status.expiresAt !== undefined && { expiresAt: status.expiresAt }),
        },
        ...(entry.inConfig !== false && {
          remedy: status.isMember === true ? drop(entry, assessment.inventory) : resend(entry),
        }),
      }));
  },
};
