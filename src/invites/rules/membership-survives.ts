import { aboutChange, mayCome, plannedChanges } from "./about-plan.js";
import type { Rule } from "./rule.js";

/** The plan destroys the invite of a member: that takes nobody out of the organization. */
export const membershipSurvives: Rule = {
  id: "membership-survives",
  severity: "notice",
  title: "a destroy that leaves a member",
  fixable: false,
  needs: "plan",
  find(assessment) {
    return plannedChanges(assessment, "delete")
      .filter(({ status }) => status.isMember === true)
      .filter((change) => mayCome(change, ({ result }) => result === "succeeds"))
      .map((change) => ({ rule: "membership-survives" as const, ...aboutChange(assessment, change) }));
  },
};
