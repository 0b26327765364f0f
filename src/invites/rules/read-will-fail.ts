import { formatAddress } from "../../terraform/addresses/address.js";
import type { ResourceChange } from "../../terraform/plan/plan.js";
import { stringOf } from "../attributes.js";
import type { Discovery } from "../finding.js";
import { isInviteType } from "../inventory.js";
import type { Assessment } from "../planned/assessment.js";
import type { PlannedChange } from "../planned/planned.js";
import { holdsForAll } from "../providers/dialects.js";
import { forget } from "../remedies/remedies.js";
import { inviteArguments, inviteLocation } from "./about-invite.js";
import { mayCome } from "./about-plan.js";
import type { Rule } from "./rule.js";

/** OpenAI does not know what the plan is about to read, and the provider stops there. */
export const readWillFail: Rule = {
  id: "read-will-fail",
  severity: "error",
  title: "a read that fails",
  fixable: false,
  needs: "plan",
  find(assessment) {
    return [...refreshes(assessment), ...dataReads(assessment)];
  },
};

/** Invites that stay in the state and that the next refresh asks for in vain. */
function refreshes(assessment: Assessment): Discovery[] {
  return (assessment.planned?.changes ?? [])
    .filter(({ operation, status }) => status.status === "missing" && (operation === "no-op" || operation === "update"))
    .filter(({ entry }) => holdsForAll(entry.provider, (row) => row.readMissing === "fails"))
    .map(({ entry }) => ({
      rule: "read-will-fail" as const,
      ...inviteLocation(entry),
      arguments: { ...inviteArguments(entry), why: "missing" as const },
      remedy: forget(entry, assessment.inventory),
    }));
}

/** Data sources whose reading is left to the apply, of an invite that will not be there. */
function dataReads(assessment: Assessment): Discovery[] {
  const { planned } = assessment;
  if (planned === undefined) return [];
  return planned.plan.changes.flatMap((read): Discovery[] => {
    if (read.address.mode !== "data" || read.operation.kind !== "read" || !isInviteType(read.address.type)) return [];
    const wanted = wantedId(read);
    const change = planned.changes.find(
      ({ entry }) => wanted !== undefined && entry.objects.some(({ id }) => id === wanted),
    );
    const why = change === undefined ? undefined : whyNotThere(change);
    if (change === undefined || why === undefined) return [];
    return [
      {
        rule: "read-will-fail",
        ...inviteLocation(change.entry),
        arguments: { ...inviteArguments(change.entry), data: formatAddress(read.address), why },
      },
    ];
  });
}

function wantedId({ after }: ResourceChange): string | undefined {
  return stringOf(after?.["invite_id"]) ?? stringOf(after?.["id"]);
}

function whyNotThere(change: PlannedChange): "missing" | "destroyed" | undefined {
  if (change.status.status === "missing") return "missing";
  const goes = change.operation === "delete" || change.operation === "replace";
  return goes && mayCome(change, ({ result }) => result === "succeeds") ? "destroyed" : undefined;
}
