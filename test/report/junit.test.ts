import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatJunit } from "../../src/report/junit.js";
import {
  CONTEXT,
  EVERYTHING,
  findingWith,
  hostileReport,
  rangeAt,
  reportWith,
  roleFinding,
  wellFormedText,
} from "./hostile.js";
import { xmlComplaints } from "./schemas.js";

describe("formatJunit", () => {
  it("matches the schema for any names and messages", async () => {
    const texts = fc.sample(hostileReport, 100).map((report) => formatJunit(report, CONTEXT));
    expect(texts.filter((text) => !wellFormedText(text))).toEqual([]);
    expect(await xmlComplaints("junit.xsd", ...texts)).toBeUndefined();
  });

  it("has nothing that XML cannot hold", () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        expect(formatJunit(report, CONTEXT)).toMatch(/^(?:[\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}])*$/u);
      }),
    );
  });

  it("has a suite for each root module: failures, notices that pass, and a test that passes where nothing was found", async () => {
    const findings = [
      findingWith({ range: rangeAt("a.tf", 3, 5, 2), address: 'openai_invite.team["kim"]', directory: "prod" }),
      findingWith({ range: rangeAt("a.tf", 9), severity: "notice", directory: "prod" }),
      roleFinding("</failure>]]>", { directory: "stage & test", address: EVERYTHING }),
    ];
    const errors = [{ message: "no closing brace", hint: "close it", file: "b.tf", line: 2, column: 4 }];
    const report = { ...reportWith(findings, errors), directories: ["prod", "clean"] };
    const text = formatJunit(report, CONTEXT);
    expect(await xmlComplaints("junit.xsd", text)).toBeUndefined();
    expect(text).toMatchSnapshot();
  });

  it.each([
    ["never", 0],
    ["error", 1],
    ["warning", 2],
    ["notice", 3],
  ] as const)("has failures as --fail-on %s has them", (failOn, failures) => {
    const findings = (["error", "warning", "notice"] as const).map((severity) => findingWith({ severity }));
    const text = formatJunit(reportWith(findings), { ...CONTEXT, failOn });
    expect(text).toMatch(new RegExp(`<testsuites [^>]*tests="3" failures="${failures}"`));
    expect(text.match(/<failure /g) ?? []).toHaveLength(failures);
    expect(text.match(/<system-out>/g) ?? []).toHaveLength(3 - failures);
  });

  it("passes a test when all is well, so that CI shows something", async () => {
    const text = formatJunit(reportWith([]), CONTEXT);
    expect(await xmlComplaints("junit.xsd", text)).toBeUndefined();
    expect(`\n${text}`).toMatchSnapshot();
  });
});
