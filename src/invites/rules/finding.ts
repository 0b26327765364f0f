import type { SourceRange } from "../../terraform/source-range.js";
import { INVITE_PREFILTER, PROVIDER_PREFILTER } from "../providers/registry.js";
import { KEY_PREFILTER } from "./admin-keys.js";
import type { RULES } from "./registry.js";
import type { RawFindingOf, Rule } from "./rule.js";

/** From worst to mildest. */
export const SEVERITIES = ["error", "warning", "notice"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** What a rule may be set to. */
export const RULE_SETTINGS = ["off", "notice", "warning", "error"] as const;

export type RuleSetting = (typeof RULE_SETTINGS)[number];

export type RuleId = keyof typeof RULES;

/** The type of each rule's arguments, as its `find` gives them. */
export type FindingArguments = {
  readonly [Id in RuleId]: (typeof RULES)[Id] extends Rule<Id, infer Arguments> ? Arguments : never;
};

/** A finding as its rule makes it, before the user's policy gives it a severity. */
export type RawFinding<Id extends RuleId = RuleId> = {
  readonly [One in Id]: RawFindingOf<One, FindingArguments[One]>;
}[Id];

/** A finding with what reports need beside it. */
export type Finding<Id extends RuleId = RuleId> = {
  readonly [One in Id]: RawFindingOf<One, FindingArguments[One]> & {
    /** The one that holds for this run. */
    readonly severity: Severity;
    /** The address of the page that explains the rule. */
    readonly docs: string;
  };
}[Id];

/** A finding that a comment or the baseline silences. */
export interface SilencedFinding {
  readonly finding: Finding;
  readonly by: "comment" | "baseline";
  /** The reason given in the comment. */
  readonly reason?: string;
  /** The comment. */
  readonly comment?: SourceRange;
  /** Its last day, `2027-01-31`, if it has one. */
  readonly until?: string;
  /** The baseline's file, as shown. */
  readonly baseline?: string;
}

/** What reports say about a rule beside its findings. */
export interface RuleFacts {
  readonly id: RuleId;
  /** The default one. */
  readonly severity: Severity;
  /** Whether `lint --fix` knows a fix for its findings. */
  readonly fixable: boolean;
  readonly docs: string;
}

/** Text that every suppression comment contains. */
export const SUPPRESSION_MARK = "tfinvite-ignore";

/** Text that makes a module worth linting. */
export const LINT_PREFILTER: readonly string[] = [
  ...INVITE_PREFILTER,
  ...PROVIDER_PREFILTER,
  ...KEY_PREFILTER,
  SUPPRESSION_MARK,
];
