import type { Inventory, InviteEntry, InviteObject } from "./inventory.js";
import type { InviteAssessment } from "./status.js";
import { recordedStatus, type StatusReport } from "./status.js";

/** Statuses as the states recorded them at their last refresh. */
export function recordedStatuses(inventories: readonly Inventory[], now: number): Map<InviteEntry, InviteAssessment> {
  return assessEach(
    inventories,
    (object) => recordedStatus(object.recorded, now),
    ({ stateUnread }) =>
      stateUnread ? { status: "unknown", reason: "its state was not read" } : { status: "not-sent" },
  );
}

/** Every invite is unknown, for a reason. For one that is configured only, it is its person's membership that is not known. */
export function unknownStatuses(
  inventories: readonly Inventory[],
  reasonFor: (entry: InviteEntry) => string,
  configuredOnly: "unknown" | "not-sent" = "unknown",
): Map<InviteEntry, InviteAssessment> {
  const because = (status: "unknown" | "not-sent") => (_: unknown, entry: InviteEntry) => ({
    status,
    reason: reasonFor(entry),
  });
  return assessEach(inventories, because("unknown"), because(configuredOnly));
}

function assessEach(
  inventories: readonly Inventory[],
  assess: (object: InviteObject, entry: InviteEntry) => StatusReport,
  configuredOnly: (inventory: Inventory, entry: InviteEntry) => StatusReport,
): Map<InviteEntry, InviteAssessment> {
  const statuses = new Map<InviteEntry, InviteAssessment>();
  for (const inventory of inventories) {
    for (const entry of inventory.entries) {
      const objects = entry.objects.map((object) => assess(object, entry));
      statuses.set(entry, { ...(objects[0] ?? configuredOnly(inventory, entry)), objects });
    }
  }
  return statuses;
}
