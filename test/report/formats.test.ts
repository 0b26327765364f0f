import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { REPORT_FORMATS } from "../../src/report/formats.js";
import { ROOT } from "../support/program.js";
import { CONTEXT, findingWith, reportWith } from "./hostile.js";

const PAGES = ["README.md", "docs/ci.md"].map((page) => readFileSync(path.join(ROOT, page), "utf8")).join("\n");

describe("the registry of formats", () => {
  it.each(Object.entries(REPORT_FORMATS))("has %s, which the pages name", async (name, format) => {
    expect(PAGES).toMatch(new RegExp(`\`${name}\`|--format ${name}\\b`));
    expect(await format(reportWith([findingWith({})]), CONTEXT)).toMatch(/\n$/);
  });
});
