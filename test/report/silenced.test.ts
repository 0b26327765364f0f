import { describe, expect, it } from "vitest";
import { type FormatTable, REPORT_FORMATS } from "../../src/report/formats.js";
import { toJsonReport } from "../../src/report/json.js";
import { reportSchema } from "../../src/report/json-schema.js";
import { CONTEXT, findingWith, rangeAt, reportWith } from "./hostile.js";

const FORMATS: FormatTable = REPORT_FORMATS;

describe("silenced findings", () => {
  const report = {
    ...reportWith([]),
    silenced: [
      {
        finding: findingWith({ address: "openai_invite.quiet", range: rangeAt("a.tf", 3) }),
        by: "comment",
        reason: "known since spring",
      },
      { finding: findingWith({ directory: "prod" }), by: "baseline" },
    ] as const,
  };

  it("are a list of their own in the JSON report", () => {
    const json = toJsonReport(report, CONTEXT);
    expect(reportSchema.parse(json)).toEqual(json);
    expect(json.findings).toEqual([]);
    expect(json.silenced).toEqual([
      {
        rule: "mixed-case-email",
        severity: "warning",
        address: "openai_invite.quiet",
        directory: ".",
        file: "a.tf",
        range: { start: { line: 3, column: 1 }, end: { line: 3, column: 2 } },
        by: "comment",
        reason: "known since spring",
      },
      { rule: "mixed-case-email", severity: "warning", directory: "prod", by: "baseline" },
    ]);
  });

  it.each(Object.keys(FORMATS).filter((name) => name !== "json" && name !== "sarif"))(
    "are not shown by %s",
    async (name) => {
      const text = await FORMATS[name]?.(report, CONTEXT);
      expect(text).toBeTypeOf("string");
      expect(text).not.toContain("openai_invite.quiet");
    },
  );
});
