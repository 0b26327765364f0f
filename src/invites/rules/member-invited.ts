import { forget } from "../remedies/remedies.js";
import { aboutInvite, assessedInvites } from "./about-invite.js";
import { defineRule } from "./rule.js";

/** The configuration invites someone who is already a member; OpenAI refuses to send that invite. */
export const memberInvited = defineRule({
  id: "member-invited",
  severity: "error",
  needs: "live",
  find: (assessment) =>
    assessedInvites(assessment)
      .filter(({ entry, status }) => entry.inConfig !== false && status.isMember === true)
      // From these two, the next apply sends the invite.
      .filter(({ status: { status } }) => status === "not-sent" || status === "missing")
      .map(({ entry }) => ({ ...aboutInvite(entry, {}), remedy: forget(entry, assessment.inventory) })),
});
