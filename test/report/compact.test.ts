import fc from "fast-check";
import { expect, it } from "vitest";
import { formatCompact } from "../../src/report/compact.js";
import { findingWith, hostileReport, rangeAt, reportWith } from "./hostile.js";

it("has one line per finding, for any texts in it", () => {
  fc.assert(
    fc.property(hostileReport, (report) => {
      expect(formatCompact(report).match(/\n/g) ?? []).toHaveLength(report.findings.length);
    }),
  );
});

it("begins with the place, or with the directory of a finding without a place", () => {
  const findings = [findingWith({ range: rangeAt("a.tf", 3) }), findingWith({ directory: "prod", severity: "notice" })];
  const places = formatCompact(reportWith(findings)).split("\n");
  expect(places[0]).toMatch(/^a\.tf:3:1: warning: .* \[duplicate-invite\]$/);
  expect(places[1]).toMatch(/^prod: notice: .* \[duplicate-invite\]$/);
});
