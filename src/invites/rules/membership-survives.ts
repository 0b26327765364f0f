import { aboutChange, mayCome, plannedChanges } from "./about-plan.js";
import { defineRule } from "./rule.js";

/** The plan destroys the invite of a member, who stays in the organization. */
export const membershipSurvives = defineRule({
  id: "membership-survives",
  severity: "notice",
  needs: "plan",
  find: (assessment) =>
    plannedChanges(assessment, "delete")
      .filter(({ status }) => status.isMember === true)
      .filter((change) => mayCome(change, ({ result }) => result === "succeeds"))
      .map((change) => aboutChange(assessment, change)),
});
