import { isSpent } from "../standing.js";
import { aboutChange, forgetPlanned, mayFail, plannedChanges, undoPlanned } from "./about-plan.js";
import type { Rule } from "./rule.js";

/** The plan replaces an invite, and the apply stops at the delete, or at the create with the old one lost. */
export const replaceWillFail: Rule = {
  id: "replace-will-fail",
  severity: "error",
  title: "a replacement that breaks off",
  fixable: false,
  needs: "plan",
  find(assessment) {
    return plannedChanges(assessment, "replace", "replace-create-first", "replace-forgetting")
      .filter(mayFail)
      .map((change) => {
        // What is still pending may stay as it is; nothing has to be forgotten.
        const spent = isSpent(change.standing.standing) || change.standing.standing === "unknown";
        const remedy = spent ? forgetPlanned(assessment, change) : undoPlanned(change);
        return {
          rule: "replace-will-fail" as const,
          ...aboutChange(assessment, change),
          ...(remedy !== undefined && { remedy }),
        };
      });
  },
};
