import { count } from "../base/phrases.js";
import { type Finding, SEVERITIES } from "../invites/rules/finding.js";
import { failsFrom } from "../report/severity.js";

/** The process's exit codes, on which pipelines rely. */
export const EXIT = {
  ok: 0,
  /** Findings at or above `--fail-on`. */
  findings: 1,
  /** The job could not be done: usage, unreadable input, Terraform failed. */
  failed: 2,
  /** No such finding, but a status or the result of a planned action is unknown. */
  incomplete: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The least severity that makes a run fail. */
export const FAIL_ON = [...SEVERITIES, "never"] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** An exit code with the sentence that explains it on standard error. */
export interface ExitStatus {
  readonly code: ExitCode;
  readonly reason?: string;
}

/** What a run could not find out. */
export interface Gaps {
  /** Inputs that could not be read, or only in part. */
  readonly unread: number;
  /** What failed first, in a few words: `terraform state pull failed`. */
  readonly failure?: string;
  /** Invites whose status is not known. */
  readonly unknown: number;
  /** Module calls that could not be followed: what they declare is unknown. */
  readonly unresolved?: number;
  /** Blocks whose instances are unknown; each counts in `unknown`, too. */
  readonly unlisted?: number;
  /** Planned actions without a verdict, since too little is known of the person. */
  readonly undecided?: number;
  /** Organizations whose invites could not all be listed, where the list was wanted. */
  readonly organizations?: number;
  /** Whether the plan is errored, incomplete, or made from another state. */
  readonly planInDoubt?: boolean;
}

/** The exit status of a run that reports findings. */
export function exitOfFindings(findings: readonly Finding[], failOn: FailOn, gaps: Gaps): ExitStatus {
  // An apply would do something else than what was found in it.
  if (gaps.planInDoubt === true) return { code: EXIT.failed, reason: failureIn(gaps) };
  const bad = findings.filter(({ severity }) => failsFrom(failOn, severity));
  if (bad.length > 0) return { code: EXIT.findings, reason: countsOf(bad) };
  return exitOfGaps(gaps);
}

/** The exit status of a run that only has to know everything. */
export function exitOfGaps(gaps: Gaps): ExitStatus {
  const { unread, unknown, unresolved = 0, undecided = 0, organizations = 0 } = gaps;
  if (unread > 0) return { code: EXIT.failed, reason: failureIn(gaps) };
  const incomplete = (reason: string): ExitStatus => ({ code: EXIT.incomplete, reason });
  if (unknown > 0) return incomplete(`the status of ${count(unknown, "invite")} is unknown`);
  if (unresolved > 0) return incomplete(`the contents of ${count(unresolved, "module")} are unknown`);
  if (organizations > 0) {
    const whose = organizations === 1 ? "an organization" : `${organizations} organizations`;
    return incomplete(`the invites of ${whose} could not all be listed`);
  }
  if (undecided > 0) return incomplete(`no verdict on ${count(undecided, "planned action")}`);
  return { code: EXIT.ok };
}

/** What failed, for the exit line. */
export function failureIn({ unread, failure }: Pick<Gaps, "unread" | "failure">): string {
  return failure ?? `${count(unread, "error")}, see above`;
}

/** `7 errors, 1 warning`. */
function countsOf(findings: readonly Finding[]): string {
  const counts = SEVERITIES.map(
    (severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const,
  );
  return counts
    .filter(([, number]) => number > 0)
    .map(([severity, number]) => count(number, severity))
    .join(", ");
}
