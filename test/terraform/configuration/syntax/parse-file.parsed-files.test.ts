import path from "node:path";
import { expect, test } from "vitest";
import { type LoadOptions, loadConfiguration } from "../../../../src/terraform/configuration/load-configuration.js";
import { ParsedFiles } from "../../../../src/terraform/configuration/syntax/parse-file.js";
import type { FileSystem } from "../../../../src/terraform/files/file-system.js";
import { readingOnce } from "../../../../src/terraform/files/file-system.js";

const ROOT = path.resolve("/", "work");

/** Files by path from the root, and how often each was read and each folder listed. */
function counted(files: Readonly<Record<string, string>>): FileSystem & { readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const count = (place: string) => {
    const name = path.relative(ROOT, place).split(path.sep).join("/");
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return name;
  };
  return {
    counts,
    list(directory) {
      const name = count(directory);
      const inside = Object.keys(files).filter((file) => path.posix.dirname(file) === name);
      return inside.length === 0 ? undefined : inside.map((file) => path.posix.basename(file));
    },
    read(file) {
      const text = files[count(file)];
      if (text === undefined) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
      return text;
    },
    data: () => ({ kind: "missing" }),
  };
}

const SQUAD = 'variable "who" {}\nresource "acme_invite" "one" {\n  email = var.who\n}\n';
const root = (who: string) => `module "squad" {\n  source = "../squad"\n  who = "${who}"\n}\n`;

function load(directory: string, fileSystem: FileSystem, more: Partial<LoadOptions> = {}) {
  const types = ["acme_invite"];
  const common = { cwd: ROOT, types, mention: ["acme_"], tool: "terraform", env: {} } as const;
  return loadConfiguration({ ...common, directory, fileSystem, ...more });
}

test("loads that share a cache and a file system give the same as single loads, and read and parse once", async () => {
  const roots = Array.from({ length: 20 }, (_, index) => `r${index}`);
  const files = { "squad/main.tf": SQUAD, ...Object.fromEntries(roots.map((name) => [`${name}/main.tf`, root(name)])) };
  const disk = counted(files);
  const [fileSystem, cache] = [readingOnce(disk), new ParsedFiles()];
  const blocks = new Set();
  for (const name of roots) {
    const shared = await load(name, fileSystem, { cache });
    const alone = await load(name, counted(files));
    const [resource] = shared.resources;
    expect(resource?.instances[0]?.arguments).toEqual(alone.resources[0]?.instances[0]?.arguments);
    expect(JSON.stringify(shared)).toBe(JSON.stringify(alone));
    blocks.add(resource?.block);
  }
  expect(blocks.size).toBe(1);
  expect(disk.counts.get("squad")).toBe(1);
  expect(disk.counts.get("squad/main.tf")).toBe(1);
});

test("the cache returns the result for the same text, name and kind of reading", async () => {
  const cache = new ParsedFiles();
  const parse = (text: string, shown = "a.tf", validate = false) =>
    cache.parse({ path: "/a.tf", shown, text, validate });
  const first = await parse("x = 1\n");
  expect(await parse("x = 1\n")).toBe(first);
  expect((await parse("x = 2\n")).text).toBe("x = 2\n");
  expect((await parse("x = 1\n")).text).toBe("x = 1\n");
  expect((await parse("x = 1\n", "../a.tf")).file).toBe("../a.tf");
  expect(await parse("x = 1\n", "a.tf", true)).not.toBe(await parse("x = 1\n"));
});

test("loads see each their own text of a file that both share", async () => {
  const cache = new ParsedFiles();
  const emails = async (who: string) => {
    const { resources } = await load("r", counted({ "r/main.tf": root(who), "squad/main.tf": `${SQUAD}# ${who}\n` }), {
      cache,
    });
    return resources.flatMap(({ instances }) => instances.map((each) => each.arguments.get("email")));
  };
  expect(await Promise.all(["a", "b", "a"].map(emails))).toMatchObject([
    [{ value: "a" }],
    [{ value: "b" }],
    [{ value: "a" }],
  ]);
});

test("a file system that reads once keeps contents, but not errors", () => {
  const files: Record<string, string> = { "a/x": "1" };
  const fileSystem = readingOnce(counted(files));
  const [there, missing] = [path.join(ROOT, "a/x"), path.join(ROOT, "a/y")];
  expect(fileSystem.read(there)).toBe("1");
  expect(() => fileSystem.read(missing)).toThrow("ENOENT");
  expect(fileSystem.list(path.join(ROOT, "b"))).toBeUndefined();
  Object.assign(files, { "a/x": "2", "a/y": "3" });
  expect([fileSystem.read(there), fileSystem.read(missing)]).toEqual(["1", "3"]);
});
