import { forget } from "../remedies/remedies.js";
import type { Standing } from "../standing.js";
import { assessedInvites, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** Standings from which the next apply sends the invite. */
const TO_BE_SENT: ReadonlySet<Standing> = new Set<Standing>(["unsent", "missing"]);

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
        ({ entry, standing }) =>
          entry.inConfig !== false && standing.isMember === true && TO_BE_SENT.has(standing.standing),
      )
      .map(({ entry, standing }) => ({
        rule: "member-invited" as const,
        ...inviteLocation(entry),
        arguments: {
          ...inviteArguments(entry),
          ...(standing.memberId !== undefined && { memberId: standing.memberId }),
        },
        remedy: forget(entry, assessment.inventory),
      }));
  },
};
