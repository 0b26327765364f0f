import { createHash } from "node:crypto";
import type { Severity } from "../invites/rules/finding.js";
import { errorMessage, findingMessage } from "./finding-text.js";
import { fingerprintsOf } from "./fingerprints.js";
import { type Place, placeFinder, placeOfError } from "./places.js";
import type { Report, ReportError } from "./report.js";
import type { CommandContext } from "./style.js";

/** GitLab's words for how bad something is, from `info` to `blocker`. */
const SEVERITIES = { error: "critical", warning: "major", notice: "info" } as const satisfies Record<Severity, string>;

interface CodeQualityIssue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: "info" | "minor" | "major" | "critical" | "blocker";
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end?: number } };
}

/** GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export function formatGitlab(report: Report, { checkoutPrefix = "" }: CommandContext): string {
  const fingerprints = fingerprintsOf(report);
  const placeOf = placeFinder(report, checkoutPrefix);
  const issues: CodeQualityIssue[] = [
    ...errorIssues(report, checkoutPrefix),
    ...report.findings.map((finding) => ({
      // GitLab shows no other text of it.
      description: `${findingMessage(finding)} (${finding.docs})`,
      check_name: finding.rule,
      fingerprint: fingerprints.get(finding) ?? "",
      severity: SEVERITIES[finding.severity],
      location: locationOf(placeOf(finding)),
    })),
  ];
  return `${JSON.stringify(issues, null, 2)}\n`;
}

/** What could not be read stands beside the findings: without it, an empty report would look like a clean one. */
function errorIssues(report: Report, prefix: string): CodeQualityIssue[] {
  const seen = new Map<string, number>();
  return report.errors.map((error) => {
    const key = keyOf(error);
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return {
      description: errorMessage(error).replaceAll("\n", " "),
      check_name: "not-read",
      fingerprint: createHash("sha256").update(`not-read${key}#${number}`).digest("hex"),
      severity: "critical",
      location: locationOf(placeOfError(error, report, prefix)),
    };
  });
}

function keyOf({ file = "", address = "", message }: ReportError): string {
  return JSON.stringify([file, address, message]);
}

function locationOf({ file, start, end }: Place): CodeQualityIssue["location"] {
  return { path: file, lines: { begin: start?.line ?? 1, ...(end !== undefined && { end: end.line }) } };
}
