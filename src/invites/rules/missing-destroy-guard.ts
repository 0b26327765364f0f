import type { Rule } from "./rule.js";

export const missingDestroyGuard: Rule = {
  id: "missing-destroy-guard",
  severity: "notice",
  title: "an invite that nothing keeps from being destroyed",
  fixable: true,
  needs: "static",
  find: () => [],
};
