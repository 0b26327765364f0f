import type { Rule } from "./rule.js";

export const leftoverForgetBlock: Rule = {
  id: "leftover-forget-block",
  severity: "warning",
  title: "a moved or removed block that has done its work",
  fixable: true,
  needs: "static",
  find: () => [],
};
