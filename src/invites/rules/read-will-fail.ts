import { formatAddress } from "../../terraform/addresses/address.js";
import { idOf, isInviteType } from "../inventory.js";
import type { Assessment } from "../planned/assessment.js";
import type { PlannedChange } from "../planned/planned.js";
import { holdsForAll } from "../providers/identify.js";
import { forget } from "../remedies/remedies.js";
import { aboutInvite, type InviteArguments } from "./about-invite.js";
import { mayCome, plannedChanges } from "./about-plan.js";
import { defineRule, type Found } from "./rule.js";

export interface ReadArguments extends InviteArguments {
  /** The data source that reads the invite; absent where the refresh of the invite itself fails. */
  readonly data?: string;
  /** `destroyed`: the plan deletes the invite that the data source reads; `missing`: OpenAI does not know it. */
  readonly why: "missing" | "destroyed";
}

/** OpenAI does not know what the plan is about to read, and the provider stops there. */
export const readWillFail = defineRule({
  id: "read-will-fail",
  severity: "error",
  needs: "plan",
  find: (assessment): Found<ReadArguments>[] => [...refreshes(assessment), ...dataReads(assessment)],
});

/** Invites that stay in the state and that the next refresh cannot read. */
function refreshes(assessment: Assessment): Found<ReadArguments>[] {
  return plannedChanges(assessment, "no-op", "update")
    .filter(({ status }) => status.status === "missing")
    .filter(({ entry }) => holdsForAll(entry.provider, (row) => row.readMissing === "fails"))
    .map(({ entry }) => ({
      ...aboutInvite(entry, { why: "missing" }),
      remedy: forget(entry, assessment.inventory),
    }));
}

/** Data sources that are read during the apply, of an invite that will not be there. */
function dataReads({ planned }: Assessment): Found<ReadArguments>[] {
  return (planned?.plan.changes ?? []).flatMap((read) => {
    if (read.address.mode !== "data" || read.operation.kind !== "read" || !isInviteType(read.address.type)) return [];
    const wanted = read.after && idOf(read.after);
    const change = planned?.changes.find(
      ({ entry }) => wanted !== undefined && entry.objects.some(({ id }) => id === wanted),
    );
    const why = change === undefined ? undefined : whyNotThere(change);
    if (change === undefined || why === undefined) return [];
    return [aboutInvite(change.entry, { data: formatAddress(read.address), why })];
  });
}

function whyNotThere(change: PlannedChange): "missing" | "destroyed" | undefined {
  if (change.status.status === "missing") return "missing";
  const goes = change.operation === "delete" || change.operation === "replace";
  return goes && mayCome(change, ({ result }) => result === "succeeds") ? "destroyed" : undefined;
}
