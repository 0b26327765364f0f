import type { Rule } from "./rule.js";

export const dataReadsOwnInvite: Rule = {
  id: "data-reads-own-invite",
  severity: "notice",
  title: "a data source that reads an invite managed beside it",
  fixable: false,
  needs: "static",
  find: () => [],
};
