import type { Rule } from "./rule.js";

export const removedWithoutKeep: Rule = {
  id: "removed-without-keep",
  severity: "error",
  title: "a removed block that destroys invites",
  fixable: true,
  needs: "static",
  find: () => [],
};
