import { aboutChange, forgetPlanned, mayFail, plannedChanges } from "./about-plan.js";
import { defineRule } from "./rule.js";

/** The plan destroys what OpenAI refuses to delete, and the provider stops the apply there. */
export const destroyWillFail = defineRule({
  id: "destroy-will-fail",
  severity: "error",
  needs: "plan",
  find: (assessment) =>
    plannedChanges(assessment, "delete")
      .filter(mayFail)
      .map((change) => ({ ...aboutChange(assessment, change), remedy: forgetPlanned(assessment, change) })),
});
