import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./support/program.js";

/** Every declaration file that the library's own leads to, and the packages that they name. */
function reachableTypes(): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, from = ""] of readFileSync(file, "utf8").matchAll(/from "([^"]+)"/g)) {
      if (from.startsWith(".")) visit(path.resolve(path.dirname(file), from.replace(/\.js$/, ".d.ts")));
      else packages.add(from);
    }
  };
  visit(path.join(ROOT, "dist/types/index.d.ts"));
  return { files, packages };
}

describe("the published package", () => {
  it("has types that need no package that is not installed with it", () => {
    const { files, packages } = reachableTypes();
    expect(files.size).toBeGreaterThan(20);
    expect([...packages].filter((name) => !name.startsWith("node:"))).toEqual([]);
  });

  it("passes the licences of what it bundles on", () => {
    const notices = readFileSync(path.join(ROOT, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
    for (const name of ["commander", "undici", "zod", "web-tree-sitter", "@tree-sitter-grammars/tree-sitter-hcl"]) {
      expect(notices).toMatch(new RegExp(`^${name} \\d`, "m"));
    }
  });

  it("has a page for every rule, and the library", async () => {
    const library = await import(path.join(ROOT, "dist/index.js"));
    for (const id of Object.keys(library.RULES))
      expect([id, existsSync(path.join(ROOT, `docs/rules/${id}.md`))]).toEqual([id, true]);
  });
});
