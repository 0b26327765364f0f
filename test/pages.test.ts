import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { RULES } from "../src/invites/rules/registry.js";
import { summaryOf } from "../src/report/messages/words.js";
import { alignedTable, dialectTable, TABLED } from "./support/dialect-tables.js";
import { ROOT } from "./support/program.js";
import { countOutputs, withRealOutputs } from "./support/shown-output.js";

const DOCS = path.join(ROOT, "docs");
const UPDATE = process.env["UPDATE_DOCS"] === "1";

/** A table of providers, by its rule. */
const TABLE = /(<!-- providers: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** A table of the rules with the same input. */
const RULE_TABLE = /(<!-- rules: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g;

const read = (page: string) => readFileSync(path.join(DOCS, page), "utf8");
const PAGES = readdirSync(DOCS, { recursive: true, encoding: "utf8" })
  .map((page) => page.replaceAll("\\", "/"))
  .filter((page) => page.endsWith(".md"));
const PLAN_PAGES = Object.values(RULES)
  .filter(({ needs }) => needs === "plan")
  .map(({ id }) => `rules/${id}.md`);

describe.each(PAGES.filter((page) => countOutputs(read(page)) > 0))("docs/%s", (page) => {
  it("shows real and recorded output (UPDATE_DOCS=1 writes it)", async () => {
    const real = await withRealOutputs(read(page));
    if (UPDATE) writeFileSync(path.join(DOCS, page), real);
    else expect(read(page)).toBe(real);
  }, 60_000);
});

it.each(PAGES.filter((page) => read(page).match(TABLE)))("docs/%s has its table from the provider profiles", (page) => {
  const real = read(page).replace(
    TABLE,
    (_, start: string, rule: string, end: string) => `${start}${dialectTable(rule)}\n${end}`,
  );
  if (UPDATE) writeFileSync(path.join(DOCS, page), real);
  else expect(read(page)).toBe(real);
});

/** The rules with the same input: ID, severity, whether `lint --fix` fixes it, and what it finds. */
function ruleTable(needs: string): string {
  const rows = Object.values(RULES)
    .filter((rule) => rule.needs === needs)
    .map(({ id, severity, fixable }) => [
      `[\`${id}\`](${id}.md)`,
      fixable ? `${severity}, fix` : severity,
      summaryOf(id),
    ]);
  return alignedTable([["rule", "default", "finds"], ...rows]);
}

it("docs/rules/README.md has every rule with its default severity (UPDATE_DOCS=1 writes it)", () => {
  const page = "rules/README.md";
  const tables = [...read(page).matchAll(RULE_TABLE)].map(([, , needs]) => needs);
  expect(tables.sort()).toEqual([...new Set(Object.values(RULES).map(({ needs }) => needs))].sort());
  const real = read(page).replace(
    RULE_TABLE,
    (_, start: string, needs: string, end: string) => `${start}${ruleTable(needs)}\n${end}`,
  );
  if (UPDATE) writeFileSync(path.join(DOCS, page), real);
  else expect(read(page)).toBe(real);
});

it("every page about plans shows an output and a table of providers", () => {
  expect(PLAN_PAGES.filter((page) => countOutputs(read(page)) === 0)).toEqual([]);
  const tabled = PAGES.flatMap((page) => [...read(page).matchAll(TABLE)].map(([, , rule]) => rule));
  expect(tabled.sort()).toEqual([...TABLED].sort());
  expect(PLAN_PAGES.filter((page) => !tabled.includes(path.posix.basename(page, ".md")))).toEqual([]);
});
