import path from "node:path";
import { expect, it } from "vitest";
import { lintOnce } from "../../src/lint/lint-once.js";
import { formatCompact } from "../../src/report/compact.js";
import { ROOT } from "../support/program.js";

it("finds the problems of configurations in the style of the providers' docs", async () => {
  const cwd = path.join(ROOT, "fixtures/examples");
  const { report, errors } = await lintOnce({ targets: ["."] }, { cwd, env: {} });
  expect(errors).toEqual([]);
  await expect(formatCompact(report)).toMatchFileSnapshot("examples.txt");
});

it.each(["fixtures/hcl", "fixtures/configurations"])("has valid places in all findings on %s", async (folder) => {
  const cwd = path.join(ROOT, folder);
  const { files, report, errors } = await lintOnce({ targets: ["."] }, { cwd, env: {} });
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  for (const { range, rule } of report.findings) {
    const text = range === undefined ? undefined : texts.get(range.file);
    if (range === undefined || text === undefined) continue;
    for (const { line, column, offset } of [range.start, range.end]) {
      const before = text
        .slice(0, offset)
        .replace(/^\ufeff/, "")
        .split("\n");
      expect([rule, line, column]).toEqual([rule, before.length, (before.at(-1) ?? "").length + 1]);
    }
  }
  for (const { file, line } of errors) {
    const lines = file === undefined ? undefined : texts.get(file)?.split("\n").length;
    if (lines !== undefined && line !== undefined) expect(line).toBeLessThanOrEqual(lines);
  }
});
