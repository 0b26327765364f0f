import { defineRule, type Found } from "./rule.js";

export interface SuppressionArguments {
  /** `unused`: it silences nothing; `unknown-rule`: no such rule; `not-ignorable`: the settings forbid it; `no-rule`: it names none; `no-reason`: the settings require one; `expired`: its last day is over; `no-date`: `until` without a day. */
  readonly why: "unused" | "unknown-rule" | "not-ignorable" | "no-rule" | "no-reason" | "expired" | "no-date";
  readonly name?: string;
  /** What is written after `until`. */
  readonly until?: string;
  /** The rule that was probably meant. */
  readonly meant?: string;
}

/** A suppression comment without effect. policy/ finds these when it applies the comments. */
export const unusedSuppression = defineRule({
  id: "unused-suppression",
  severity: "warning",
  fixable: true,
  needs: "static",
  find: (): Found<SuppressionArguments>[] => [],
});
