import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { REPORT_FORMATS } from "../../src/report/formats.js";
import { ROOT } from "../support/program.js";
import { CONTEXT, findingWith, reportWith } from "./hostile.js";

const PAGE = readFileSync(path.join(ROOT, "docs/report.md"), "utf8");

describe("the registry of formats", () => {
  it.each(Object.entries(REPORT_FORMATS))("has %s, which its page names", async (name, format) => {
    expect(PAGE).toContain(`| \`${name}\``);
    expect(await format(reportWith([findingWith({})]), CONTEXT)).toMatch(/\n$/);
  });

  it("has every file that makes a format, and each has its tests", () => {
    const list = (folder: string) => readdirSync(path.join(ROOT, folder));
    const source = (file: string) => readFileSync(path.join(ROOT, "src/report", file), "utf8");
    const makers = list("src/report").filter(
      (file) => file.endsWith(".ts") && /^export function format\w+\(\s*report: Report\b/m.test(source(file)),
    );
    const registered = [...source("formats.ts").matchAll(/import\("\.\/([\w-]+)\.js"\)\)\.format/g)].map(
      ([, name = ""]) => name,
    );
    expect(makers.sort()).toEqual([...new Set(registered)].map((name) => `${name}.ts`).sort());
    const tests = list("test/report").filter((file) => file.endsWith(".test.ts"));
    const untested = registered.filter((name) => !tests.some((file) => file === `${name}.test.ts`));
    expect(untested).toEqual([]);
  });
});
