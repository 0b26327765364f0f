import type { Severity } from "../invites/rules/finding.js";

/** The order in which findings are shown. */
export const WORST_FIRST = ["error", "warning", "notice"] as const satisfies readonly Severity[];

/** Whether a finding of a severity makes a run fail that fails from another one on. */
export function failsFrom(failOn: Severity | "never", severity: Severity): boolean {
  return failOn !== "never" && WORST_FIRST.indexOf(severity) <= WORST_FIRST.indexOf(failOn);
}
