import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCheckstyle } from "../../src/report/checkstyle.js";
import { EVERYTHING, findingWith, hostileReport, rangeAt, reportWith, wellFormedText } from "./hostile.js";
import { xmlComplaints } from "./schemas.js";

describe("formatCheckstyle", () => {
  it("matches the schema for any names and messages", async () => {
    const texts = fc.sample(hostileReport, 100).map((report) => formatCheckstyle(report));
    expect(texts.filter((text) => !wellFormedText(text))).toEqual([]);
    expect(await xmlComplaints("checkstyle.xsd", ...texts)).toBeUndefined();
  });

  it("merges file names that are the same in XML", async () => {
    const findings = ["\uD800.tf", "\uDC00.tf"].map((file) => findingWith({ range: rangeAt(file, 1) }));
    const text = formatCheckstyle(reportWith(findings));
    expect(await xmlComplaints("checkstyle.xsd", text)).toBeUndefined();
    expect(text.match(/<file /g)).toHaveLength(1);
  });

  it("has nothing that XML cannot hold, and keeps attributes in their quotes", () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        const text = formatCheckstyle(report);
        expect(text).toMatch(/^(?:[\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}])*$/u);
        const tags = text.match(/<error(?: [a-z]+="[^"<>]*")+\/>/g) ?? [];
        expect(tags.length).toBe(report.findings.length + report.errors.length);
      }),
    );
  });

  it("shows findings and errors by file", async () => {
    const findings = [
      findingWith({ range: rangeAt("a.tf", 3, 5, 2), address: 'openai_invite.team["kim"]' }),
      findingWith({ range: rangeAt("b & c.tf", 1), severity: "error", email: EVERYTHING }),
      findingWith({ range: rangeAt("./a.tf", 9), severity: "notice" }),
      findingWith({ directory: "prod" }),
    ];
    const errors = [
      { message: "no closing brace\nanywhere", file: "b & c.tf", line: 2, column: 4 },
      { message: "no key" },
    ];
    const text = formatCheckstyle(reportWith(findings, errors));
    expect(await xmlComplaints("checkstyle.xsd", text)).toBeUndefined();
    expect(text).toMatchSnapshot();
  });

  it("has no files when all is well", async () => {
    const text = formatCheckstyle(reportWith([]));
    expect(await xmlComplaints("checkstyle.xsd", text)).toBeUndefined();
    expect(text).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3"/>\n');
  });
});
