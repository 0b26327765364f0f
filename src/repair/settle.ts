import path from "node:path";
import { defined } from "../base/defined.js";
import type { EngineContext } from "../base/engine-context.js";
import { type Inventory, storedName } from "../invites/inventory.js";
import {
  backupPath,
  dropJournal,
  endJournal,
  isUnderWay,
  type Journaled,
  type JournaledEdit,
  listJournals,
} from "./journal.js";
import { clearLeftovers } from "./journals.js";
import { journalFolder } from "./state-folder.js";
import { findStatePlace } from "./state-place.js";
import { readJournaledFiles, replaceJournaled } from "./write-configuration.js";

/** A Terraform that outlived its tfinvite may wait for a lock, and write then; after a day it will not. */
const CERTAIN_AFTER = 24 * 3600 * 1000;

/**
 * Finds out what became of repairs whose process was killed: of each journal that is only begun and whose state was read
 * just now, whether all of its instances are gone, or all are there and nothing was written since. Anything between the
 * two stays as it is. Gives what the user should know of them.
 */
export async function settleJournals(
  inventories: readonly Inventory[],
  directories: readonly string[],
  context: EngineContext,
): Promise<string[]> {
  const listing = await listJournals(journalFolder(context));
  await clearLeftovers(listing, context);
  const { journals } = listing;
  const begun = journals.filter((journal) => journal.content.status === "begun" && !isUnderWay(journal, context.clock));
  const notes: string[] = [];
  for (const journal of begun) {
    const became = await settle(journal, inventories, context);
    if (became !== undefined) notes.push(`the repair ${journal.id} was interrupted${became}`);
  }
  const placeOf = (directory: string) => path.resolve(context.cwd, directory);
  const read = new Set(inventories.map(({ directory }) => placeOf(directory)));
  const unread = new Set((directories.length === 0 ? ["."] : directories).map(placeOf).filter((one) => !read.has(one)));
  // A state file that was being written when Terraform was killed may be empty, or cut off.
  for (const journal of begun.filter(({ content }) => unread.has(content.directory))) {
    notes.push(`the repair ${journal.id} was interrupted; the state before it is in ${backupPath(journal)}`);
  }
  return notes;
}

/** Ends a journal that was only begun, where the state tells how; gives that as the end of a sentence. */
async function settle(
  journal: Journaled,
  inventories: readonly Inventory[],
  context: EngineContext,
): Promise<string | undefined> {
  const { clock } = context;
  const { lineage, removed, serialBefore, begunAt } = journal.content;
  const inventory = await placeOfRepair(journal, inventories, context);
  if (inventory?.state?.lineage !== lineage) return undefined;
  const { serial } = inventory.state;
  if (serial === undefined) return undefined;
  const there = new Set(inventory.entries.filter(({ inState }) => inState).map(storedName));
  const still = removed.filter(({ address }) => there.has(address)).length;
  if (still === 0 && serial > serialBefore) {
    const { edits, note } = await finishEdits(journal);
    await endJournal(journal, { status: "done", serialAfter: serial, ...defined({ edits }) }, clock);
    return ` after it changed the state${note}. To undo it: tfinvite repair --undo ${journal.id}`;
  }
  const isCertain = clock.now() - Date.parse(begunAt) > CERTAIN_AFTER;
  if (still < removed.length || serial !== serialBefore || !isCertain) return undefined;
  await dropJournal(journal);
  return " before it changed anything";
}

/** Makes the edits that belong to a change of the state; a file that was changed since then is skipped. */
async function finishEdits(journal: Journaled): Promise<{ readonly edits?: JournaledEdit[]; readonly note: string }> {
  const { edits, directory } = journal.content;
  if (edits === undefined) return { note: "" };
  const { edited, unedited, changed } = await readJournaledFiles(edits, directory);
  const failed = await replaceJournaled(journal, unedited, directory, "after");
  const made = failed === undefined ? [...edited, ...unedited] : edited;
  const left = [...(failed === undefined ? [] : unedited), ...changed].map(({ file }) => file);
  return { edits: [...made], note: left.length === 0 ? "" : ` but not ${left.join(", ")}` };
}

/** The root module that a repair was made in, where the same workspace and backend are selected; a copy has the lineage, too. */
async function placeOfRepair(
  { content }: Journaled,
  inventories: readonly Inventory[],
  context: EngineContext,
): Promise<Inventory | undefined> {
  const inventory = inventories.find(({ directory }) => path.resolve(context.cwd, directory) === content.directory);
  if (inventory === undefined) return undefined;
  const { directory, configuration } = inventory;
  const backend = configuration.settings.backend?.type;
  const place = await findStatePlace({ directory, argv: content.argv, ...defined({ backend }) }, context);
  return place.workspace === content.workspace && place.backend === content.backend ? inventory : undefined;
}
