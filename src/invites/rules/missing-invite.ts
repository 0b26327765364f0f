import { forget } from "../remedies/remedies.js";
import { aboutInvite, assessedInvites, sendAgain } from "./about-invite.js";
import { defineRule } from "./rule.js";

/** The state holds an invite that OpenAI does not know: it was revoked, and the next plan sends it again. */
export const missingInvite = defineRule({
  id: "missing-invite",
  severity: "warning",
  needs: "live",
  find: (assessment) =>
    assessedInvites(assessment)
      .filter(({ status }) => status.status === "missing" && status.isMember !== true)
      .map(({ entry, status }) => {
        const { otherInvites } = status;
        const other = entry.inConfig !== false && otherInvites !== undefined && otherInvites.length > 0;
        // Where a refresh drops it by itself, there is nothing to repair.
        const staysInState = entry.provider.dialect.readMissing === "fails";
        const forgotten = staysInState ? forget(entry, assessment.inventory) : undefined;
        const remedy = other ? sendAgain(assessment, entry, status) : forgotten;
        return { ...aboutInvite(entry, { otherInvites }), remedy };
      }),
});
