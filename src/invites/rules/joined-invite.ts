import { assessedObjects, forgetObject, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** The API still says pending, but the person is a member: the trap is set already. */
export const joinedInvite: Rule = {
  id: "joined-invite",
  severity: "warning",
  title: "an invite that still reads pending, though the person is a member",
  fixable: false,
  needs: "live",
  find(assessment) {
    return assessedObjects(assessment)
      .filter(({ status }) => status.status === "joined")
      .map((found) => {
        const { memberId } = found.status;
        const remedy = forgetObject(assessment, found);
        return {
          rule: "joined-invite" as const,
          ...inviteLocation(found.entry),
          arguments: {
            ...inviteArguments(found.entry, found.object),
            ...(memberId !== undefined && { memberId }),
          },
          ...(remedy !== undefined && { remedy }),
        };
      });
  },
};
