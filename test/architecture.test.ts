import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SOURCE = fileURLToPath(new URL("../src", import.meta.url));

/** The layers of src/, from the lowest up: the code of each imports from its own layer and from those below it. */
const FLOORS = [
  "base",
  "openai",
  "terraform",
  "terraform/addresses",
  "terraform/document",
  "terraform/shell",
  "terraform/files",
  "terraform/data",
  "terraform/configuration/syntax",
  "terraform/configuration/definition",
  "terraform/configuration/evaluation",
  "terraform/root-module",
  "terraform/configuration/discovery",
  "terraform/configuration",
  "terraform/statements",
  "terraform/edit",
  "terraform/state",
  "terraform/plan",
  "terraform/run",
  "terraform/state-change",
  "invites/providers",
  "invites",
  "invites/outcomes",
  "invites/planned",
  "invites/remedies",
  "invites/rules",
  "report/messages",
  "report",
  "policy",
  "assess",
  "lint",
  "repair",
  "init",
  "lsp",
  "index.ts",
  "cli",
] as const;

type Floor = (typeof FLOORS)[number];

/** Areas that must not import each other although one is above the other; `types` allows types. */
const STRANGERS: readonly { readonly from: string; readonly to: string; readonly types?: true }[] = [
  { from: "terraform", to: "openai" },
  { from: "report", to: "openai" },
  { from: "report", to: "invites/rules", types: true },
  { from: "report", to: "invites/remedies", types: true },
  { from: "repair", to: "lint" },
  { from: "lsp", to: "repair" },
  { from: "lint", to: "openai" },
  { from: "lsp", to: "openai" },
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** The layer of a file below src/: the longest path that contains it. */
function floorOf(file: string): Floor {
  const within = FLOORS.filter((floor) => file === floor || file.startsWith(`${floor}/`));
  const floor = within.sort((a, b) => b.length - a.length)[0];
  if (floor === undefined) throw new Error(`${file} is on no floor; name its folder in FLOORS`);
  return floor;
}

function imports(folder: string): Import[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.m?ts$/.test(file));
  return files.flatMap((file) => {
    const text = readFileSync(path.join(folder, file), "utf8");
    const statements = text.matchAll(
      /(?:^|\n)\s*(import|export)(\s+type)?\s+[^;]*?from\s+"(\.[^"]+)"|import\("(\.[^"]+)"\)/g,
    );
    return [...statements].map(([, , type, from, lazily]) => {
      const target = path.resolve(path.dirname(path.join(folder, file)), from ?? lazily ?? "");
      return {
        from: path.relative(SOURCE, path.join(folder, file)),
        to: path.relative(SOURCE, target).replace(/\.js$/, ".ts"),
        typeOnly: type !== undefined,
      };
    });
  });
}

const isIn = (floor: Floor, area: string) => floor === area || floor.startsWith(`${area}/`);

describe("the layers of src/", () => {
  const found = imports(SOURCE).filter(({ to }) => !to.startsWith(".."));

  it("exist, and contain the imports of this test", () => {
    expect(new Set(found.flatMap(({ from, to }) => [floorOf(from), floorOf(to)]))).toEqual(new Set(FLOORS));
  });

  it("import only from lower layers", () => {
    const upwards = found.filter(({ from, to }) => FLOORS.indexOf(floorOf(from)) < FLOORS.indexOf(floorOf(to)));
    expect(upwards).toEqual([]);
  });

  it("keep certain areas separate", () => {
    const wrong = found.filter(({ from, to, typeOnly }) =>
      STRANGERS.some(
        (pair) => isIn(floorOf(from), pair.from) && isIn(floorOf(to), pair.to) && !(pair.types === true && typeOnly),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("have no import cycle", () => {
    const next = new Map<string, string[]>();
    for (const { from, to, typeOnly } of found) if (!typeOnly) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const circles: string[][] = [];
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file]);
      if (path.includes(file) || done.has(file)) return;
      for (const target of next.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of next.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});

/**
 * The files that read the text of a value from the configuration. What they show is its `shownText`, or marked with
 * `marks`; some only compare.
 */
const READ_TEXTS = [
  "src/assess/root-plan.ts",
  "src/invites/inventory.ts",
  "src/invites/remedies/membership/granted-projects.ts",
  "src/invites/remedies/membership/recipients.ts",
  "src/invites/rules/about-blocks.ts",
  "src/invites/rules/duplicate-invite.ts",
  "src/invites/rules/hardcoded-admin-key.ts",
  "src/invites/rules/invalid-role.ts",
  "src/invites/rules/invite-as-user.ts",
  "src/invites/rules/mixed-case-email.ts",
  "src/invites/rules/waits-for-acceptance.ts",
];

describe("texts of values", () => {
  it("are read in few places, and never in a report", () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).map(
      (file) => `src/${file.replaceAll("\\", "/")}`,
    );
    const outside = files.filter(
      (file) =>
        file.endsWith(".ts") &&
        !/^src\/terraform\/(?:configuration|data)\//.test(file) &&
        /kind [!=]== "string"/.test(readFileSync(path.join(SOURCE, "..", file), "utf8")),
    );
    expect(outside.toSorted()).toEqual(READ_TEXTS);
  });
});

describe("bench/ and fuzz/", () => {
  it.each(["bench", "fuzz"])("%s/ imports the engines, not the command line", (folder) => {
    const wrong = imports(path.join(SOURCE, "..", folder)).filter(({ to }) => to.startsWith("cli/"));
    expect(wrong).toEqual([]);
  });
});

/** Tests that run the whole program: `cases/` and `hostile/` with their fixtures, `integrations/` as CI services do. */
const STORIES = /^(?:e2e|cases|hostile|integrations)\//;

/** Tests of several files, or of something outside of src/: pages, the package. */
const OF_SEVERAL = [
  "architecture",
  "ci-page",
  "demo-svg",
  "docs",
  "library",
  "manual",
  "package",
  "pages",
  "readme",
  "supply-chain",
  "words",
];

describe("the tests", () => {
  const TESTS = path.join(SOURCE, "../test");
  const tests = readdirSync(TESTS, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".test.ts"));

  /** `repair/apply.http.test.ts` tests `repair/apply.ts`: in the same folder, and up to the first dot of its name. */
  function testedBy(test: string): string | undefined {
    const folder = path.posix.dirname(test);
    const [name = ""] = path.posix.basename(test).split(".");
    const command = folder === name ? [path.join(SOURCE, "cli", `${name}.ts`)] : [];
    const files = [path.join(SOURCE, folder, `${name}.ts`), path.join(TESTS, folder, `${name}.ts`), ...command];
    return files.find((file) => existsSync(file));
  }

  it("have the folder and name of the file that they test; those of a whole command are in the folder of its engine", () => {
    const lost = tests.filter((test) => !STORIES.test(test) && testedBy(test) === undefined);
    expect(lost.sort()).toEqual(OF_SEVERAL.map((name) => `${name}.test.ts`));
  });
});
