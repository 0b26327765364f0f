import type { Discovery, RuleId, Severity } from "../finding.js";
import type { Assessment } from "../planned/assessment.js";

/** A rule: what it is called, how bad its findings are, and the pure function that finds them. */
export interface Rule {
  readonly id: RuleId;
  /** Severity unless the user sets another. */
  readonly severity: Severity;
  readonly title: string;
  /** True where `lint --fix` can put it right. */
  readonly fixable: boolean;
  /** `static` rules read files only; `live` rules need statuses; `plan` rules need a plan and statuses. */
  readonly needs: "static" | "live" | "plan";
  find(assessment: Assessment): readonly Discovery[];
}

/** What reports say of a rule beside its findings. */
export interface RuleFacts extends Pick<Rule, "id" | "title" | "severity"> {
  readonly docs: string;
}

export { SUPPRESSION_MARK } from "../providers/mentions.js";

/** The page that explains a rule. Pages are published with the package. */
export function docsUrl(id: RuleId): string {
  return `https://unpkg.com/tfinvite/docs/rules/${id}.md`;
}
