import { defined } from "../../base/defined.js";
import type { InviteObject } from "../inventory.js";
import { isSyntheticId } from "../providers/registry.js";
import type { Invitee, StatusReport } from "../status.js";
import type { Situation } from "./outcome.js";

const BOTH = [true, false] as const;
/** What may be true of an invite if we know only that it was sent. */
const ANYHOW: readonly Pick<Situation, "status" | "member">[] = [
  { status: "accepted", member: true },
  { status: "departed", member: false },
  { status: "pending", member: false },
  { status: "joined", member: true },
  { status: "expired", member: false },
  { status: "expired", member: true },
  { status: "missing", member: false },
  { status: "missing", member: true },
];

/**
 * Every situation that an object of the state may be in, by what is known of it: one after a look-up, several where it
 * failed. Accepted is final, so a state that says so narrows it down without one. `invitee` is whom a replacement
 * invites, where that is someone else.
 */
export function situationsOf(report: StatusReport, object: InviteObject | undefined, invitee?: Invitee): Situation[] {
  const ofObject = { syntheticId: isSyntheticId(object?.id), ...defined({ idAttributes: object?.idAttributes }) };
  const situations = statusesOf(report, object).flatMap((known) =>
    invitedElsewhere(report).map((invited) => ({ ...known, invitedElsewhere: invited, ...ofObject })),
  );
  if (invitee === undefined) return situations;
  const invitees = membersOf(invitee).flatMap((member) =>
    invitedElsewhere(invitee).map((invited) => ({ member, invitedElsewhere: invited })),
  );
  return situations.flatMap((situation) => invitees.map((one) => ({ ...situation, invitee: one })));
}

function membersOf({ isMember }: Invitee): readonly boolean[] {
  return isMember === undefined ? BOTH : [isMember];
}

function invitedElsewhere({ otherInvites }: Invitee): readonly boolean[] {
  return otherInvites === undefined ? BOTH : [otherInvites.length > 0];
}

function statusesOf(
  report: StatusReport,
  object: InviteObject | undefined,
): readonly Pick<Situation, "status" | "member">[] {
  const members = membersOf(report);
  const { status } = report;
  switch (status) {
    case "accepted":
      return members.map((member) => ({ status: member ? "accepted" : "departed", member }));
    case "joined":
      return [{ status, member: true }];
    case "departed":
      return [{ status, member: false }];
    case "pending": {
      const pending = { status, member: report.isMember === true } as const;
      return report.mayHaveJoined === true ? [pending, { status: "joined", member: true }] : [pending];
    }
    case "expired":
    case "missing":
    case "not-sent":
      return members.map((member) => ({ status, member }));
    case "unknown": {
      if (object === undefined) return BOTH.map((member) => ({ status: "not-sent", member }));
      const { status, acceptedAt } = object.recorded;
      if (status === "accepted" || acceptedAt !== undefined) return ANYHOW.slice(0, 2);
      return ANYHOW;
    }
  }
}
