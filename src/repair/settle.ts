import type { Inventory } from "../invites/inventory.js";
import { dropJournal, endJournal, type Journaled } from "./journal.js";

/** A repair that was broken off, and what its state tells of it. */
export interface Settled {
  readonly journal: Journaled;
  readonly found: "done" | "unchanged";
}

/** A Terraform that outlived its tfinvite may wait for a lock, and write then; after a day it will not. */
const CERTAIN_AFTER = 24 * 3600 * 1000;

/**
 * Finds out what became of repairs whose process was killed: of each journal that is only begun and whose state was read
 * just now, whether all of its instances are gone, or all are there and nothing was written since. Anything between the
 * two stays as it is.
 */
export async function settleJournals(
  journals: readonly Journaled[],
  inventories: readonly Inventory[],
  now: Date,
): Promise<Settled[]> {
  const settled: Settled[] = [];
  for (const journal of journals) {
    const { status, lineage, removed, serialBefore, begunAt } = journal.content;
    const state = inventories.find((inventory) => inventory.state?.lineage === lineage);
    if (status !== "begun" || state?.state?.serial === undefined) continue;
    const there = new Set(state.entries.filter(({ inState }) => inState).map(({ name }) => name));
    const still = removed.filter(({ address }) => there.has(address)).length;
    const { serial } = state.state;
    if (still === 0 && serial > serialBefore) {
      settled.push({
        journal: await endJournal(journal, { status: "done", serialAfter: serial }, now),
        found: "done",
      });
    } else if (
      still === removed.length &&
      serial === serialBefore &&
      now.getTime() - Date.parse(begunAt) > CERTAIN_AFTER
    ) {
      await dropJournal(journal);
      settled.push({ journal, found: "unchanged" });
    }
  }
  return settled;
}
