import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import ignore from "ignore";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { patternFromTop, rulesAbove } from "../../../../src/terraform/configuration/discovery/git-ignore.js";
import { walk } from "../../../../src/terraform/configuration/discovery/walk.js";
import { diskFileSystem } from "../../../../src/terraform/files/file-system.js";

const hasGit = spawnSync("git", ["--version"]).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-ignore-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let trees = 0;

function makeRepository(files: Readonly<Record<string, string>>): string {
  trees += 1;
  const repository = path.join(folder, String(trees));
  for (const [name, text] of Object.entries({ ".git/HEAD": "ref: refs/heads/main\n", ...files })) {
    const file = path.join(repository, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  mkdirSync(path.join(repository, ".git/objects"));
  mkdirSync(path.join(repository, ".git/refs"));
  return repository;
}

async function walked(repository: string): Promise<string[]> {
  const found: string[] = [];
  await walk(
    repository,
    rulesAbove(repository, repository, {
      fileSystem: diskFileSystem,
      platform: process.platform,
      newIgnore: (given) => ignore(given),
    }),
    {
      fileSystem: diskFileSystem,
      env: {},
      visit(directory, entries) {
        for (const { name, kind } of entries) {
          if (kind === "file")
            found.push(path.relative(repository, path.join(directory, name)).split(path.sep).join("/"));
        }
        return true;
      },
      unreadable(directory, error) {
        throw new Error(directory, { cause: error });
      },
    },
  );
  return found.sort();
}

/** The result of git for the same tree, without the user's own settings. */
function listedByGit(repository: string): string[] {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: os.devNull,
    GIT_CONFIG_NOSYSTEM: "1",
    XDG_CONFIG_HOME: repository,
    GIT_DIR: undefined,
  };
  const out = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], {
    cwd: repository,
    env,
    encoding: "utf8",
  });
  return out
    .split("\0")
    .filter((name) => name.endsWith(".tf"))
    .sort();
}

const names = ["a", "b", "ab", "a b", "[a]", "A", "x.y", "#c", "!d", "é", "b\\c", "e ", "*"];
const name = fc.constantFrom(...names);
const file = fc
  .tuple(fc.array(name, { maxLength: 3 }), name)
  .map(([folders, last]) => [...folders, `${last}.tf`].join("/"));
const segment = fc.oneof(
  { weight: 6, arbitrary: name },
  fc.constantFrom(
    "*",
    "**",
    "?",
    "a*",
    "*b",
    "*.tf",
    "a.tf",
    "[a-b]",
    "[!a]",
    "\\#c",
    "\\!d",
    "\\[a\\]",
    "[[:alpha:]]",
    "b\\\\c",
    "?.tf",
    "[a",
    "***",
    "**b",
  ),
);
const pattern = fc
  .tuple(
    fc.constantFrom("", "", "", "!", "!", "#", "\\"),
    fc.constantFrom("", "", "/", "**/"),
    fc.array(segment, { minLength: 1, maxLength: 3 }),
    fc.constantFrom("", "", "/", "/*", "/**"),
    fc.constantFrom("", "", "", " ", "\\ ", "\t", "\r"),
  )
  .map(([sign, start, segments, end, space]) => sign + start + segments.join("/") + end + space);
const ignoreFile = fc
  .tuple(
    fc.constantFrom("", "\ufeff"),
    fc.array(fc.oneof({ weight: 9, arbitrary: pattern }, fc.constantFrom("", "/", "!", " ", "//")), { maxLength: 5 }),
    fc.constantFrom("", "\n"),
  )
  .map(([mark, lines, end]) => mark + lines.join("\n") + end);
const tree = fc.record({
  files: fc.uniqueArray(file, { minLength: 4, maxLength: 16 }),
  ignoreFiles: fc.dictionary(
    fc.array(name, { maxLength: 2 }).map((folders) => [...folders, ".gitignore"].join("/")),
    ignoreFile,
    { maxKeys: 4, noNullPrototype: true },
  ),
  exclude: fc.option(ignoreFile, { nil: "" }),
});

describe.skipIf(!hasGit || process.platform === "win32")(
  "ignore files (needs git on the PATH, and POSIX names)",
  () => {
    test("ignore the same entries as git, in any tree", async () => {
      await fc.assert(
        fc.asyncProperty(tree, async ({ files, ignoreFiles, exclude }) => {
          const repository = makeRepository({
            ...Object.fromEntries(files.map((each) => [each, ""])),
            ...ignoreFiles,
            ".git/info/exclude": exclude,
          });
          expect(await walked(repository)).toEqual(listedByGit(repository));
        }),
        { numRuns: 150 },
      );
    });

    test("re-include below a folder that an outer file ignores", async () => {
      const repository = makeRepository({
        ".gitignore": "/d/*\n*.log.tf\nclosed/\n",
        "d/.gitignore": "!keep/\n!x.log.tf\n",
        "d/keep/main.tf": "",
        "d/keep/x.log.tf": "",
        "d/keep/y.log.tf": "",
        "d/other/main.tf": "",
        "closed/.gitignore": "!main.tf\n",
        "closed/main.tf": "",
      });
      expect(await walked(repository)).toEqual(["d/keep/main.tf", "d/keep/x.log.tf"]);
      expect(listedByGit(repository)).toEqual(await walked(repository));
    });

    test("include those of the main repository in a worktree of it", async () => {
      const repository = makeRepository({ ".gitignore": "", "main.tf": "" });
      const git = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
          cwd: repository,
          stdio: "pipe",
        });
      git("init");
      writeFileSync(path.join(repository, ".git/info/exclude"), "private.tf\n");
      git("add", "main.tf");
      git("commit", "-m", "one");
      const worktree = `${repository}-worktree`;
      git("worktree", "add", worktree);
      writeFileSync(path.join(worktree, "private.tf"), "");
      expect(await walked(worktree)).toEqual(["main.tf"]);
      expect(listedByGit(worktree)).toEqual(["main.tf"]);
    });
  },
);

test("a pattern of a folder's own file is rewritten to count from the top", async () => {
  const rewritten = ["*.tf", "/a", "a/b", "a/", "!a", "!/a/", "\\!a", "\\#a", "# a", "", "/", "a  ", "a\\ "].map(
    (line) => patternFromTop(line, "x[1]/y"),
  );
  expect(rewritten).toEqual([
    "/x\\[1\\]/y/**/*.tf",
    "/x\\[1\\]/y/a",
    "/x\\[1\\]/y/a/b",
    "/x\\[1\\]/y/**/a/",
    "!/x\\[1\\]/y/**/a",
    "!/x\\[1\\]/y/a/",
    "/x\\[1\\]/y/**/!a",
    "/x\\[1\\]/y/**/#a",
    [],
    [],
    [],
    "/x\\[1\\]/y/**/a",
    "/x\\[1\\]/y/**/a\\ ",
  ]);
});
