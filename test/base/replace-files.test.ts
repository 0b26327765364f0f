import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceAll } from "../../src/base/replace-files.js";
import { textsIn } from "../support/fix-case.js";

const isRoot = process.getuid?.() === 0;
const isWindows = process.platform === "win32";

describe("replacing several files", () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(path.join(os.tmpdir(), "tfinvite-replace-"));
    for (const name of ["a.tf", "b.tf", "c.tf"]) writeFileSync(path.join(cwd, name), `old ${name}`);
  });

  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });

  const all = (...names: string[]) =>
    names.map((name) => ({ file: path.join(cwd, name), name, before: `old ${name}`, after: `new ${name}` }));
  const untouched = new Map(["a.tf", "b.tf", "c.tf"].map((name) => [name, `old ${name}`]));

  it("replaces all files, and leaves no other file", async () => {
    expect(await replaceAll(all("a.tf", "b.tf"), [cwd])).toEqual({ ok: true });
    expect(textsIn(cwd)).toEqual(
      new Map([
        ["a.tf", "new a.tf"],
        ["b.tf", "new b.tf"],
        ["c.tf", "old c.tf"],
      ]),
    );
  });

  it("replaces none when one has changed, is gone, or is not a file", async () => {
    const changes: Record<string, () => void> = {
      "it has changed since it was read": () => writeFileSync(path.join(cwd, "b.tf"), "mine"),
      "it is no longer a regular file": () => {
        rmSync(path.join(cwd, "b.tf"));
        mkdirSync(path.join(cwd, "b.tf"));
      },
    };
    for (const [reason, change] of Object.entries(changes)) {
      change();
      expect(await replaceAll(all("a.tf", "b.tf", "c.tf"), [cwd])).toEqual({
        ok: false,
        name: "b.tf",
        reason,
        kept: [],
      });
      expect(readFileSync(path.join(cwd, "a.tf"), "utf8")).toBe("old a.tf");
      expect(readdirSync(cwd).sort()).toEqual(["a.tf", "b.tf", "c.tf"]);
    }
  });

  it("distinguishes invalid bytes from the text that they are read as", async () => {
    writeFileSync(path.join(cwd, "a.tf"), Buffer.from([0x61, 0xff]));
    const replacement = { file: path.join(cwd, "a.tf"), name: "a.tf", before: "a\ufffd", after: "b" };
    expect(await replaceAll([replacement], [cwd])).toMatchObject({
      ok: false,
      reason: "it has changed since it was read",
    });
  });

  it.each([0, 1, 2])("restores the files that were replaced before replacement %i failed", async (failing) => {
    let exchanged = 0;
    const result = await replaceAll(all("a.tf", "b.tf", "c.tf"), [cwd], (from, to) => {
      if (from.endsWith(".part") && exchanged++ === failing)
        throw new Error(`ENOSPC: no space left on device, rename '${from}'`);
      renameSync(from, to);
    });
    const name = ["a.tf", "b.tf", "c.tf"][failing];
    expect(result).toMatchObject({
      ok: false,
      name,
      reason: `ENOSPC: no space left on device, rename '${name}'`,
      kept: [],
    });
    expect(textsIn(cwd)).toEqual(untouched);
  });

  it("says where the original is if it cannot be restored", async () => {
    let exchanges = 0;
    const result = await replaceAll(all("a.tf", "b.tf"), [cwd], (from, to) => {
      if (exchanges++ > 0) throw new Error("EIO: i/o error");
      renameSync(from, to);
    });
    const [kept = ""] = result.ok ? [] : result.kept;
    expect(readFileSync(kept, "utf8")).toBe("old a.tf");
    expect(readdirSync(cwd).sort()).toEqual([path.basename(kept), "a.tf", "b.tf", "c.tf"]);
  });

  it.skipIf(isWindows)("keeps permissions and symbolic links (skipped: Windows has others)", async () => {
    mkdirSync(path.join(cwd, "real"));
    renameSync(path.join(cwd, "a.tf"), path.join(cwd, "real/a.tf"));
    symlinkSync("real/a.tf", path.join(cwd, "a.tf"));
    chmodSync(path.join(cwd, "b.tf"), 0o640);
    expect(await replaceAll(all("a.tf", "b.tf"), [cwd])).toEqual({ ok: true });
    expect(readlinkSync(path.join(cwd, "a.tf"))).toBe("real/a.tf");
    expect(readFileSync(path.join(cwd, "real/a.tf"), "utf8")).toBe("new a.tf");
    expect(statSync(path.join(cwd, "b.tf")).mode & 0o777).toBe(0o640);
    expect(readdirSync(path.join(cwd, "real"))).toEqual(["a.tf"]);
  });

  it.skipIf(isWindows)(
    "writes a file once when two links lead to it, unless their new texts differ (skipped: Windows has others)",
    async () => {
      symlinkSync("a.tf", path.join(cwd, "link.tf"));
      const [first] = all("a.tf");
      if (first === undefined) throw new Error("there is a file");
      const twin = { ...first, file: path.join(cwd, "link.tf"), name: "link.tf" };
      expect(await replaceAll([first, { ...twin, after: "another" }], [cwd])).toMatchObject({
        ok: false,
        name: "link.tf",
        reason: "it is the same file as a.tf, and each would be changed in another way",
      });
      expect(readFileSync(path.join(cwd, "a.tf"), "utf8")).toBe("old a.tf");
      expect(await replaceAll([first, twin], [cwd])).toEqual({ ok: true });
      expect(readFileSync(path.join(cwd, "link.tf"), "utf8")).toBe("new a.tf");
    },
  );

  it.skipIf(isRoot || isWindows)(
    "does not write to a read-only file (skipped: root may write everywhere)",
    async () => {
      chmodSync(path.join(cwd, "b.tf"), 0o444);
      expect(await replaceAll(all("a.tf", "b.tf"), [cwd])).toMatchObject({ ok: false, name: "b.tf" });
      expect(textsIn(cwd)).toEqual(untouched);
    },
  );
});
