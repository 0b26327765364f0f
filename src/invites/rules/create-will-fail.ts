import type { Assessment } from "../planned/assessment.js";
import type { PlannedChange } from "../planned/planned.js";
import { adopt, drop, move } from "../remedies/remedies.js";
import type { Remedy } from "../remedies/remedy.js";
import { aboutChange, mayFail, plannedChanges } from "./about-plan.js";
import type { Rule } from "./rule.js";

/** The plan invites somebody who is a member, or who has a pending invite already. */
export const createWillFail: Rule = {
  id: "create-will-fail",
  severity: "error",
  title: "an invite that OpenAI refuses to send",
  fixable: false,
  needs: "plan",
  find(assessment) {
    return plannedChanges(assessment, "create")
      .filter(mayFail)
      .map((change) => {
        const remedy = remedyFor(assessment, change);
        return {
          rule: "create-will-fail" as const,
          ...aboutChange(assessment, change),
          ...(remedy !== undefined && { remedy }),
        };
      });
  },
};

function remedyFor(
  { inventory }: Assessment,
  { entry, status, duplicateOf, blockedBy, outcomes }: PlannedChange,
): Remedy | undefined {
  const reasons = outcomes.map(({ outcome }) => outcome.reason);
  if (reasons.includes("member")) return drop(entry, inventory);
  if (!reasons.includes("invited")) return undefined;
  // What another block holds cannot be taken in by this one as well: each would delete it under the other.
  if (blockedBy !== undefined) return blockedBy.goes ? move(blockedBy.entry, entry) : drop(entry, inventory);
  if (status.otherInvite !== undefined) return adopt(entry, status.otherInvite);
  return duplicateOf === undefined ? undefined : drop(entry, inventory);
}
