import { aboutChange, mayCome, mayFail, plannedChanges, undoPlanned, wasDropped } from "./about-plan.js";
import type { Rule } from "./rule.js";

/** The plan sends an invite to somebody who has had one: by replacing it, or because the refresh dropped it. */
export const resend: Rule = {
  id: "resend",
  severity: "warning",
  title: "somebody is mailed again",
  fixable: false,
  needs: "plan",
  find(assessment) {
    return (
      plannedChanges(assessment, "create", "replace", "replace-create-first", "replace-forgetting")
        .filter((change) => change.operation !== "create" || wasDropped(assessment, change))
        // Whoever is invited in somebody's place has had no mail yet.
        .filter(({ invitee }) => invitee === undefined)
        // Whoever asks for a replacement wants the mail.
        .filter(({ causes }) => !causes.some(({ kind }) => kind === "requested"))
        .filter((change) => mayCome(change, ({ mails }) => mails) && !mayFail(change))
        .map((change) => {
          const remedy = undoPlanned(change);
          return {
            rule: "resend" as const,
            ...aboutChange(assessment, change),
            ...(remedy !== undefined && { remedy }),
          };
        })
    );
  },
};
