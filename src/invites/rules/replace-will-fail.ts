import type { Assessment } from "../planned/assessment.js";
import type { PlannedChange } from "../planned/planned.js";
import { reimport } from "../remedies/remedies.js";
import type { Remedy } from "../remedies/remedy.js";
import { isUsed } from "../status.js";
import { aboutChange, forgetPlanned, mayFail, plannedChanges, REPLACEMENTS, undoPlanned } from "./about-plan.js";
import { defineRule } from "./rule.js";

/** The plan replaces an invite, and the apply stops at the delete, or at the create with the old one lost. */
export const replaceWillFail = defineRule({
  id: "replace-will-fail",
  severity: "error",
  needs: "plan",
  find: (assessment) =>
    plannedChanges(assessment, ...REPLACEMENTS)
      .filter(mayFail)
      .map((change) => ({ ...aboutChange(assessment, change), remedy: remedyFor(assessment, change) })),
});

function remedyFor(assessment: Assessment, change: PlannedChange): Remedy | undefined {
  const { status, entry, outcomes, invitee, blockedBy } = change;
  if (isUsed(status.status) || status.status === "unknown") return forgetPlanned(assessment, change);
  // What is still pending may stay as it is; nothing has to be forgotten.
  const undone = undoPlanned(change);
  if (undone !== undefined || invitee !== undefined) return undone;
  const reasons = outcomes.map(({ outcome }) => outcome.reason);
  if (reasons.includes("member")) return forgetPlanned(assessment, change);
  const [other] = blockedBy === undefined ? (status.otherInvites ?? []) : [];
  return reasons.includes("invited") && other !== undefined ? reimport(entry, other) : undefined;
}
