import type { Rule } from "./rule.js";

export const silentDestroyProvider: Rule = {
  id: "silent-destroy-provider",
  severity: "warning",
  title: "a provider that reports every destroy as done",
  fixable: false,
  needs: "static",
  find: () => [],
};
