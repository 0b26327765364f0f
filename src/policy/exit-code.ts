import { count } from "../base/phrases.js";
import { type Finding, SEVERITIES } from "../invites/rules/finding.js";

/** The process's exit codes; other people's pipelines rely on them. */
export const EXIT = {
  ok: 0,
  /** Findings at or above `--fail-on`. */
  findings: 1,
  /** The job could not be done: usage, unreadable input, Terraform failed. */
  failed: 2,
  /** No such finding, but some status stayed unknown, or what comes of a planned action. */
  incomplete: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** From which severity on a run fails. */
export const FAIL_ON = [...SEVERITIES, "never"] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** An exit code with the sentence that explains it on standard error. */
export interface ExitStatus {
  readonly code: ExitCode;
  readonly reason?: string;
}

/** What a run could not find out. */
export interface Gaps {
  /** Inputs that could not be read, or not wholly. */
  readonly unread: number;
  /** Invites whose status is not known. */
  readonly unknown: number;
  /** Module calls that could not be followed, so that nobody knows what they declare. */
  readonly unresolved?: number;
  /** Blocks whose instances are not known; each is among `unknown` too. */
  readonly unlisted?: number;
  /** Planned actions that nothing can be said of before more is known of the person. */
  readonly undecided?: number;
  /** Organizations whose invites could not all be listed, where that was asked for. */
  readonly organizations?: number;
  /** A plan that broke off, is incomplete, or was made from another state. */
  readonly planInDoubt?: boolean;
}

/** The exit status of a run that reports findings. */
export function exitOfFindings(findings: readonly Finding[], failOn: FailOn, gaps: Gaps): ExitStatus {
  // What was found in it is not what an apply would do.
  if (gaps.planInDoubt === true) return { code: EXIT.failed, reason: "the plan cannot be relied upon" };
  if (failOn !== "never") {
    const bad = findings.filter((finding) => SEVERITIES.indexOf(finding.severity) <= SEVERITIES.indexOf(failOn));
    if (bad.length > 0) return { code: EXIT.findings, reason: `${count(bad.length, "finding")} at or above ${failOn}` };
  }
  return exitOfGaps(gaps);
}

/** The exit status of a run that only has to know everything. */
export function exitOfGaps({ unread, unknown, unresolved = 0, undecided = 0, organizations = 0 }: Gaps): ExitStatus {
  if (unread > 0) return { code: EXIT.failed, reason: "some of the input could not be read" };
  if (unknown > 0)
    return { code: EXIT.incomplete, reason: `incomplete, the status of ${count(unknown, "invite")} is not known` };
  if (unresolved > 0)
    return { code: EXIT.incomplete, reason: `incomplete, what ${count(unresolved, "module")} declares is not known` };
  if (organizations > 0) {
    const whose = organizations === 1 ? "an organization" : `${organizations} organizations`;
    return { code: EXIT.incomplete, reason: `incomplete, the invites of ${whose} could not all be listed` };
  }
  if (undecided > 0)
    return { code: EXIT.incomplete, reason: `incomplete, no verdict on ${count(undecided, "planned action")}` };
  return { code: EXIT.ok };
}
