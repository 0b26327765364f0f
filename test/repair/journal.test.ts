import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.js";
import { beginJournal, endJournal, isUnderWay, type Journaled, listJournals } from "../../src/repair/journal.js";
import { clearLeftovers } from "../../src/repair/journals.js";

const WHAT = {
  ...{ directory: "/work/infra", argv: ["terraform"], workspace: "default", lineage: "one", serialBefore: 3 },
  removed: [{ address: "openai_invite.alice", objects: [{ id: "invite-1" }] }],
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-journal-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a journal", () => {
  it("that cannot be written leaves no backup", async () => {
    const what = { ...WHAT, serialBefore: 1n } as unknown as typeof WHAT;
    // JSON cannot hold a bigint, so the journal fails after the backup was written.
    await expect(beginJournal(folder, Buffer.from("{}"), what, systemClock)).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is in progress only while it is unfinished and its process is alive on this machine", async () => {
    const begun = await beginJournal(folder, Buffer.from("{}"), WHAT, systemClock);
    const by = (process: Journaled["content"]["process"]): Journaled => ({
      ...begun,
      content: { ...begun.content, process },
    });
    const host = os.hostname();
    // The parent of the test is another process, and it is alive.
    expect(isUnderWay(by({ id: process.ppid, host }), systemClock)).toBe(true);
    expect(isUnderWay(by({ id: process.ppid, host: `not-${host}` }), systemClock)).toBe(false);
    expect(isUnderWay(by({ id: 2 ** 30, host }), systemClock)).toBe(false);
    expect(isUnderWay(by(undefined), systemClock)).toBe(false);
    const later = { ...systemClock, now: () => Date.now() + 2 * 3600 * 1000 };
    expect(isUnderWay(by({ id: process.ppid, host }), later)).toBe(false);
    await endJournal(begun, { status: "done" }, systemClock);
    const [ended] = (await listJournals(folder)).journals;
    expect(ended && isUnderWay(ended, systemClock)).toBe(false);
  });
});

describe("the files that a killed run leaves", () => {
  it("are listed, and deleted once no run can still refer to them", async () => {
    const { id } = await beginJournal(folder, Buffer.from("{}"), WHAT, systemClock);
    const old = ["20261124-210000-1f3a.tfstate", ".tfinvite-x.part"];
    for (const name of [...old, "20261124-220000-1f3a.tfstate"]) writeFileSync(path.join(folder, name), "{");
    for (const name of old) utimesSync(path.join(folder, name), 1, 1);
    const listing = await listJournals(folder);
    expect([...listing.leftovers].sort()).toEqual([...old, "20261124-220000-1f3a.tfstate"].sort());
    expect(await clearLeftovers(listing, { clock: systemClock })).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(["20261124-220000-1f3a.tfstate", `${id}.json`, `${id}.tfstate`].sort());
  });
});
