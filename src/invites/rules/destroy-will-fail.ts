import { aboutChange, forgetPlanned, mayFail, plannedChanges } from "./about-plan.js";
import type { Rule } from "./rule.js";

/** The plan destroys what OpenAI refuses to delete, and the provider stops the apply there. */
export const destroyWillFail: Rule = {
  id: "destroy-will-fail",
  severity: "error",
  title: "a destroy that OpenAI refuses",
  fixable: false,
  needs: "plan",
  find(assessment) {
    return plannedChanges(assessment, "delete")
      .filter(mayFail)
      .map((change) => {
        const remedy = forgetPlanned(assessment, change);
        return {
          rule: "destroy-will-fail" as const,
          ...aboutChange(assessment, change),
          ...(remedy !== undefined && { remedy }),
        };
      });
  },
};
