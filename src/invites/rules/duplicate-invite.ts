import type { Rule } from "./rule.js";

export const duplicateInvite: Rule = {
  id: "duplicate-invite",
  severity: "warning",
  title: "one person invited twice",
  fixable: false,
  needs: "static",
  find: () => [],
};
