import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatGitlab } from "../../src/report/gitlab.js";
import { findingWith, hostileReport, rangeAt, reportWith, wellFormedText } from "./hostile.js";
import { jsonComplaints } from "./schemas.js";

const complaints = jsonComplaints("gitlab-code-quality.schema.json");

const HERE = { command: () => undefined };

describe("formatGitlab", () => {
  it("matches the schema for any names and messages, with a fingerprint for each finding", () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        const text = formatGitlab(report, HERE);
        expect(complaints(text)).toBeUndefined();
        expect(text).not.toMatch(/\\ud[89a-f]/);
        const issues: { fingerprint: string; description: string }[] = JSON.parse(text);
        expect(issues.length).toBe(report.findings.length + report.errors.length);
        expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
        for (const { description } of issues)
          expect(wellFormedText(description) && !description.includes("\n")).toBe(true);
      }),
    );
  });

  it("shows findings and errors", () => {
    const findings = [
      findingWith({ range: rangeAt("./infra//a.tf", 3, 5, 2), address: "openai_invite.kim", directory: "infra" }),
      findingWith({ severity: "error", directory: "infra/" }),
      findingWith({ severity: "notice", directory: "." }),
    ];
    expect(
      formatGitlab(reportWith(findings, [{ message: "no closing brace", hint: "close it" }]), HERE),
    ).toMatchSnapshot();
  });

  it("is an empty list when all is well", () => {
    expect(formatGitlab(reportWith([]), HERE)).toBe("[]\n");
  });
});
