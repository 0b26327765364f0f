import { aboutChange, mayCome, mayFail, plannedChanges, REPLACEMENTS, undoPlanned, wasDropped } from "./about-plan.js";
import { defineRule } from "./rule.js";

/** The plan sends an invite to a person who has had one: by replacing it, or because the refresh dropped it. */
export const resend = defineRule({
  id: "resend",
  severity: "warning",
  needs: "plan",
  find: (assessment) =>
    plannedChanges(assessment, "create", ...REPLACEMENTS)
      .filter((change) => change.operation !== "create" || wasDropped(assessment, change))
      // Another person who is invited in this one's place has had no email yet.
      .filter(({ invitee }) => invitee === undefined)
      // A requested replacement is meant to send the email.
      .filter(({ causes }) => !causes.some(({ kind }) => kind === "requested"))
      .filter((change) => mayCome(change, ({ sendsInvitation }) => sendsInvitation) && !mayFail(change))
      .map((change) => ({ ...aboutChange(assessment, change), remedy: undoPlanned(change) })),
});
