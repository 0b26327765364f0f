import { maskOpenAiKeys } from "../../base/secrets.js";
import type { Finding, FindingArguments, RuleId } from "../../invites/rules/finding.js";
import type { RULES } from "../../invites/rules/registry.js";
import type { Needs } from "../../invites/rules/rule.js";
import { LIVE_RULES } from "./live-rules.js";
import { PLAN_RULES } from "./plan-rules.js";
import { STATIC_RULES } from "./static-rules.js";

/** What a finding says: a title that fits a line, and what follows from it. Neither repeats the address. */
export interface FindingWords {
  readonly title: string;
  readonly detail: string;
}

interface RuleMessage<Id extends RuleId> {
  /** What the rule finds, for lists of rules. */
  readonly summary: string;
  readonly message: (given: FindingArguments[Id]) => FindingWords;
}

/** A message for every rule that reads the same. */
export type RuleMessages<Needed extends Needs> = {
  readonly [Id in RuleId as (typeof RULES)[Id]["needs"] extends Needed ? Id : never]: RuleMessage<Id>;
};

/** The message of every rule: one that is missing does not compile. */
const MESSAGES: { readonly [Id in RuleId]: RuleMessage<Id> } = { ...STATIC_RULES, ...LIVE_RULES, ...PLAN_RULES };

/** The words of a finding, made from its rule and arguments. */
export function wordsOf<Id extends RuleId>(finding: Finding<Id>): FindingWords {
  const { title, detail } = MESSAGES[finding.rule].message(finding.arguments);
  // What is no rule, role or id where one belongs may be a key.
  return { title: maskOpenAiKeys(title), detail: maskOpenAiKeys(detail) };
}

/** The finding in one line, for formats that have no more room. */
export function messageOf(finding: Finding): string {
  const { title, detail } = wordsOf(finding);
  return `${title}: ${detail}`;
}

/** What a rule finds, in a few words. */
export function summaryOf(rule: RuleId): string {
  return MESSAGES[rule].summary;
}
