import type { Inventory, InviteEntry } from "../inventory.js";
import { holdsForAll } from "../providers/identify.js";
import { type InviteAssessment, NOT_LOOKED_UP } from "../status.js";
import type { PlannedChange, PlannedRoot } from "./planned.js";

/** Where statuses come from: the API, the state's last refresh, or nowhere (only the files were read). */
export type Mode = "live" | "offline" | "static";

/** One root module's invites with their statuses. */
export interface Assessment {
  readonly mode: Mode;
  readonly inventory: Inventory;
  readonly statuses: ReadonlyMap<InviteEntry, InviteAssessment>;
  /** What a plan is about to do, where one was given. */
  readonly planned?: PlannedRoot;
  /** Files beside the module that may hold a key, where they were looked for. */
  readonly beside?: readonly TextBeside[];
}

/** A file that does not belong to a module. */
export interface TextBeside {
  /** As shown. */
  readonly file: string;
  readonly text: string;
}

/** The status of an invite; one that was not looked up is unknown, and so is a block whose instances are. */
export function assessmentOf(assessment: Assessment, entry: InviteEntry): InviteAssessment {
  if (entry.unknownInstances === undefined) return assessment.statuses.get(entry) ?? { ...NOT_LOOKED_UP, objects: [] };
  return { status: "unknown", reason: `its instances are not known: ${entry.unknownInstances}`, objects: [] };
}

/** One invite with its status, as reports show it. */
export interface ReportedInvite {
  readonly entry: InviteEntry;
  /** The person's address; absent where it is not known, or not to be shown. */
  readonly email?: string;
  readonly status: InviteAssessment;
  /** True where it can only be forgotten. */
  readonly used: boolean;
  /** What a plan does with it, the current object first, deposed ones after it; empty without a plan. */
  readonly planned: readonly PlannedChange[];
}

/** Whether OpenAI does not know the invite and its provider cannot go on without: then no plan, and no block, forgets it. */
export function failsEveryPlan({ entry, status }: Pick<ReportedInvite, "entry" | "status">): boolean {
  return status.status === "missing" && holdsForAll(entry.provider, ({ readMissing }) => readMissing === "fails");
}

/** One name for an invite of any root module, or for another address there. */
export function inviteKey(directory: string, address: string): string {
  return `${directory}\0${address}`;
}

/** How many invites there are among entries that come from several lists, or from one configuration read twice. */
export function countDistinct(entries: Iterable<Pick<InviteEntry, "directory" | "name">>): number {
  return new Set([...entries].map(({ directory, name }) => inviteKey(directory, name))).size;
}
