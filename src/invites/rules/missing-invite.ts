import { forget } from "../remedies/remedies.js";
import { assessedInvites, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** The state holds an invite that OpenAI does not know: it was revoked, and the next plan sends it again. */
export const missingInvite: Rule = {
  id: "missing-invite",
  severity: "warning",
  title: "an invite in the state that OpenAI does not know",
  fixable: false,
  needs: "live",
  find(assessment) {
    return assessedInvites(assessment)
      .filter(({ status }) => status.status === "missing" && status.isMember !== true)
      .map(({ entry }) => ({
        rule: "missing-invite" as const,
        ...inviteLocation(entry),
        arguments: inviteArguments(entry),
        // Where a refresh drops it by itself, there is nothing to repair.
        ...(entry.provider.dialect.readMissing === "fails" && { remedy: forget(entry, assessment.inventory) }),
      }));
  },
};
