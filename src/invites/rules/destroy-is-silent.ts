import { aboutChange, mayCome, mayFail, plannedChanges } from "./about-plan.js";
import type { Rule } from "./rule.js";

/** The provider reports a destroy as done that OpenAI refuses: the invite leaves the state, and nothing else changes. */
export const destroyIsSilent: Rule = {
  id: "destroy-is-silent",
  severity: "warning",
  title: "a destroy that is reported and does not happen",
  fixable: false,
  needs: "plan",
  find(assessment) {
    return plannedChanges(assessment, "delete", "replace", "replace-create-first")
      .filter((change) => mayCome(change, ({ result }) => result === "in-name-only") && !mayFail(change))
      .map((change) => ({ rule: "destroy-is-silent" as const, ...aboutChange(assessment, change) }));
  },
};
