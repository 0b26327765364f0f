import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { writeTree } from "../../../../bench/trees.js";
import { overlayFileSystem } from "../../../../src/terraform/files/overlay-file-system.js";
import { call, discover, INVITE, makeTree, OTHER, roots } from "./trees.js";

const onWindows = process.platform === "win32";
const isSuperuser = process.getuid?.() === 0;

describe("roots of a tree", () => {
  test("are the modules that matter and that no other module calls", async () => {
    const tree = makeTree({
      "main.tf": OTHER,
      "live/eu/main.tf": call("../../modules/squad"),
      "live/us/main.tf": call("../../modules/squad"),
      "live/none/main.tf": call("../../modules/network"),
      "modules/squad/main.tf": call("./inner"),
      "modules/squad/inner/main.tf.json": '{"resource":{"acme_invite":{"one":{}}}}',
      "modules/network/main.tf": OTHER,
      "alone/main.tf": INVITE,
      "README.md": "acme_",
    });
    expect(await discover(tree)).toEqual({
      roots: [{ directory: "alone" }, { directory: "live/eu" }, { directory: "live/us" }],
      called: ["modules/squad/inner"],
      filesRead: 8,
      problems: [],
    });
  });

  test("of a cycle that nothing calls is the lexically first", async () => {
    const tree = makeTree({
      "a/main.tf": INVITE,
      "b/main.tf": call("../c"),
      "c/main.tf": call("../d"),
      "d/main.tf": call("../b") + call("../a"),
      "called/x/main.tf": call("../y"),
      "called/y/main.tf": call("../x") + INVITE,
      "caller/main.tf": call("../called/y"),
      "itself/main.tf": call("./") + call("../itself") + INVITE,
    });
    expect(await roots(tree)).toEqual(["b", "caller", "itself"]);
  });

  test("may matter for modules outside of the tree and in excluded folders", async () => {
    const tree = makeTree({
      "live/main.tf": call("../shared"),
      "live/sub/main.tf": call("../vendor/squad"),
      "live/none/main.tf": OTHER,
      "live/gone/main.tf": call("./nowhere"),
      "live/.gitignore": "vendor/\n",
      "live/vendor/squad/main.tf": INVITE,
      "shared/main.tf": INVITE,
    });
    expect(await roots(tree, { targets: ["live"] })).toEqual(["live", "live/sub"]);
  });

  test("may matter for what was installed in them", async () => {
    const manifest = JSON.stringify({
      Modules: [{ Key: "squad", Source: "acme/squad", Dir: ".terraform/modules/squad" }],
    });
    const tree = makeTree({
      "one/main.tf": 'module "squad" {\n  source = "acme/squad/acme"\n}\n',
      "one/.terraform/modules/modules.json": manifest,
      "one/.terraform/modules/squad/main.tf": INVITE,
      "two/main.tf": 'module "squad" {\n  source = "acme/squad/acme"\n}\n',
      "two/.terraform/modules/modules.json": "broken",
    });
    expect(await roots(tree)).toEqual(["one"]);
  });

  test("are found by the files that the tool reads", async () => {
    const tree = makeTree({ "a/main.tofu": INVITE, "b/main.tf": INVITE, "b/main.tofu": OTHER, "c/.hidden.tf": INVITE });
    expect(await roots(tree)).toEqual(["b"]);
    expect(await roots(tree, { tool: "tofu" })).toEqual(["a"]);
  });

  test("are shown relative to the working directory", async () => {
    const tree = makeTree({ "main.tf": INVITE, "a/main.tf": INVITE, "b/main.tf": INVITE });
    expect(await roots(path.join(tree, "a"), { targets: ["..", tree, "."] })).toEqual([".", "..", "../b"]);
  });

  test("lie outside of tools' folders, but hidden folders are walked", async () => {
    const tree = makeTree({
      ".hidden/main.tf": INVITE,
      ".git/main.tf": INVITE,
      ".terraform/modules/m/main.tf": INVITE,
      ".terragrunt-cache/x/main.tf": INVITE,
      "node_modules/x/main.tf": INVITE,
      "one/.data/modules/m/main.tf": INVITE,
    });
    expect(await roots(tree, { env: { TF_DATA_DIR: ".data" } })).toEqual([".hidden"]);
    expect(await roots(tree, { env: { TF_DATA_DIR: path.join(tree, "one") } })).toEqual([".hidden"]);
    expect(await roots(tree, { targets: [".terraform", "node_modules/x"] })).toEqual([
      ".terraform/modules/m",
      "node_modules/x",
    ]);
  });

  test("may be a thousand that share a module, which is read once", async () => {
    const names = Array.from(
      { length: 1000 },
      (_, root) => [`live/r${root}/main.tf`, call("../../modules/squad")] as const,
    );
    const large = makeTree({ "modules/squad/main.tf": INVITE, ...Object.fromEntries(names) });
    const found = await discover(large);
    expect([found.roots.length, found.called, found.filesRead]).toEqual([1000, ["modules/squad"], 1001]);
  });

  test("of a tree of 5,000 files", async () => {
    const tree = makeTree({});
    expect(writeTree(tree, { files: 5000, mentioning: 40 })).toBe(5000);
    const found = await discover(tree, { mention: ["openai_"] });
    expect([found.roots.length, found.called, found.filesRead, found.problems]).toEqual([
      40,
      ["modules/squad"],
      5000,
      [],
    ]);
    expect(await discover(tree, { mention: ["openai_"] })).toEqual(found);
  });
});

describe("what is excluded", () => {
  test("by ignore files, unless it is named", async () => {
    const tree = makeTree({
      ".git/HEAD": "",
      ".git/info/exclude": "private\n",
      ".gitignore": "build/\nvendor/*\n!vendor/ours/\n",
      "main.tf": INVITE,
      "build/a/main.tf": INVITE,
      "build/a/.gitignore": "b\n",
      "build/a/b/main.tf": INVITE,
      "vendor/theirs/main.tf": INVITE,
      "vendor/ours/main.tf": INVITE,
      "private/main.tf": INVITE,
    });
    expect(await roots(tree)).toEqual([".", "vendor/ours"]);
    expect(await roots(tree, { targets: ["build"] })).toEqual(["build/a"]);
    expect(await roots(path.join(tree, "build"))).toEqual(["a"]);
    expect(await roots(tree, { targets: ["vendor"] })).toEqual(["vendor/ours"]);
    expect(await roots(tree, { targets: ["vendor/theirs", "private/main.tf"] })).toEqual([
      "private: private/main.tf",
      "vendor/theirs",
    ]);
  });

  test("without a repository, by ignore files from the working directory on", async () => {
    const tree = makeTree({
      ".gitignore": "b\n",
      "a/.gitignore": "c\n",
      "a/b/x.tf": INVITE,
      "a/c/x.tf": INVITE,
      "a/d/x.tf": INVITE,
    });
    expect(await roots(tree, { targets: ["a"] })).toEqual(["a/d"]);
    expect(await roots(path.join(tree, "a"))).toEqual(["b", "d"]);
  });

  test("in a repository within another one, by its own rules", async () => {
    const tree = makeTree({
      ".git/HEAD": "",
      ".gitignore": "x.tf\nskipped\n",
      "inner/.git": "gitdir: ../.git/modules/inner\n",
      ".git/modules/inner/info/exclude": "private\n",
      "inner/x.tf": INVITE,
      "inner/private/x.tf": INVITE,
      "skipped/.git/HEAD": "",
      "skipped/x.tf": INVITE,
    });
    expect(await roots(tree)).toEqual(["inner"]);
  });

  test("by the settings, even if named", async () => {
    const tree = makeTree({ "a/main.tf": INVITE, "b/c/main.tf": INVITE, "b/d/main.tf": INVITE });
    const exclude = (place: string) => place === path.join(tree, "b") || place.endsWith("x.tf");
    const exclusions = { file: ".settings", of: async () => exclude };
    expect(await roots(tree, { exclusions })).toEqual(["a"]);
    expect(await roots(tree, { exclusions, targets: ["b/c", "b/d/main.tf", "a/main.tf"] })).toEqual([
      "a: a/main.tf",
      "excluded: b/c is excluded by the settings",
      "excluded: b/d/main.tf is excluded by the settings",
    ]);
  });

  test("by the settings of each folder, which are asked for where there are some, and in a repository of its own", async () => {
    const tree = makeTree({
      "a/main.tf": INVITE,
      "a/x/main.tf": INVITE,
      "b/.settings": "",
      "b/x/main.tf": INVITE,
      "b/y/main.tf": INVITE,
      "b/y/z/main.tf": INVITE,
      "c/.git/HEAD": "",
      "c/x/main.tf": INVITE,
    });
    const left: Record<string, string> = { "": "x", b: "y", "b/x": "main.tf" };
    const asked: string[] = [];
    const exclusions = {
      file: ".settings",
      of: async (directory: string) => {
        const folder = path.relative(tree, directory);
        asked.push(folder);
        return (place: string) => path.basename(place) === left[folder];
      },
    };
    expect(await roots(tree, { exclusions })).toEqual(["a", "b/x", "c/x"]);
    expect(asked).toEqual(["", "", "b", "c"]);
    asked.length = 0;
    expect(await roots(tree, { exclusions, targets: ["b/*", "b/x"] })).toEqual(["b/x"]);
    expect(asked).toEqual(["b", "b/x", "b/x"]);
  });
});

describe("files that are named", () => {
  test("mean their module, even when another module calls it", async () => {
    const tree = makeTree({
      "live/main.tf": call("../squad"),
      "live/more.tf": OTHER,
      "squad/main.tf": INVITE,
      "squad/more.tf": OTHER,
      "none/main.tf": OTHER,
    });
    expect(await roots(tree, { targets: ["squad/main.tf", "live/more.tf", "squad/more.tf", "none/main.tf"] })).toEqual([
      "live: live/more.tf",
      "squad: squad/main.tf, squad/more.tf",
    ]);
    expect(await roots(tree, { targets: ["squad/main.tf", "."] })).toEqual(["live", "squad: squad/main.tf"]);
    expect(await roots(tree, { targets: ["live/main.tf", "."] })).toEqual(["live"]);
    expect(await roots(tree, { targets: ["squad", "live/main.tf"] })).toEqual(["live: live/main.tf", "squad"]);
  });

  test("of variables or versions mean the whole module, others are refused", async () => {
    const tree = makeTree({
      "a/main.tf": INVITE,
      "a/prod.tfvars": "",
      "b/main.tf": INVITE,
      "b/.terraform.lock.hcl": "",
      "b/README.md": "",
      "b/main.tofu": "",
    });
    expect(
      await roots(tree, {
        targets: [
          "a/main.tf",
          "a/prod.tfvars",
          "b/.terraform.lock.hcl",
          "b/README.md",
          "b/main.tofu",
          "c",
          "b/main.tf/x",
        ],
      }),
    ).toEqual([
      "a",
      "b",
      "not-configuration: b/README.md is not a file that Terraform reads",
      "not-configuration: b/main.tofu is not a file that Terraform reads",
      "missing: no such file or directory: c",
      "missing: no such file or directory: b/main.tf/x",
    ]);
  });
});

describe("globs", () => {
  const files = {
    "infra/main.tf": INVITE,
    "infra/a/main.tf": INVITE,
    "infra/a/other.tf": INVITE,
    "infra/a/README.md": "",
    "infra/a/deep/main.tf": INVITE,
    "infra/.b/main.tf": INVITE,
    "infra/c/main.tf": OTHER,
    ".gitignore": "ignored\n",
    "infra/ignored/main.tf": INVITE,
  };

  test("match files and whole directories", async () => {
    const tree = makeTree(files);
    const of = (...targets: string[]) => roots(tree, { targets });
    expect(await of("infra/**/main.tf")).toEqual([
      "infra: infra/main.tf",
      "infra/.b: infra/.b/main.tf",
      "infra/a: infra/a/main.tf",
      "infra/a/deep: infra/a/deep/main.tf",
    ]);
    expect(await of("./infra/*.tf")).toEqual(["infra: infra/main.tf"]);
    expect(await of("infra/{a,c}")).toEqual(["infra/a", "infra/a/deep"]);
    expect(await of("*/a/*")).toEqual(["infra/a: infra/a/main.tf, infra/a/other.tf", "infra/a/deep"]);
    expect(await of(`${tree.split(path.sep).join("/")}/infra/?/deep`)).toEqual(["infra/a/deep"]);
    expect(await roots(path.join(tree, "infra/a"), { targets: ["../*.tf"] })).toEqual(["..: ../main.tf"]);
  });

  test("that match nothing are reported, but not other matches", async () => {
    const tree = makeTree(files);
    expect(await roots(tree, { targets: ["infra/a/*", "nowhere/*.tf", "infra/i*/main.tf", "!infra"] })).toEqual([
      "infra/a: infra/a/main.tf, infra/a/other.tf",
      "infra/a/deep",
      "no-match: no Terraform files match nowhere/*.tf (after excludes)",
      "no-match: no Terraform files match infra/i*/main.tf (after excludes)",
      "missing: no such file or directory: !infra",
    ]);
  });

  test.skipIf(onWindows)("are not what exists under that name (POSIX names)", async () => {
    const tree = makeTree({ "[a]/*.tf": INVITE, "[a]/x.tf": INVITE, "a/main.tf": INVITE, "{a,b}?/main.tf": INVITE });
    expect(await roots(tree, { targets: ["[a]/*.tf"] })).toEqual(["[a]: [a]/*.tf"]);
    expect(await roots(tree, { targets: ["[a]", "{a,b}?"] })).toEqual(["[a]", "{a,b}?"]);
    expect(await roots(tree, { targets: ["\\[a\\]/x*"] })).toEqual(["[a]: [a]/x.tf"]);
  });

  test("take Windows' separators there only", async () => {
    const tree = makeTree(files);
    expect(await roots(tree, { targets: ["infra\\*.tf"], platform: "win32" })).toEqual(["infra: infra/main.tf"]);
  });
});

describe.skipIf(onWindows)("odd places (POSIX)", () => {
  test("links to directories are not followed, links to files are read", async () => {
    const tree = makeTree({
      "a/loop": { to: ".." },
      "a/main.tf": { to: "../text" },
      text: INVITE,
      "b/dir.tf": { to: "../a" },
      "b/self.tf": { to: "self.tf" },
      "b/gone.tf": { to: "nowhere" },
      "b/.#main.tf": { to: "me@host.123" },
      "b/main.tf": INVITE,
      linked: { to: "a" },
    });
    expect(await roots(tree)).toEqual([
      "a",
      "b",
      "unreadable: b/gone.tf can't be read: it no longer exists, or it is a broken link",
      "unreadable: b/self.tf can't be read: its symbolic links form a loop",
    ]);
    expect(await roots(tree, { targets: ["linked", "b/self.tf", "b/self.tf/*.tf"] })).toEqual([
      "linked",
      "unreadable: b/self.tf can't be read: its symbolic links form a loop",
      "no-match: no Terraform files match b/self.tf/*.tf (after excludes)",
    ]);
  });

  test("a pipe is reported without waiting for it", async () => {
    const tree = makeTree({ "main.tf": INVITE });
    execFileSync("mkfifo", [path.join(tree, "pipe.tf")]);
    expect(await roots(tree)).toEqual([".", "unreadable: pipe.tf can't be read: it is not a regular file"]);
  });

  test.skipIf(isSuperuser)("files without permission are reported (not as a superuser)", async () => {
    const tree = makeTree({ "a/main.tf": INVITE, "b/main.tf": INVITE, "b/locked.tf": INVITE });
    chmodSync(path.join(tree, "a"), 0o000);
    chmodSync(path.join(tree, "b/locked.tf"), 0o000);
    try {
      expect(await roots(tree, { targets: [".", "a/main.tf"] })).toEqual([
        "b",
        "unreadable: a can't be read: permission denied",
        "unreadable: a/main.tf can't be read: permission denied",
        "unreadable: b/locked.tf can't be read: permission denied",
      ]);
    } finally {
      chmodSync(path.join(tree, "a"), 0o755);
    }
  });

  test("names of any kind are kept", async () => {
    const names = ["-rf", "a b", "a\nb", "ü/日本", "😀", "..x", "a\\b", "'q\""];
    const tree = makeTree({
      ...Object.fromEntries(names.map((name) => [`${name}/main.tf`, INVITE])),
      ".gitignore": "no such\n",
    });
    expect(await roots(tree)).toEqual(["'q\"", "-rf", "..x", "a\nb", "a b", "a\\b", "ü/日本", "😀"]);
    expect(await roots(tree, { targets: names })).toEqual(await roots(tree));
  });
});

test("texts laid over the disk are searched like files", async () => {
  const tree = makeTree({ "a/main.tf": INVITE, "b/main.tf": OTHER });
  const texts = new Map([
    [path.join(tree, "a/main.tf"), call("../b")],
    [path.join(tree, "b/main.tf"), INVITE],
    [path.join(tree, "new/deep/main.tf"), INVITE],
  ]);
  expect(await roots(tree, { fileSystem: overlayFileSystem(texts) })).toEqual(["a", "new/deep"]);
});
