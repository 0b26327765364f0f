import { describe, expect, it } from "vitest";
import { toJsonReport } from "../../src/report/json.js";
import { reportSchema } from "../../src/report/json-schema.js";
import { CONTEXT, findingWith, rangeAt, reportWith } from "./hostile.js";

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
        rule: "duplicate-invite",
        severity: "warning",
        address: "openai_invite.quiet",
        directory: ".",
        file: "a.tf",
        range: { start: { line: 3, column: 1 }, end: { line: 3, column: 2 } },
        by: "comment",
        reason: "known since spring",
      },
      { rule: "duplicate-invite", severity: "warning", directory: "prod", by: "baseline" },
    ]);
  });
});
