import type { Assessment } from "../planned/assessment.js";
import type { PlannedChange } from "../planned/planned.js";
import { adopt, drop, move } from "../remedies/remedies.js";
import type { Remedy } from "../remedies/remedy.js";
import { aboutChange, mayFail, plannedChanges } from "./about-plan.js";
import { defineRule } from "./rule.js";

/** The plan invites a person who is a member, or who already has a pending invite. */
export const createWillFail = defineRule({
  id: "create-will-fail",
  severity: "error",
  needs: "plan",
  find: (assessment) =>
    plannedChanges(assessment, "create")
      .filter(mayFail)
      .map((change) => ({ ...aboutChange(assessment, change), remedy: remedyFor(assessment, change) })),
});

function remedyFor(
  { inventory }: Assessment,
  { entry, status, duplicateOf, blockedBy, outcomes }: PlannedChange,
): Remedy | undefined {
  const reasons = outcomes.map(({ outcome }) => outcome.reason);
  if (reasons.includes("member")) return drop(entry, inventory);
  if (!reasons.includes("invited")) return undefined;
  // An invite that another block manages can't be imported here too: each block would delete it for the other.
  if (blockedBy?.goes === false) return drop(entry, inventory);
  // What is deposed can't be moved.
  if (blockedBy !== undefined) return blockedBy.deposed ? undefined : move(blockedBy.entry, entry);
  const [other] = status.otherInvites ?? [];
  if (other !== undefined) return adopt(entry, other);
  return duplicateOf === undefined ? undefined : drop(entry, inventory);
}
