import { aboutChange, mayFail, plannedChanges, undoPlanned } from "./about-plan.js";
import type { Rule } from "./rule.js";

/** The plan edits an invite in place, for which no provider has any code. */
export const updateWillFail: Rule = {
  id: "update-will-fail",
  severity: "error",
  title: "an edit that the provider cannot make",
  fixable: false,
  needs: "plan",
  find(assessment) {
    return plannedChanges(assessment, "update")
      .filter(mayFail)
      .map((change) => {
        const remedy = undoPlanned(change);
        return {
          rule: "update-will-fail" as const,
          ...aboutChange(assessment, change),
          ...(remedy !== undefined && { remedy }),
        };
      });
  },
};
