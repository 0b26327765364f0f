import { forget } from "../remedies/remedies.js";
import { assessedInvites, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** The API still says pending, but the person is a member: the trap is set already. */
export const laggingInvite: Rule = {
  id: "lagging-invite",
  severity: "warning",
  title: "an invite that still reads pending, though the person is a member",
  fixable: false,
  needs: "live",
  find(assessment) {
    return assessedInvites(assessment)
      .filter(({ standing }) => standing.standing === "joined")
      .map(({ entry, standing }) => ({
        rule: "lagging-invite" as const,
        ...inviteLocation(entry),
        arguments: {
          ...inviteArguments(entry),
          ...(standing.memberId !== undefined && { memberId: standing.memberId }),
        },
        remedy: forget(entry, assessment.inventory),
      }));
  },
};
