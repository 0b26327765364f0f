import { usedObjects } from "./about-invite.js";
import { defineRule } from "./rule.js";

/** The API still says pending, but the person is a member: the invite is as good as accepted. */
export const joinedInvite = defineRule({
  id: "joined-invite",
  severity: "warning",
  needs: "live",
  find: (assessment) => usedObjects(assessment, "joined"),
});
