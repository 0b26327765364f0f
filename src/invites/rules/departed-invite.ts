import { usedObjects } from "./about-invite.js";
import { defineRule } from "./rule.js";

/** The person accepted, but no member has this address now; the invite stays used. */
export const departedInvite = defineRule({
  id: "departed-invite",
  severity: "warning",
  needs: "live",
  find: (assessment) => usedObjects(assessment, "departed"),
});
