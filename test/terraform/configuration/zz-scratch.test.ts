import { readFileSync } from "node:fs";
import { test } from "vitest";
import { LineIndex } from "../../../src/terraform/configuration/line-index.js";
import { readBrokenFile, readSoundFile } from "../../../src/terraform/configuration/native-syntax.js";
import { loadSyntaxParser } from "../../../src/terraform/configuration/tree-sitter.js";
import { expectRangesInside } from "./plain-values.js";
test("x", async () => {
  const parser = await loadSyntaxParser();
  for (const f of ["half-written","expressions","heredocs","comments","grammar-gaps","half-written-deep","unicode","templates"]) {
  const text = readFileSync(`fixtures/hcl/${f}/main.tf`, "utf8");
  let slow = 0, worst = 0; const t0 = performance.now();
  for (let cut = 0; cut < text.length; cut += 1) {
    const t = text.slice(0, cut);
    const a = performance.now();
    const lines = new LineIndex("main.tf", t);
    const source = { text: t, range: (s: number, e: number) => lines.range(s, e) };
    const body = readSoundFile(parser, source) ?? readBrokenFile(parser, source);
    expectRangesInside({ body, problems: [], text: t });
    const d = performance.now() - a; if (d > slow) { slow = d; worst = cut; }
  }
  console.log(f, text.length, "ms each", (performance.now() - t0) / text.length, "worst", slow, worst);
  }
});
