import { forget } from "../remedies/remedies.js";
import type { InviteStatus } from "../status.js";
import { assessedInvites, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** Statuses from which the next apply sends the invite. */
const TO_BE_SENT: ReadonlySet<InviteStatus> = new Set<InviteStatus>(["not-sent", "missing"]);

/** The configuration invites somebody who is a member already; OpenAI refuses to send that invite. */
export const memberInvited: Rule = {
  id: "member-invited",
  severity: "error",
  title: "an invite for somebody who is a member already",
  fixable: false,
  needs: "live",
  find(assessment) {
    return assessedInvites(assessment)
      .filter(
        ({ entry, status }) => entry.inConfig !== false && status.isMember === true && TO_BE_SENT.has(status.status),
      )
      .map(({ entry, status }) => ({
        rule: "member-invited" as const,
        ...inviteLocation(entry),
        arguments: {
          ...inviteArguments(entry),
          ...(status.memberId !== undefined && { memberId: status.memberId }),
        },
        remedy: forget(entry, assessment.inventory),
      }));
  },
};
