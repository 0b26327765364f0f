import type { Rule } from "./rule.js";

export const inviteAsUser: Rule = {
  id: "invite-as-user",
  severity: "error",
  title: "an invite's id where a user's belongs",
  fixable: false,
  needs: "static",
  find: () => [],
};
