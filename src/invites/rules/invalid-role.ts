import type { Rule } from "./rule.js";

export const invalidRole: Rule = {
  id: "invalid-role",
  severity: "error",
  title: "a role that OpenAI refuses",
  fixable: false,
  needs: "static",
  find: () => [],
};
