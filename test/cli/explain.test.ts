import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { maskWholeKeys } from "../../src/base/secrets.js";
import { forTerminal } from "../../src/cli/explain.js";
import { RULES } from "../../src/invites/rules/registry.js";
import { ROOT, tfinvite, transcript } from "../support/program.js";
import { look } from "../support/reports.js";

describe("tfinvite explain", () => {
  it.each(Object.keys(RULES))("prints the page of %s", async (id) => {
    const ran = await tfinvite(["explain", id], { cwd: ROOT });
    const page = readFileSync(path.join(ROOT, `docs/rules/${id}.md`), "utf8");
    // No key is shown, not even an invented one.
    expect(ran).toEqual({ code: 0, stderr: "", stdout: maskWholeKeys(page) });
  });

  it.each([[], ["acepted-invite"], ["nothing-of-the-kind"], ["../../README"]])(
    "answers %j",
    async (...words: string[]) => {
      const args = ["explain", ...words];
      expect(transcript(args, await tfinvite(args, { cwd: ROOT }))).toMatchSnapshot();
    },
  );

  it("formats a table as a list for a terminal", () => {
    const page = [
      "Before:",
      "",
      "| provider | destroy | edit |",
      "| -------- | :-----: | ---- |",
      "| `a/a` | fails, and what is more at great length | fails |",
      "| `b/b` | [says so](https://example.com) | is lost |",
      "",
      "After.",
    ].join("\n");
    expect(forTerminal(page, look({ width: 40 }))).toBe(
      [
        "Before:",
        "",
        "a/a",
        "  destroy: fails, and what is more at",
        "    great length",
        "  edit: fails",
        "b/b",
        "  destroy: says so",
        "    (https://example.com)",
        "  edit: is lost",
        "",
        "After.",
        "",
      ].join("\n"),
    );
  });

  it.each(Object.keys(RULES))(
    "keeps the page of %s within the terminal's width, except for code and addresses",
    (id) => {
      const page = readFileSync(path.join(ROOT, `docs/rules/${id}.md`), "utf8");
      const lines = forTerminal(page, look({ width: 60 })).split("\n");
      const wide = lines.filter((line) => line.length > 60 && !line.startsWith("    ") && /\s.*\s/.test(line.trim()));
      expect(wide.filter((line) => !line.includes("https://") && !line.includes('"'))).toEqual([]);
      expect(lines.filter((line) => /^```|^\||^#|<!--/.test(line))).toEqual([]);
    },
  );

  it("formats a page for a terminal", () => {
    const page =
      "# a-rule\n\nSee [the docs](https://example.com), which say `this` at such length that a line has to end.\n\n<!-- fixture: x -->\n```hcl\na = 1\n\nb = 2\n```\n";
    expect(forTerminal(page, look({ width: 40 }))).toBe(
      "a-rule\n\nSee the docs (https://example.com),\nwhich say this at such length that a\nline has to end.\n\n    a = 1\n\n    b = 2\n",
    );
  });
});
