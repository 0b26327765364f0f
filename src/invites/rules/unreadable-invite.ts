import type { InviteEntry, InviteObject } from "../inventory.js";
import { type Assessment, assessmentOf } from "../planned/assessment.js";
import { holdsForAll } from "../providers/identify.js";
import { forget, reimport } from "../remedies/remedies.js";
import type { Remedy } from "../remedies/remedy.js";
import { isUsed } from "../status.js";
import { aboutInvite } from "./about-invite.js";
import { defineRule } from "./rule.js";

/** An invite in the state without the attribute that its provider reads it by, such as after `state replace-provider`. */
export const unreadableInvite = defineRule({
  id: "unreadable-invite",
  severity: "error",
  needs: "live",
  // Also one that the next apply forgets: no plan gets that far.
  find: (assessment) =>
    assessment.inventory.entries.flatMap((entry) => {
      if (!entry.inState) return [];
      const object = entry.objects.find((one) => isUnreadable(entry, one));
      const { attribute, message } = entry.provider.candidates[0]?.readBy ?? {};
      if (object === undefined || attribute === undefined || message === undefined) return [];
      const remedy = readableAgain(assessment, entry, object);
      return [{ ...aboutInvite(entry, { attribute, message }, object), remedy }];
    }),
});

function isUnreadable({ provider }: InviteEntry, { idAttributes }: InviteObject): boolean {
  return holdsForAll(provider, ({ readBy }) => readBy !== undefined && !idAttributes.includes(readBy.attribute));
}

/** What lives is imported again; what is used or gone only leaves the state. */
function readableAgain(assessment: Assessment, entry: InviteEntry, { id }: InviteObject): Remedy {
  const { status } = assessmentOf(assessment, entry);
  const isWanted = entry.inConfig !== false && !isUsed(status) && status !== "missing";
  if (id === undefined || !isWanted) return forget(entry, assessment.inventory);
  return reimport(entry, id);
}
