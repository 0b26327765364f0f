import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hoverPage } from "../../src/lsp/rule-help.js";
import { ROOT } from "../support/program.js";

describe("a rule's page in a hover", () => {
  it("has lists instead of tables, and no comments for tests", () => {
    const page = [
      "# x",
      "",
      "| provider | what \\| that | more |",
      "| --- | :-: | ---: |",
      "| [`a`](https://a.example) | one | |",
      "| b | two \\| three | four |",
      "",
      "<!-- fixture: found/main.tf -->",
      "```sh",
      "| not | a table |",
      "```",
      "",
    ];
    expect(hoverPage(page.join("\n"))).toBe(
      [
        "# x",
        "",
        "- [`a`](https://a.example)",
        "  - what \\| that: one",
        "  - more: ",
        "- b",
        "  - what \\| that: two \\| three",
        "  - more: four",
        "",
        "```sh",
        "| not | a table |",
        "```",
      ].join("\n"),
    );
  });

  it.each(readdirSync(path.join(ROOT, "docs/rules")))("%s keeps every other line", (name) => {
    const page = readFileSync(path.join(ROOT, "docs/rules", name), "utf8");
    const shown = hoverPage(page);
    expect(shown).not.toMatch(/^\||<!--/m);
    const kept = page
      .trimEnd()
      .split("\n")
      .filter((line) => !/^(?:\||<!--)/.test(line));
    expect(shown.split("\n").filter((line) => kept.includes(line)).length).toBeGreaterThanOrEqual(kept.length);
  });
});
