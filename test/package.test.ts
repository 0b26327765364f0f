import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PUBLISHED } from "../src/base/version.js";
import { ROOT } from "./support/program.js";

/** Every declaration file that the library's own one imports, and the packages that they name. */
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

/** The files that an import of this one loads before anything runs, and the Node.js modules. */
function loadedWith(entry: string): { files: string[]; builtins: string[] } {
  const files = new Set([entry]);
  const builtins = new Set<string>();
  // The loop also visits items that are added during it.
  for (const file of files) {
    for (const [, from = ""] of readFileSync(file, "utf8").matchAll(/^(?:import|export) (?:.*? from )?"([^"]+)";$/gm)) {
      if (from.startsWith(".")) files.add(path.resolve(path.dirname(file), from));
      else builtins.add(from);
    }
  }
  return { files: [...files], builtins: [...builtins] };
}

describe("the published package", () => {
  it("starts from few files, which do not include the parser of Terraform's language", () => {
    const { files, builtins } = loadedWith(path.join(ROOT, "dist/main.js"));
    expect(files.map((file) => path.basename(file).replace(/-.{8}\.js$/, "")).sort()).toEqual([
      "main.js",
      "rolldown-runtime",
      "start",
    ]);
    expect(builtins.filter((name) => ["node:crypto", "node:stream", "node:child_process"].includes(name))).toEqual([]);
    const start = files.map((file) => readFileSync(file, "utf8")).join("");
    expect(start).not.toMatch(/class ModuleTree|class ZodType|Parser\.init/);
    // The search for modules is included: a tree without invites needs nothing else.
    expect(start).toMatch(/function discoverModules/);
  });

  it("has types that need only packages that are installed with it", () => {
    const { files, packages } = reachableTypes();
    expect(files.size).toBeGreaterThan(20);
    expect([...packages].filter((name) => !name.startsWith("node:"))).toEqual([]);
  });

  it("contains the licences of the packages that it bundles", () => {
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

  it("has a README whose links name this version, and that does not mention a clone", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-pack-"));
    try {
      execFileSync(process.execPath, [path.join(ROOT, "scripts/pack.mjs"), folder]);
      const readme = readFileSync(path.join(ROOT, "build/package/README.md"), "utf8");
      const links = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
      const own = links.filter((link) => link.startsWith(PUBLISHED)).map((link) => link.slice(PUBLISHED.length));
      expect(own.length).toBeGreaterThan(8);
      expect(own.filter((file) => !existsSync(path.join(ROOT, "build/package", file)))).toEqual([]);
      expect(links.filter((link) => !link.startsWith("https://"))).toEqual([]);
      expect(readme).not.toMatch(/in a clone|npm ci/i);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
