import { aboutChange, mayFail, plannedChanges, undoPlanned } from "./about-plan.js";
import { defineRule } from "./rule.js";

/** The plan edits an invite in place, for which no provider has any code. */
export const updateWillFail = defineRule({
  id: "update-will-fail",
  severity: "error",
  needs: "plan",
  find: (assessment) =>
    plannedChanges(assessment, "update")
      .filter(mayFail)
      .map((change) => ({ ...aboutChange(assessment, change), remedy: undoPlanned(change) })),
});
