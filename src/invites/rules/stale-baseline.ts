import { defineRule, type Found } from "./rule.js";

/** The baseline file, as shown, with the rule and the address, file or directory of the entry. */
type StaleEntry = Readonly<Record<"baseline" | "rule" | "subject", string>>;

/** A baseline entry that no finding matches. policy/ finds these when it applies the baseline. */
export const staleBaseline = defineRule({
  id: "stale-baseline",
  severity: "notice",
  needs: "static",
  find: (): Found<StaleEntry>[] => [],
});
