import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isInTrees, realPathOf, whyNotWritten } from "../../src/base/tree.js";

describe.skipIf(process.platform === "win32")("trees (links are POSIX's)", () => {
  let top = "";
  const at = (...names: string[]) => path.join(top, ...names);
  beforeEach(() => {
    top = realpathSync(mkdtempSync(path.join(os.tmpdir(), "tfinvite-tree-")));
    for (const folder of ["tree/.git", "tree/sub", "out"]) mkdirSync(at(folder), { recursive: true });
    writeFileSync(at("out/a.tf"), "");
    for (const [target, name] of [
      ["../out/a.tf", "a.tf"],
      ["../out/new.tf", "new.tf"],
      ["../out", "folder"],
      ["sub", "inside"],
      ["loop", "loop"],
      [".git/config", "config.tf"],
    ] as const)
      symlinkSync(target, at("tree", name));
  });
  afterEach(() => rmSync(top, { recursive: true }));

  it("follows links, except broken ones", () => {
    expect(realPathOf(at("tree/inside/b.tf"))).toBe(at("tree/sub/b.tf"));
    expect(realPathOf(at("tree/folder/b/c.tf"))).toBe(at("out/b/c.tf"));
    for (const name of ["new.tf", "loop", "loop/a.tf"]) expect(realPathOf(at("tree", name))).toBeUndefined();
  });

  it.each([
    ["main.tf", true],
    ["inside/b.tf", true],
    ["a.tf", false],
    ["new.tf", false],
    ["folder/b.tf", false],
    ["../tree-of-another/a.tf", false],
    ["loop", false],
  ])("%s is in the tree: %s", (name, expected) => {
    expect(isInTrees(at("tree", name), [at("tree")])).toBe(expected);
    expect(whyNotWritten(at("tree", name), [at("tree")]) === undefined).toBe(expected);
  });

  it("no file of git is writable", () => {
    writeFileSync(at("tree/.git/config"), "");
    for (const name of [".git/config", "config.tf"])
      expect(whyNotWritten(at("tree", name), [at("tree")])).toBe("it belongs to git");
  });
});
