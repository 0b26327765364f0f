import { readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import type { Clock } from "../base/clock.js";
import { writeDurably } from "../base/replace-files.js";
import { VERSION } from "../base/version.js";

/** A file of the configuration that a repair edited, by its place in the root module. */
const Edit = z.object({ file: z.string(), before: z.string(), after: z.string() });

export type JournaledEdit = z.infer<typeof Edit>;

/** What a repair removed from one state. The objects themselves are in the backup beside it. */
const Journal = z.object({
  version: z.literal(1),
  tool: z.object({ name: z.literal("tfinvite"), version: z.string() }),
  /** `begun`: about to be made; whether it was, only the state can tell. `done`: made, and compared. `undone`: put back. */
  status: z.enum(["begun", "done", "undone"]),
  /** ISO 8601, in UTC. */
  begunAt: z.iso.datetime(),
  /** What makes the repair. Without it, or on another machine, it is not known whether it still runs. */
  process: z.object({ id: z.int().positive(), host: z.string() }).optional(),
  endedAt: z.iso.datetime().optional(),
  /** The root module, absolute. */
  directory: z.string(),
  /** How Terraform is called. */
  argv: z.array(z.string()).min(1),
  /** Absent where there was none: the state was a file. */
  backend: z.string().optional(),
  workspace: z.string(),
  lineage: z.string(),
  serialBefore: z.int(),
  serialAfter: z.int().optional(),
  /** A file beside the journal: the whole state before the change. */
  backup: z.string().regex(/^[\w.-]+$/),
  removed: z.array(
    z.object({
      address: z.string(),
      objects: z.array(z.object({ id: z.string().optional(), deposed: z.string().optional() })),
    }),
  ),
  /** Made after the state had changed. */
  edits: z.array(Edit).optional(),
});

type JournalContent = z.infer<typeof Journal>;

/** A journal in its folder. */
export interface Journaled {
  /** `20261124-210000-1f3a`. */
  readonly id: string;
  readonly folder: string;
  readonly content: JournalContent;
}

const ID = /^\d{8}-\d{6}-[0-9a-f]{4,}$/;

/** Writes the backup first, then the journal that names it, both before anything is changed. */
export async function beginJournal(
  folder: string,
  backup: Uint8Array,
  what: Omit<JournalContent, "version" | "tool" | "status" | "begunAt" | "process" | "backup">,
  clock: Clock,
): Promise<Journaled> {
  const begunAt = timeOf(clock);
  const time = begunAt.replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const id = `${time}-${crypto.randomUUID().slice(0, 8)}`;
  const content: JournalContent = {
    version: 1,
    tool: { name: "tfinvite", version: VERSION },
    status: "begun",
    begunAt,
    process: { id: process.pid, host: os.hostname() },
    backup: `${id}.tfstate`,
    ...what,
  };
  const journal: Journaled = { id, folder, content };
  try {
    await writeDurably(backupPath(journal), backup);
    await writeJournal(journal);
  } catch (error) {
    // A backup without its journal is of no use, and holds the state's secrets.
    await dropJournal(journal).catch(() => undefined);
    throw error;
  }
  return journal;
}

/** A process may have ended long ago, and its number be another's by now. */
const LONGEST_REPAIR = 3600 * 1000;

/** Whether the process that makes a repair is still there. */
export function isUnderWay({ content }: Journaled, clock: Clock): boolean {
  const { status, process: maker, begunAt } = content;
  if (status !== "begun" || maker === undefined || maker.host !== os.hostname()) return false;
  if (maker.id === process.pid || clock.now() - Date.parse(begunAt) > LONGEST_REPAIR) return false;
  try {
    return process.kill(maker.id, 0);
  } catch (error) {
    // Another user's process is one, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Writes down how it ended. */
export async function endJournal(
  journal: Journaled,
  how: Pick<JournalContent, "status"> & Partial<Pick<JournalContent, "serialAfter" | "removed" | "edits">>,
  clock: Clock,
): Promise<void> {
  await writeJournal({ ...journal, content: { ...journal.content, ...how, endedAt: timeOf(clock) } });
}

function timeOf(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

/** Deletes a journal and its backup; the journal last, so that no backup is left without one. */
export async function dropJournal(journal: Journaled): Promise<void> {
  await rm(backupPath(journal), { force: true });
  await rm(journalPath(journal), { force: true });
}

export function backupPath({ folder, content }: Journaled): string {
  return path.join(folder, content.backup);
}

function journalPath({ folder, id }: Journaled): string {
  return path.join(folder, `${id}.json`);
}

async function writeJournal(journal: Journaled): Promise<void> {
  await writeDurably(journalPath(journal), `${JSON.stringify(journal.content, null, 2)}\n`);
}

/** All that a folder of journals holds. */
export interface JournalListing {
  readonly folder: string;
  /** The latest first. */
  readonly journals: readonly Journaled[];
  /** Files that are named like journals and cannot be read. */
  readonly unreadable: readonly string[];
  /** Backups that no journal names, and half-written files: left by a run that was killed before it changed anything. */
  readonly leftovers: readonly string[];
}

/** Reads every journal of a folder; one that is not there holds none. */
export async function listJournals(folder: string): Promise<JournalListing> {
  const names = (await readdir(folder).catch(() => [])).sort().reverse();
  const journals: Journaled[] = [];
  const unreadable: string[] = [];
  for (const name of names) {
    const id = name.replace(/\.json$/, "");
    if (id === name || !ID.test(id)) continue;
    const journal = await readJournal(folder, id);
    if (journal === undefined) unreadable.push(name);
    else journals.push(journal);
  }
  journals.sort((a, b) => Date.parse(b.content.begunAt) - Date.parse(a.content.begunAt));
  const known = new Set(journals.map(({ content }) => content.backup));
  const isLeft = (name: string) => !known.has(name) && !unreadable.includes(name.replace(/\.tfstate$/, ".json"));
  const leftovers = names.filter((name) => name.endsWith(".part") || (name.endsWith(".tfstate") && isLeft(name)));
  return { folder, journals, unreadable, leftovers };
}

/** One journal by its name; undefined where it can't be read. */
export async function readJournal(folder: string, id: string): Promise<Journaled | undefined> {
  try {
    const content = Journal.parse(JSON.parse(await readFile(path.join(folder, `${id}.json`), "utf8")));
    return { id, folder, content };
  } catch {
    return undefined;
  }
}
