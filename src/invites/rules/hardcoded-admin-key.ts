import type { Rule } from "./rule.js";

export const hardcodedAdminKey: Rule = {
  id: "hardcoded-admin-key",
  severity: "error",
  title: "an API key written into the configuration",
  fixable: false,
  needs: "static",
  find: () => [],
};
