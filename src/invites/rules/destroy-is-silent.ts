import { aboutChange, mayCome, mayFail, plannedChanges } from "./about-plan.js";
import { defineRule } from "./rule.js";

/** The provider reports a destroy as done that OpenAI refuses: the invite leaves the state, and nothing else changes. */
export const destroyIsSilent = defineRule({
  id: "destroy-is-silent",
  severity: "warning",
  needs: "plan",
  find: (assessment) =>
    plannedChanges(assessment, "delete", "replace", "replace-create-first")
      .filter((change) => mayCome(change, ({ result }) => result === "in-name-only") && !mayFail(change))
      .map((change) => aboutChange(assessment, change)),
});
