import type { Rule } from "./rule.js";

export const mixedCaseEmail: Rule = {
  id: "mixed-case-email",
  severity: "notice",
  title: "an e-mail address in mixed case",
  fixable: true,
  needs: "static",
  find: () => [],
};
