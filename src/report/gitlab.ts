import type { Severity } from "../invites/rules/finding.js";
import { jsonDocument } from "./escape.js";
import { findingWithFix } from "./finding-text.js";
import { fingerprinter, fingerprintsOf } from "./fingerprints.js";
import { diagnosticsOf } from "./places.js";
import type { Report } from "./report.js";
import type { CommandContext } from "./style.js";

/** GitLab's words for how bad something is, out of `info`, `minor`, `major`, `critical` and `blocker`. */
const SEVERITIES = { error: "critical", warning: "major", notice: "info" } as const satisfies Record<Severity, string>;

/** What is called a check where no rule found anything. */
const NAMES = { run: "not-looked-up", error: "not-read" } as const;

/**
 * GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 *
 * What could not be read is listed beside the findings: without it, an empty report would look like a clean one.
 */
export function formatGitlab(report: Report, context: CommandContext): string {
  const fingerprints = fingerprintsOf(report, context);
  const fingerprintOfError = fingerprinter();
  const issues = diagnosticsOf(report, context.checkoutPrefix).map(({ place, severity, message, finding, error }) => ({
    // GitLab shows no other text of it.
    description:
      finding === undefined
        ? message.replaceAll("\n", " ")
        : `${findingWithFix(finding, context, message)} (${finding.docs})`,
    check_name: finding?.rule ?? NAMES[error === undefined ? "run" : "error"],
    fingerprint:
      finding === undefined
        ? fingerprintOfError(
            `${NAMES[error === undefined ? "run" : "error"]}${JSON.stringify([error?.file ?? "", error?.address ?? "", error?.message])}`,
          )
        : fingerprints.get(finding),
    severity: SEVERITIES[severity],
    location: { path: place.file, lines: { begin: place.start?.line ?? 1, end: place.end?.line } },
  }));
  return jsonDocument(issues);
}
