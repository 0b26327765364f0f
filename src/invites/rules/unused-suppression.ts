import type { Rule } from "./rule.js";

export const unusedSuppression: Rule = {
  id: "unused-suppression",
  severity: "warning",
  title: "a suppression comment without effect",
  fixable: true,
  needs: "static",
  // Whoever applies the comments and the baseline finds these, after every other rule has spoken.
  find: () => [],
};
