import { usedObjects } from "./about-invite.js";
import { defineRule } from "./rule.js";

/** The person accepted: destroying, replacing or editing the resource fails, or loses it from the state. */
export const acceptedInvite = defineRule({
  id: "accepted-invite",
  severity: "warning",
  needs: "live",
  find: (assessment) => usedObjects(assessment, "accepted"),
});
