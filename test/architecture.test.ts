import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SOURCE = fileURLToPath(new URL("../src", import.meta.url));

/** Which folders of src/ the code in a folder may import from; `types` allows types only. */
const ARROWS: Readonly<Record<string, Readonly<Record<string, "all" | "types">>>> = {
  terraform: {},
  openai: {},
  invites: { terraform: "all", openai: "all" },
  report: { invites: "types", terraform: "types" },
  cli: { terraform: "all", openai: "all", invites: "all", report: "all" },
};

interface Import {
  readonly from: string;
  readonly folder: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function imports(): Import[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files.flatMap((file) => {
    const text = readFileSync(path.join(SOURCE, file), "utf8");
    const statements = text.matchAll(
      /(?:^|\n)\s*(import|export)(\s+type)?\s+[^;]*?from\s+"(\.[^"]+)"|import\("(\.[^"]+)"\)/g,
    );
    return [...statements].map(([, , type, from, lazily]) => {
      const resolved = path.relative(SOURCE, path.resolve(SOURCE, path.dirname(file), from ?? lazily ?? ""));
      return {
        from: file,
        folder: file.split(path.sep)[0] ?? "",
        target: resolved.split(path.sep)[0] ?? "",
        typeOnly: type !== undefined,
      };
    });
  });
}

describe("the arrows between the folders of src/", () => {
  it("finds the imports it speaks of", () => {
    expect(imports().length).toBeGreaterThan(100);
  });

  it("point one way only", () => {
    const wrong = imports().filter(({ folder, target, typeOnly }) => {
      if (!(folder in ARROWS) || folder === target || !(target in ARROWS)) return false;
      const allowed = ARROWS[folder]?.[target];
      return allowed === undefined || (allowed === "types" && !typeOnly);
    });
    expect(wrong).toEqual([]);
  });

  it("leave no file in src/ outside the folders but the library's entry", () => {
    expect(readdirSync(SOURCE).sort()).toEqual([...Object.keys(ARROWS), "index.ts"].sort());
  });
});
