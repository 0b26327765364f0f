import { usedObjects } from "./about-invite.js";
import { defineRule } from "./rule.js";

/** The person accepted, and no member has this address any more; the invite stays used. */
export const departedInvite = defineRule({
  id: "departed-invite",
  severity: "warning",
  needs: "live",
  find: (assessment) => usedObjects(assessment, "departed"),
});
