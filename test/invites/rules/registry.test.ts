import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { RULES } from "../../../src/invites/rules/registry.js";
import type { Rule } from "../../../src/invites/rules/rule.js";
import { casesIn, compactFindings } from "../../support/lint-case.js";
import { ROOT } from "../../support/program.js";

const FIXTURES = path.join(ROOT, "fixtures/rules");
const PAGES = path.join(ROOT, "docs/rules");
const UPDATE = process.env["UPDATE_DOCS"] === "1";

/** Rules about comments and baselines, which are tested with those. */
const ABOUT_OTHERS = new Set(["unused-suppression", "stale-baseline"]);
const STATIC = Object.values(RULES).filter(({ id, needs }) => needs === "static" && !ABOUT_OTHERS.has(id));

const HEADINGS = ["## What it finds", "## Why it hurts", "## How to fix", "## How to silence"];

/** The text of a page after the severity: what its rule needs. */
const NEEDS = {
  static: "Needs no look-up\\.",
  live: "Needs a look-up \\(`check`, `status`\\)",
  plan: "Needs a plan \\(`check --plan`\\) and (?:no look-up\\.|a look-up[.;])",
} as const satisfies Record<Rule["needs"], string>;

function casesOf(rule: string, kind: "found" | "clean"): string[] {
  return casesIn(path.join(FIXTURES, rule, kind));
}

describe.each(STATIC.map(({ id }) => id))("%s", (id) => {
  it("has cases of both kinds", () => {
    expect(casesOf(id, "found")).not.toEqual([]);
    expect(casesOf(id, "clean")).not.toEqual([]);
  });

  it.each(casesOf(id, "found"))(
    "finds the problems of %s, and no other rule finds anything unexpected",
    async (name) => {
      const folder = path.join(FIXTURES, id, "found", name);
      const expectation = path.join(folder, "expected.txt");
      const found = await compactFindings(folder);
      expect(found).toContain(`[${id}]`);
      if (UPDATE) writeFileSync(expectation, found);
      expect(found).toBe(readFileSync(expectation, "utf8"));
    },
  );

  it.each(casesOf(id, "clean"))("no rule finds anything in %s", async (name) => {
    expect(await compactFindings(path.join(FIXTURES, id, "clean", name))).toBe("");
  });
});

/** A fixture named in a comment, and the code block below it. */
const SNIPPET = /<!-- fixture: (\S+) -->\n```(\w+)\n([\s\S]*?)```/g;

describe.each(Object.values(RULES).map((rule) => [rule.id, rule] as const))("docs/rules/%s.md", (id, rule) => {
  const { severity, needs, fixable } = rule;
  const file = path.join(PAGES, `${id}.md`);

  it("says what every page says", () => {
    const page = readFileSync(file, "utf8");
    expect(page.split("\n")[0]).toBe(`# ${id}`);
    expect(page.split("\n")[2]).toMatch(new RegExp(`^Severity: ${severity}\\. ${NEEDS[needs]}`));
    const headings = needs === "plan" ? [...HEADINGS, "## What Terraform prints"] : HEADINGS;
    expect(headings.filter((heading) => !page.includes(`\n${heading}\n`))).toEqual([]);
    expect(page.includes("`lint --fix` fixes it")).toBe(fixable);
  });

  it("shows its fixtures (UPDATE_DOCS=1 writes them into it)", () => {
    const page = readFileSync(file, "utf8");
    const real = page.replace(SNIPPET, (_, name: string, language: string) => {
      const text = readFileSync(path.join(FIXTURES, id, name), "utf8");
      return `<!-- fixture: ${name} -->\n\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
    });
    if (UPDATE) writeFileSync(file, real);
    else expect(page).toBe(real);
    if (needs === "static" && !ABOUT_OTHERS.has(id)) expect(page.match(SNIPPET)?.length ?? 0).toBeGreaterThan(1);
  });
});

const terraform = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;

it.skipIf(!terraform)("terraform fmt changes nothing in them (skipped: no terraform on the PATH)", () => {
  const { stdout, status } = spawnSync("terraform", ["fmt", "-check", "-recursive", FIXTURES], { encoding: "utf8" });
  expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
});
