import type { Inventory, InviteEntry, InviteObject } from "./inventory.js";
import type { InviteAssessment } from "./standing.js";
import { recordedStanding, type StandingReport } from "./standing.js";

/** Standings as the states recorded them at their last refresh. */
export function recordedStandings(inventories: readonly Inventory[], now: number): Map<InviteEntry, InviteAssessment> {
  return assessEach(
    inventories,
    (object) => recordedStanding(object.recorded, now),
    ({ stateUnread }) =>
      stateUnread ? { standing: "unknown", reason: "its state was not read" } : { standing: "unsent" },
  );
}

/** Every invite is unknown for one reason. For one that is configured only, it is its person's membership that is not known. */
export function unknownStandings(
  inventories: readonly Inventory[],
  reason: string,
): Map<InviteEntry, InviteAssessment> {
  const unknown: StandingReport = { standing: "unknown", reason };
  return assessEach(
    inventories,
    () => unknown,
    () => unknown,
  );
}

function assessEach(
  inventories: readonly Inventory[],
  assess: (object: InviteObject) => StandingReport,
  configuredOnly: (inventory: Inventory) => StandingReport,
): Map<InviteEntry, InviteAssessment> {
  const standings = new Map<InviteEntry, InviteAssessment>();
  for (const inventory of inventories) {
    for (const entry of inventory.entries) {
      const objects = entry.objects.map(assess);
      standings.set(entry, { ...(objects[0] ?? configuredOnly(inventory)), objects });
    }
  }
  return standings;
}
