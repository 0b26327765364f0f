import { describe, expect, it } from "vitest";
import {
  INVITE_STATUSES,
  isUsed,
  type LookUpAnswer,
  recordedStatus,
  statusOf,
  statusOfNotSent,
} from "../../src/invites/status.js";
import type { Invite, User } from "../../src/openai/types.js";

const NOW = 1_800_000_000;

function invite(more: Partial<Invite>): LookUpAnswer<Invite> {
  return {
    kind: "found",
    value: { id: "invite-1", email: "kim@example.com", role: "reader", status: "pending", projects: [], ...more },
  };
}

const user = { id: "user-1", email: "kim@example.com", addedAt: NOW - 50 };
const member: LookUpAnswer<User> = { kind: "found", value: user };
const absent = { kind: "absent" } as const;
const failed = { kind: "failed", reason: "no network" } as const;
const notAsked = { kind: "not-asked" } as const;

describe("statusOf", () => {
  it.each([
    ["pending, and no member", invite({ expiresAt: NOW + 1 }), absent, "pending"],
    [
      "pending, and a member since: the status lags",
      invite({ sentAt: NOW - 99, expiresAt: NOW + 1 }),
      member,
      "joined",
    ],
    ["pending past its expiry, and a member since", invite({ sentAt: NOW - 99, expiresAt: NOW - 1 }), member, "joined"],
    ["pending, and a member before", invite({ sentAt: NOW - 9, expiresAt: NOW + 1 }), member, "pending"],
    [
      "pending past its expiry, and a member before",
      invite({ sentAt: NOW - 9, expiresAt: NOW - 1 }),
      member,
      "expired",
    ],
    ["pending, with no date of sending, and a member", invite({}), member, "pending"],
    ["pending past its expiry", invite({ expiresAt: NOW - 1 }), absent, "expired"],
    ["pending at its expiry", invite({ expiresAt: NOW }), absent, "expired"],
    ["pending without an expiry", invite({}), absent, "pending"],
    ["reported as expired", invite({ status: "expired", expiresAt: NOW + 9 }), absent, "expired"],
    ["expired, and a member by another way", invite({ status: "expired" }), member, "expired"],
    ["accepted, and a member", invite({ status: "accepted" }), member, "accepted"],
    ["accepted, and no longer a member", invite({ status: "accepted" }), absent, "departed"],
    ["accepted, membership could not be asked", invite({ status: "accepted" }), failed, "accepted"],
    ["pending, but with a time of acceptance", invite({ acceptedAt: NOW - 5 }), member, "accepted"],
    ["unknown to the API", absent, absent, "missing"],
    ["unknown to the API, and a member", absent, member, "missing"],
    ["not looked up", failed, notAsked, "unknown"],
    ["pending, membership could not be asked", invite({ expiresAt: NOW + 1 }), failed, "unknown"],
    ["of an unknown status", invite({ status: "revoked" }), member, "unknown"],
  ] as const)("%s", (_, answer, person, status) => {
    expect(statusOf(answer, person, NOW).status).toBe(status);
  });

  it("is joined only with evidence: no other invite of the person was or may have been accepted", () => {
    const sent = invite({ sentAt: NOW - 99 });
    expect(statusOf(sent, member, NOW, false).status).toBe("joined");
    expect(statusOf(sent, member, NOW, true)).toMatchObject({ status: "pending", isMember: true, mayHaveJoined: true });
    expect(statusOf(sent, member, NOW, { reason: "no network" })).toMatchObject({
      status: "unknown",
      reason: "whether the person joined by another invite: no network",
    });
    const { addedAt: _, ...undated } = user;
    expect(statusOf(sent, { kind: "found", value: undated }, NOW)).toMatchObject({ status: "pending", isMember: true });
  });

  it("says why it is unknown, and never treats unknown as used", () => {
    expect(statusOf(failed, notAsked, NOW)).toEqual({ status: "unknown", reason: "no network" });
    expect(statusOf(invite({ status: 'odd"\u001b[31m' }), member, NOW).reason).toBe(
      'OpenAI gave it the status "odd\\"\\u001b[31m", which tfinvite does not know',
    );
    expect(INVITE_STATUSES.filter(isUsed)).toEqual(["accepted", "joined", "departed"]);
  });

  it("carries the member's id, the times and the projects", () => {
    const projects = [{ id: "proj_a", role: "member" }];
    const accepted = invite({ status: "accepted", sentAt: 1, expiresAt: 2, acceptedAt: 3, projects });
    expect(statusOf(accepted, member, NOW)).toEqual({
      status: "accepted",
      projects,
      sentAt: 1,
      expiresAt: 2,
      acceptedAt: 3,
      memberId: "user-1",
      isMember: true,
    });
  });
});

describe("statusOfNotSent", () => {
  it.each([
    [member, { status: "not-sent", memberId: "user-1", isMember: true }],
    [absent, { status: "not-sent", isMember: false }],
    [notAsked, { status: "not-sent" }],
    [failed, { status: "unknown", reason: "whether the person is a member: no network" }],
  ] as const)("%o", (person, report) => {
    expect(statusOfNotSent(person)).toEqual(report);
  });
});

describe("recordedStatus", () => {
  it.each([
    [{ status: "accepted" }, "accepted"],
    [{ status: "pending", acceptedAt: 5 }, "accepted"],
    [{ status: "expired" }, "expired"],
    [{ status: "pending", expiresAt: NOW + 1 }, "pending"],
    [{ status: "pending", expiresAt: NOW - 1 }, "expired"],
    [{ status: "pending" }, "pending"],
    [{ status: "existing_user" }, "unknown"],
    [{}, "unknown"],
  ] as const)("%o is %s", (recorded, status) => {
    expect(recordedStatus(recorded, NOW).status).toBe(status);
  });
});
