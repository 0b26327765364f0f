import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Replacement, replaceAll } from "../../src/base/replace-files.js";

describe("files that are changed, created and deleted together", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), "tfinvite-replace-"));
    writeFileSync(path.join(directory, "changed.tf"), "a = 1\n");
    writeFileSync(path.join(directory, "deleted.tf"), "b = 1\n");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const replacement = (name: string, texts: Pick<Replacement, "before" | "after">): Replacement => ({
    file: path.join(directory, name),
    name,
    ...texts,
  });
  const all = () => [
    replacement("made.tf", { after: "c = 1\n" }),
    replacement("changed.tf", { before: "a = 1\n", after: "a = 2\n" }),
    replacement("deleted.tf", { before: "b = 1\n" }),
  ];
  const contents = () =>
    Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(path.join(directory, name), "utf8")]));
  const BEFORE = { "changed.tf": "a = 1\n", "deleted.tf": "b = 1\n" };

  it("are all as expected, without any other file", async () => {
    expect(await replaceAll(all(), [directory])).toEqual({ ok: true });
    expect(contents()).toEqual({ "changed.tf": "a = 2\n", "made.tf": "c = 1\n" });
  });

  it.each([0, 1, 2])("are all as before when step %d fails, in any order", async (failing) => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      let calls = 0;
      const exchange = (from: string, to: string): void => {
        if (calls++ === failing) throw new Error("EIO: the disk is gone");
        renameSync(from, to);
      };
      const replacements = order.flatMap((at) => all()[at] ?? []);
      const { name = "" } = replacements[failing] ?? {};
      expect(await replaceAll(replacements, [directory], exchange)).toMatchObject({
        ok: false,
        name,
        reason: "EIO: the disk is gone",
        kept: [],
      });
      expect(contents()).toEqual(BEFORE);
    }
  });

  it.each([
    ["is there by now", "made.tf", "mine\n", "it is there already"],
    ["has changed", "changed.tf", "mine\n", "it has changed since it was read"],
    ["was to be deleted and has changed", "deleted.tf", "mine\n", "it has changed since it was read"],
  ])("are not changed when one %s", async (_, name, text, reason) => {
    writeFileSync(path.join(directory, name), text);
    expect(await replaceAll(all(), [directory])).toEqual({ ok: false, name, reason, kept: [] });
    expect(contents()).toEqual({ ...BEFORE, [name]: text });
  });
});
