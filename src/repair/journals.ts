import { rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { isWithin, shownFrom } from "../base/paths.js";
import { count } from "../base/phrases.js";
import { styleFor } from "../cli/style.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import { escapeControls } from "../report/escape.js";
import { padTo, widest } from "../report/text-width.js";
import { dropJournal, type Journaled, type JournalListing, listJournals, readJournal } from "./journal.js";
import type { RepairOptions } from "./options.js";
import { journalFolder } from "./state-folder.js";
import { undoRepair } from "./undo.js";

/** What was repaired on this machine: show it, put it back, or forget about it. */
export async function journals(directories: readonly string[], options: RepairOptions, io: Io): Promise<ExitStatus> {
  const listing = await listJournals(journalFolder(io));
  const style = styleFor(io.stderr, io);
  for (const name of listing.unreadable) {
    io.stderr.write(`${style.cyan("note:")} ${name} is no journal that this version of tfinvite can read\n`);
  }
  if (options.keep !== undefined) return keepLatest(listing, options.keep, io);
  if (options.undo !== undefined) {
    const { journal, directory } = await chosen(listing, directories, options.undo, io);
    return undoRepair(journal, directory, options, io);
  }
  const shown = listing.journals.filter((journal) => isOf(journal, directories, io));
  io.stdout.write(journalTable(shown, io.cwd));
  if (shown.length === 0) io.stderr.write(`no repairs are written down in ${journalFolder(io)}\n`);
  return { code: EXIT.ok };
}

const STATUS = { begun: "broken off", done: "done", undone: "undone" } as const;

/** The latest first; the name of each is what --undo takes. */
function journalTable(shown: readonly Journaled[], cwd: string): string {
  if (shown.length === 0) return "";
  const rows = [
    ["repair", "root module", "workspace", "invites", "status"],
    ...shown.map(({ id, content: { directory, workspace, removed, status } }) => [
      id,
      isWithin(cwd, directory) ? shownFrom(cwd, directory) : directory,
      workspace,
      String(removed.length),
      STATUS[status],
    ]),
  ].map((row) => row.map(escapeControls));
  const widths = [0, 1, 2, 3].map((column) => widest(rows.map((row) => row[column] ?? "")));
  return rows
    .map(
      (row) =>
        `${row
          .map((text, column) => padTo(text, widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function isOf({ content }: Journaled, directories: readonly string[], io: Io): boolean {
  return (
    directories.length === 0 || directories.some((directory) => path.resolve(io.cwd, directory) === content.directory)
  );
}

/** The journal to undo, and the root module: where it was, unless the user names where it is now. */
async function chosen(
  { journals: all }: JournalListing,
  directories: readonly string[],
  undo: string | true,
  io: Io,
): Promise<{ readonly journal: Journaled; readonly directory: string }> {
  if (directories.length > 1) throw new Failure("--undo goes with one root module only");
  const [given] = directories;
  // The value of the flag may as well be the root module: `repair --undo infra`.
  const named = undo === true ? undefined : await journalNamed(all, undo, io);
  if (named !== undefined) return { journal: named, directory: given ?? shownDirectory(named, io) };
  if (undo !== true && (given !== undefined || !(await isDirectory(undo, io)))) {
    throw new Failure(`there is no repair ${undo}`, "`tfinvite repair --list` shows them all.");
  }
  const directory = undo === true ? (given ?? ".") : undo;
  const open = all.filter((journal) => isOf(journal, [directory], io) && journal.content.status !== "undone");
  const [latest] = open;
  if (latest === undefined) {
    throw new Failure(
      `there is no repair of ${directory} to be undone`,
      all.length === 0 ? undefined : "`tfinvite repair --list` shows those of other root modules.",
    );
  }
  return { journal: latest, directory };
}

async function isDirectory(name: string, io: Io): Promise<boolean> {
  const found = await stat(path.resolve(io.cwd, name)).catch(() => undefined);
  return found?.isDirectory() === true;
}

async function journalNamed(all: readonly Journaled[], name: string, io: Io): Promise<Journaled | undefined> {
  const known = all.find(({ id }) => id === name);
  if (known !== undefined || !name.endsWith(".json")) return known;
  const file = path.resolve(io.cwd, name);
  return readJournal(path.dirname(file), path.basename(file, ".json"));
}

function shownDirectory({ content: { directory } }: Journaled, io: Io): string {
  return isWithin(io.cwd, directory) ? shownFrom(io.cwd, directory) : directory;
}

const AN_HOUR = 3600 * 1000;

/** Deletes all but the latest. What was broken off stays: its backup may be all that is left of a state. */
async function keepLatest({ journals: all, leftovers }: JournalListing, keep: number, io: Io): Promise<ExitStatus> {
  const ended = all.filter(({ content }) => content.status !== "begun");
  const old = ended.slice(keep);
  for (const journal of old) await dropJournal(journal);
  for (const name of leftovers) {
    const file = path.join(journalFolder(io), name);
    const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? 0);
    // A run that is just beginning writes its backup before its journal.
    if (age > AN_HOUR) await rm(file, { force: true });
  }
  const brokenOff = all.length - ended.length;
  const stays = brokenOff === 0 ? "" : `; ${brokenOff} broken off ${brokenOff === 1 ? "stays" : "stay"}`;
  io.stderr.write(
    `deleted ${count(old.length, "journal")} with the backups, kept ${ended.length - old.length}${stays}\n`,
  );
  return { code: EXIT.ok };
}
