import type { Rule } from "./rule.js";

export const unsupportedArgument: Rule = {
  id: "unsupported-argument",
  severity: "error",
  title: "an argument that this provider does not have",
  fixable: false,
  needs: "static",
  find: () => [],
};
