import type { Inventory, InviteEntry } from "./inventory.js";
import type { PlannedRoot } from "./planned/planned.js";
import { type InviteAssessment, NOT_LOOKED_UP } from "./status.js";

/** Where statuses come from: the API, the state's last refresh, or nowhere (only the files were read). */
export type Mode = "live" | "offline" | "static";

/** One root module's invites with their statuses. */
export interface Assessment {
  readonly mode: Mode;
  readonly inventory: Inventory;
  readonly statuses: ReadonlyMap<InviteEntry, InviteAssessment>;
  /** What a plan is about to do, where one was given. */
  readonly planned?: PlannedRoot;
}

/** The status of an invite; one that nobody looked at is unknown. */
export function assessmentOf(assessment: Assessment, entry: InviteEntry): InviteAssessment {
  return assessment.statuses.get(entry) ?? { ...NOT_LOOKED_UP, objects: [] };
}
