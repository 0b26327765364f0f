import { rm, stat } from "node:fs/promises";
import path from "node:path";
import type { EngineContext } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { isWithin, shownFrom } from "../base/paths.js";
import { dropJournal, type Journaled, type JournalListing, listJournals, readJournal } from "./journal.js";
import { journalFolder } from "./state-folder.js";

/** What was repaired on this machine. Files that can't be read are reported. */
export async function openJournals(context: EngineContext): Promise<JournalListing> {
  const listing = await listJournals(journalFolder(context));
  context.notify(listing.unreadable.map((name) => `${name} is not a journal that this version of tfinvite can read`));
  return listing;
}

/** The journals of these root modules; of all where none is named. */
export function journalsOf(
  { journals }: JournalListing,
  directories: readonly string[],
  { cwd }: EngineContext,
): Journaled[] {
  const places = directories.map((directory) => path.resolve(cwd, directory));
  return journals.filter(({ content }) => places.length === 0 || places.includes(content.directory));
}

/** A journal's root module as the user would name it. */
export function shownDirectory({ content: { directory } }: Journaled, { cwd }: EngineContext): string {
  return isWithin(cwd, directory) ? shownFrom(cwd, directory) : directory;
}

/** A journal, and its root module: where it was, unless the user names where it is now. */
export interface JournalToUndo {
  readonly journal: Journaled;
  readonly directory: string;
}

/** The journal that `--undo` means; the flag's value may as well be the root module: `repair --undo infra`. */
export async function journalToUndo(
  listing: JournalListing,
  directories: readonly string[],
  undo: string | true,
  context: EngineContext,
): Promise<JournalToUndo> {
  if (directories.length > 1) throw new Failure("--undo takes one root module only");
  const [given] = directories;
  const named = undo === true ? undefined : await journalNamed(listing, undo, context);
  if (named !== undefined) return { journal: named, directory: given ?? shownDirectory(named, context) };
  if (undo !== true && (given !== undefined || !(await isDirectory(undo, context)))) {
    throw new Failure(`no repair ${undo}`, "To list them: tfinvite repair --list");
  }
  const directory = undo === true ? (given ?? ".") : undo;
  const [latest] = journalsOf(listing, [directory], context).filter(({ content }) => content.status !== "undone");
  if (latest === undefined) {
    throw new Failure(
      `no repair of ${directory} to undo`,
      listing.journals.length === 0 ? undefined : "To list those of other root modules: tfinvite repair --list",
    );
  }
  return { journal: latest, directory };
}

async function isDirectory(name: string, { cwd }: EngineContext): Promise<boolean> {
  const found = await stat(path.resolve(cwd, name)).catch(() => undefined);
  return found?.isDirectory() === true;
}

async function journalNamed(
  { journals }: JournalListing,
  name: string,
  { cwd }: EngineContext,
): Promise<Journaled | undefined> {
  const known = journals.find(({ id }) => id === name);
  if (known !== undefined || !name.endsWith(".json")) return known;
  const file = path.resolve(cwd, name);
  return readJournal(path.dirname(file), path.basename(file, ".json"));
}

const AN_HOUR = 3600 * 1000;

/** Deletes all but the latest. What was interrupted stays: its backup may be all that is left of a state. */
export async function keepLatest(listing: JournalListing, keep: number, context: EngineContext) {
  const { journals } = listing;
  const ended = journals.filter(({ content }) => content.status !== "begun");
  const old = ended.slice(keep);
  for (const journal of old) await dropJournal(journal);
  const cleared = await clearLeftovers(listing, context);
  return { deleted: old.length, kept: ended.length - old.length, brokenOff: journals.length - ended.length, cleared };
}

/** Deletes what runs left that were killed before they changed anything: it belongs to no repair, and holds states. */
export async function clearLeftovers(
  { folder, leftovers }: JournalListing,
  { clock }: Pick<EngineContext, "clock">,
): Promise<number> {
  let cleared = 0;
  for (const name of leftovers) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    // A run that is just beginning writes its backup before its journal.
    if (found === undefined || clock.now() - found.mtimeMs <= AN_HOUR) continue;
    await rm(file, { force: true });
    cleared += 1;
  }
  return cleared;
}
