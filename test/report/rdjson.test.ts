import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatRdjson } from "../../src/report/rdjson.js";
import { CONTEXT, findingWith, hostileReport, rangeAt, reportWith } from "./hostile.js";
import { jsonComplaints } from "./schemas.js";

const complaints = jsonComplaints("rdjson.schema.json");

describe("formatRdjson", () => {
  it("matches the schema for any names and messages", () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        const text = formatRdjson(report, CONTEXT);
        expect(complaints(text)).toBeUndefined();
        expect(text).not.toMatch(/\\ud[89a-f]/);
      }),
    );
  });

  it("counts columns in bytes of UTF-8, so that a range selects the right text", () => {
    const line = fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => text.replace(/[\r\n]/g, ""));
    fc.assert(
      fc.property(line, line, line, line, (above, before, meant, after) => {
        const text = `${above}\n${before}${meant}${after}\n`;
        const range = rangeAt("a.tf", 2, before.length + 1, meant.length, above.length + 1 + before.length);
        const report = JSON.parse(
          formatRdjson(reportWith([findingWith({ range })], [], new Map([["a.tf", text]])), CONTEXT),
        );
        const { start, end } = report.diagnostics[0].location.range;
        const bytes = Buffer.from(text.split("\n")[1] ?? "");
        expect(bytes.subarray(start.column - 1, end.column - 1).toString()).toBe(meant);
      }),
    );
  });

  it("shows findings and errors", () => {
    const findings = [
      findingWith({
        range: rangeAt("a.tf", 1, 9, 4, 8),
        address: "openai_invite.kim",
      }),
      findingWith({ range: rangeAt("b.tf", 3, 5, 2), severity: "error" }),
      findingWith({ severity: "notice", directory: "prod" }),
    ];
    const errors = [{ message: "no closing brace", hint: "close it", file: "c.tf", line: 2, column: 4 }];
    const sources = new Map([["a.tf", 'email = "Ünï@example.com"']]);
    expect(formatRdjson(reportWith(findings, errors, sources), CONTEXT)).toMatchSnapshot();
  });

  it("suggests the edits of a fix as one, in bytes, if they are all in the finding's file", () => {
    const text = 'ü = "Kim" # Lee\n';
    const finding = findingWith({ range: rangeAt("a.tf", 1, 5, 5) });
    const edits = [
      { file: "a.tf", start: text.indexOf("K"), end: text.indexOf("K") + 1, text: "k" },
      { file: "a.tf", start: text.indexOf("L"), end: text.indexOf("L") + 1, text: "l" },
    ];
    const suggested = (all: typeof edits) => {
      const fixes = new Map([[finding, { title: "Fix it", edits: all }]]);
      const printed = formatRdjson({ ...reportWith([finding], [], new Map([["a.tf", text]])), fixes }, CONTEXT);
      expect(complaints(printed)).toBeUndefined();
      return JSON.parse(printed).diagnostics[0].suggestions;
    };
    expect(suggested(edits)).toEqual([
      { range: { start: { line: 1, column: 7 }, end: { line: 1, column: 15 } }, text: 'kim" # l' },
    ]);
    expect(suggested([...edits, { file: "b.tf", start: 0, end: 0, text: "x" }])).toBeUndefined();
  });

  it("has no diagnostics when all is well", () => {
    expect(complaints(formatRdjson(reportWith([]), CONTEXT))).toBeUndefined();
    expect(JSON.parse(formatRdjson(reportWith([]), CONTEXT)).diagnostics).toEqual([]);
  });
});
