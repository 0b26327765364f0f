import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { printFigures, readFigures } from "../support/figures.js";

const PAGE = "docs/security.md";

/** `npm run figures` writes them. */
it("docs/security.md has the figures that the test suites have counted", () => {
  const page = readFileSync(PAGE, "utf8");
  const expected = page.replace(
    /(<!-- figures -->\n)[\s\S]*?(<!-- end of figures -->)/,
    (_, before: string, after: string) => `${before}\n${printFigures(readFigures())}\n${after}`,
  );
  expect(expected).toContain(printFigures(readFigures()));
  if (process.env["TFINVITE_FIGURES"] === "1") writeFileSync(PAGE, expected);
  else expect(page).toBe(expected);
});
