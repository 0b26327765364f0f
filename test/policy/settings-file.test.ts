import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/base/failure.js";
import { baselinePath, readBaselineFile, shownBaselinePath, writeBaselineFile } from "../../src/policy/baseline.js";
import { baselineOfSettings, findSettings, settingsFinder } from "../../src/policy/settings-file.js";

/** Runs a test in a tree of files; a name that ends in `/` is a folder. */
async function inTree(files: Readonly<Record<string, string>>, run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), "tfinvite-test-")));
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      await mkdir(name.endsWith("/") ? file : path.dirname(file), { recursive: true });
      if (!name.endsWith("/")) await writeFile(file, text);
    }
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function failureOf(job: Promise<unknown>): Promise<string> {
  const error: unknown = await job.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error("did not fail in the right way", { cause: error });
  return error.message;
}

describe("settings are found", () => {
  const tree = {
    ".tfinvite.json": '{ "failOn": "never" }',
    "repo/.git/": "",
    "repo/live/.tfinvite.json": '{ "failOn": "notice" }',
    "repo/live/eu/": "",
    "repo/other/": "",
    "plain/a/b/": "",
  };

  it("up to the repository's root, the nearest first", () =>
    inTree(tree, async (folder) => {
      const find = settingsFinder(path.join(folder, "repo/live"));
      expect(await find(path.join(folder, "repo/live/eu"))).toMatchObject({ failOn: "notice", file: ".tfinvite.json" });
      expect(await find(path.join(folder, "repo/live/eu"))).toBe(await find(path.join(folder, "repo/live")));
      expect(await find(path.join(folder, "repo/other"))).toBeUndefined();
    }));

  it("without a repository up to where tfinvite was started", () =>
    inTree(tree, async (folder) => {
      expect(await findSettings(path.join(folder, "plain/a/b"), folder)).toMatchObject({ failOn: "never" });
      expect(await findSettings(path.join(folder, "plain/a/b"), path.join(folder, "plain"))).toBeUndefined();
      expect(await findSettings(path.join(folder, "plain/a/b"), path.join(folder, "repo"))).toBeUndefined();
      expect(await findSettings(folder, path.join(folder, "repo"))).toMatchObject({ file: "../.tfinvite.json" });
    }));

  it("and fail with the place of each mistake", () =>
    inTree({ "a/.tfinvite.json": '{\n  "failOn": "always",\n  "ruls": {}\n}' }, async (folder) => {
      expect(await failureOf(findSettings(path.join(folder, "a"), folder))).toBe(
        'a/.tfinvite.json:2:13: "failOn": must be one of error, warning, notice, never\n' +
          'a/.tfinvite.json:3:3: "ruls": no such setting; did you mean rules?',
      );
    }));

  it.skipIf(process.platform === "win32")("but not through a link out of the tree", () =>
    inTree({ "secret.json": '{ "top-secret": 1 }', "repo/.git/": "", "repo/a/": "", "empty/": "" }, async (folder) => {
      await symlink("../secret.json", path.join(folder, "repo/.tfinvite.json"));
      expect(await failureOf(findSettings(path.join(folder, "repo/a"), path.join(folder, "repo")))).toBe(
        ".tfinvite.json is a link out of .",
      );
      await rm(path.join(folder, "repo/.tfinvite.json"));
      await writeFile(path.join(folder, "repo/.tfinvite.json"), '{ "baseline": "a/known.json" }');
      const settings = await findSettings(path.join(folder, "repo/a"), folder);
      if (settings === undefined) throw new Error("no settings");
      expect(await baselineOfSettings(settings)).toBe(path.join(folder, "repo/a/known.json"));
      for (const target of ["../../secret.json", "../../nowhere.json"]) {
        await symlink(target, path.join(folder, "repo/a/known.json"));
        expect(await failureOf(baselineOfSettings(settings))).toBe(
          "repo/.tfinvite.json: the baseline a/known.json is a link out of its folder",
        );
        await rm(path.join(folder, "repo/a/known.json"));
      }
    }),
  );
});

describe("a baseline file", () => {
  it("is created by the first update, not written by an equal one, and reported when it is wrong", () =>
    inTree({ "ci/": "", "bad.json": '{ "version": 1,\n  "findings": {} }' }, async (folder) => {
      expect(await failureOf(readBaselineFile("ci/known.json", folder, "apply", "flag"))).toBe(
        "there is no baseline ci/known.json",
      );
      expect(await failureOf(readBaselineFile("ci", folder, "update", "flag"))).toBe(
        "cannot read the baseline ci (EISDIR)",
      );
      expect(await failureOf(readBaselineFile("bad.json", folder, "apply", "flag"))).toBe(
        'bad.json:2:15: "findings": must be a list of entries',
      );
      const fresh = await readBaselineFile("ci/known.json", folder, "update", "flag");
      const baseline = { version: 1, findings: [{ rule: "invalid-role", directory: ".", file: "a.tf" }] } as const;
      expect(await writeBaselineFile(fresh, baseline)).toBe(true);
      const read = await readBaselineFile("ci/known.json", folder, "apply", "flag");
      expect(read.baseline).toEqual(baseline);
      expect(await writeBaselineFile(read, baseline)).toBe(false);
      expect(await readFile(path.join(folder, "ci/known.json"), "utf8")).toBe(read.text);
    }));

  it("has paths relative to its own folder", () => {
    const cwd = path.resolve("/repo/live");
    const file = path.resolve("/repo/ci/known.json");
    expect([".", "eu", "../modules/a.tf"].map(baselinePath(file, cwd))).toEqual([
      "../live",
      "../live/eu",
      "../modules/a.tf",
    ]);
    expect(["../live", "../live/eu", "."].map(shownBaselinePath(file, cwd))).toEqual([".", "eu", "../ci"]);
  });
});
