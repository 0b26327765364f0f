import { describe, expect, it } from "vitest";
import type { Severity } from "../../src/invites/rules/finding.js";
import { directoriesText, summaryByDirectory } from "../../src/report/by-directory.js";
import type { Report } from "../../src/report/report.js";
import { findingWith, reportWith } from "./hostile.js";

function report(severities: Readonly<Record<string, readonly Severity[]>>, more: Partial<Report> = {}): Report {
  const findings = Object.entries(severities).flatMap(([directory, all]) =>
    all.map((severity) => findingWith({ severity, directory })),
  );
  return { ...reportWith(findings), mode: "live", directories: Object.keys(severities), ...more };
}

describe("summaryByDirectory", () => {
  it("counts the findings of each root module, also of one without, and names the worst", () => {
    const none = { invites: 0, used: 0, unknown: 0, error: 0, warning: 0, notice: 0 };
    expect(summaryByDirectory(report({ b: ["notice", "error", "error"], a: [], c: ["notice"] }))).toEqual([
      { ...none, directory: "b", error: 2, notice: 1, worst: "error" },
      { ...none, directory: "a" },
      { ...none, directory: "c", notice: 1, worst: "notice" },
    ]);
  });
});

describe("directoriesText", () => {
  it("names the few that need action, the worst first", () => {
    const many = Object.fromEntries(Array.from({ length: 197 }, (_, index) => [`r${index}`, []]));
    const text = directoriesText(report({ ...many, a: ["warning"], b: ["notice"], c: ["error", "warning"] }), {});
    expect(text).toBe("2 of 200 root modules need action: c (1 error, 1 warning), a (1 warning)");
  });

  it("counts those beyond the tenth", () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`r${index}`, ["error"] as const]));
    expect(directoriesText(report(many), {})).toMatch(/^12 of 12 .* r9 \(1 error\) and 2 more$/);
  });

  it("says that none does only if all could be read", () => {
    expect(directoriesText(report({ a: [], b: ["notice"] }), {})).toBe("none of 2 root modules needs action");
    expect(directoriesText(report({ a: [], b: [] }, { errors: [{ message: "no such file" }] }), {})).toBeUndefined();
  });

  it("says nothing about one root module, nor by lint", () => {
    expect(directoriesText(report({ a: ["error"] }), {})).toBeUndefined();
    expect(directoriesText(report({ a: ["error"], b: [] }, { mode: "static" }), {})).toBeUndefined();
  });
});
