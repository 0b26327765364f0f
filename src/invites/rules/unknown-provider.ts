import type { Rule } from "./rule.js";

export const unknownProvider: Rule = {
  id: "unknown-provider",
  severity: "notice",
  title: "a provider that tfinvite does not know",
  fixable: false,
  needs: "static",
  find: () => [],
};
