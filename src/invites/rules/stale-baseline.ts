import type { Rule } from "./rule.js";

export const staleBaseline: Rule = {
  id: "stale-baseline",
  severity: "notice",
  title: "a baseline entry that matches nothing any more",
  fixable: false,
  needs: "static",
  // Whoever applies the comments and the baseline finds these, after every other rule has spoken.
  find: () => [],
};
