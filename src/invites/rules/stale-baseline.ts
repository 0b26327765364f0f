import { defineRule, type Found } from "./rule.js";

export interface StaleArguments {
  /** The baseline file, as shown. */
  readonly baseline: string;
  /** The rule and the address, file or directory of the entry. */
  readonly rule: string;
  readonly subject: string;
}

/** A baseline entry that no finding matches. policy/ finds these when it applies the baseline. */
export const staleBaseline = defineRule({
  id: "stale-baseline",
  severity: "notice",
  needs: "static",
  find: (): Found<StaleArguments>[] => [],
});
