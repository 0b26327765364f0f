import type { InviteObject } from "../inventory.js";
import { isMadeUp } from "../made-up-id.js";
import type { Invitee, StandingReport } from "../standing.js";
import type { Situation } from "./outcome.js";

const BOTH = [true, false] as const;
/** How an invite may stand of which nothing is known but that it was sent. */
const ANYHOW: readonly Pick<Situation, "standing" | "member">[] = [
  { standing: "accepted", member: true },
  { standing: "departed", member: false },
  { standing: "pending", member: false },
  { standing: "joined", member: true },
  { standing: "expired", member: false },
  { standing: "expired", member: true },
  { standing: "missing", member: false },
  { standing: "missing", member: true },
];

/**
 * Every situation that an object of the state may be in, by what is known of it: one after a look-up, several where it
 * failed. Accepted is final, so a state that says so narrows it down without one. `invitee` is whom a replacement
 * invites, where that is somebody else.
 */
export function situationsOf(report: StandingReport, object: InviteObject | undefined, invitee?: Invitee): Situation[] {
  const rest = { invitedElsewhere: report.otherInvite !== undefined, madeUp: object !== undefined && isMadeUp(object) };
  const situations = standingsOf(report, object).map((known) => ({ ...known, ...rest }));
  if (invitee === undefined) return situations;
  const { isMember, otherInvite } = invitee;
  const members = isMember === undefined ? BOTH : [isMember];
  return situations.flatMap((situation) =>
    members.map((member) => ({ ...situation, invitee: { member, invitedElsewhere: otherInvite !== undefined } })),
  );
}

function standingsOf(
  { standing, isMember }: StandingReport,
  object: InviteObject | undefined,
): readonly Pick<Situation, "standing" | "member">[] {
  const members = isMember === undefined ? BOTH : [isMember];
  switch (standing) {
    case "accepted":
      return members.map((member) => ({ standing: member ? "accepted" : "departed", member }));
    case "joined":
      return [{ standing, member: true }];
    case "departed":
    case "pending":
      return [{ standing, member: false }];
    case "expired":
    case "missing":
    case "unsent":
      return members.map((member) => ({ standing, member }));
    case "unknown": {
      if (object === undefined) return BOTH.map((member) => ({ standing: "unsent", member }));
      const { status, acceptedAt } = object.recorded;
      if (status === "accepted" || acceptedAt !== undefined) return ANYHOW.slice(0, 2);
      return ANYHOW;
    }
  }
}
