import { defined } from "../base/defined.js";
import type { Invite, User } from "../openai/types.js";

/**
 * What is true of an invite now.
 *
 * - `joined`: the API still says pending, but the person was added after it was sent, and by no other invite of theirs.
 * - `departed`: accepted, and no member has this address.
 * - `missing`: it has an id, and the API does not know it.
 * - `not-sent`: it is configured and not in the state; the next apply sends it.
 * - `unknown`: it could not be looked up; the reason says why.
 */
export const INVITE_STATUSES = [
  "accepted",
  "joined",
  "departed",
  "expired",
  "missing",
  "pending",
  "not-sent",
  "unknown",
] as const;

export type InviteStatus = (typeof INVITE_STATUSES)[number];

const USED: ReadonlySet<InviteStatus> = new Set<InviteStatus>(["accepted", "joined", "departed"]);

/** A used invite can only be forgotten: OpenAI refuses to delete it, and it can't be accepted again. */
export function isUsed(status: InviteStatus): boolean {
  return USED.has(status);
}

/** What decides whether OpenAI invites someone. What is absent is not known. */
export type Invitee = Pick<StatusReport, "isMember" | "otherInvites">;

/** A status with what it rests on. Times are Unix seconds. */
export interface StatusReport extends Omit<RecordedStatus, "status"> {
  readonly status: InviteStatus;
  /** Why it is unknown, or where the knowledge comes from when that is not the API. */
  readonly reason?: string;
  /** The user id of the person, where they are a member. */
  readonly memberId?: string;
  /** True where the API was asked and the person is a member of the organization. */
  readonly isMember?: boolean;
  /** The ids of other invites of the same person that are pending. Known only where the whole list was read. */
  readonly otherInvites?: readonly string[];
  /** Of a pending one: true where the person may have joined by it, though there is no evidence. */
  readonly mayHaveJoined?: true;
  /** Whom the plan invites at this address, where that was looked up. */
  readonly invitee?: Invitee;
  /** The projects that OpenAI has for the invite, where it was looked up. */
  readonly projects?: Invite["projects"];
}

/** What was found out about one invite. */
export interface InviteAssessment extends StatusReport {
  /** The status of every object in the state, the current one first, deposed ones after it. */
  readonly objects: readonly StatusReport[];
}

/** What is known of an invite that was not looked up. */
export const NOT_LOOKED_UP: StatusReport = { status: "unknown", reason: "it was not looked up" };

/** What was learned about one question: the answer, that no answer exists, or why it could not be asked. */
export type LookUpAnswer<T> =
  | { readonly kind: "found"; readonly value: T }
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "not-asked" };

/** Whether another invite of the person was accepted, or may have been; a text where the list that tells was not read. */
export type OtherAccepted = boolean | { readonly reason: string };

/** The status of an invite that has an id, from what the API said about it and about its person. */
export function statusOf(
  invite: LookUpAnswer<Invite>,
  member: LookUpAnswer<User>,
  now: number,
  otherAccepted: OtherAccepted = false,
): StatusReport {
  if (invite.kind === "failed") return { status: "unknown", reason: invite.reason };
  if (invite.kind === "not-asked") return NOT_LOOKED_UP;
  const membership = membershipOf(member);
  if (invite.kind === "absent") return { status: "missing", ...membership };
  const times = { ...timesOf(invite.value), projects: invite.value.projects };
  if (isAccepted(invite.value)) {
    // Used either way, also where it could not be asked whether the person stayed.
    return { status: member.kind === "absent" ? "departed" : "accepted", ...times, ...membership };
  }
  if (invite.value.status === "expired") return { status: "expired", ...times, ...membership };
  if (invite.value.status !== "pending") {
    return {
      status: "unknown",
      reason: `OpenAI gave it the status "${printable(invite.value.status)}", which tfinvite does not know`,
      ...times,
    };
  }
  if (member.kind === "failed")
    return { status: "unknown", reason: `whether the person is a member: ${member.reason}`, ...times };
  const doubt = mayHaveJoined(invite.value, member);
  if (doubt && otherAccepted === false) return { status: "joined", ...times, ...membership };
  if (doubt && typeof otherAccepted === "object") {
    const reason = `whether the person joined by another invite: ${otherAccepted.reason}`;
    return { status: "unknown", reason, ...times, ...membership };
  }
  const status = isPast(invite.value, now) ? "expired" : "pending";
  return { status, ...times, ...membership, ...(doubt && { mayHaveJoined: true }) };
}

/** Whether the API says that it was accepted. */
export function isAccepted({ status, acceptedAt }: RecordedStatus): boolean {
  return status === "accepted" || acceptedAt !== undefined;
}

/** Whether an invite can be accepted. */
export function isPending(invite: Invite, now: number): boolean {
  return invite.status === "pending" && !isAccepted(invite) && !isPast(invite, now);
}

/** Whether the person was added when an invite that still says pending was there to be accepted. */
export function mayHaveJoined(invite: Invite, member: LookUpAnswer<User>): boolean {
  if (invite.status !== "pending" || isAccepted(invite) || member.kind !== "found") return false;
  const { sentAt } = invite;
  const { addedAt } = member.value;
  return sentAt !== undefined && addedAt !== undefined && addedAt >= sentAt;
}

/** The status of an invite that is configured only: nothing was sent, and membership is all there is to know. */
export function statusOfNotSent(member: LookUpAnswer<User>): StatusReport {
  if (member.kind === "failed")
    return { status: "unknown", reason: `whether the person is a member: ${member.reason}` };
  return { status: "not-sent", ...membershipOf(member) };
}

/** What the state recorded at its last refresh. Membership is not known from it, so nothing is ever `joined` or `departed` here. */
export interface RecordedStatus {
  readonly status?: string;
  readonly sentAt?: number;
  readonly expiresAt?: number;
  readonly acceptedAt?: number;
}

/** The status as the state tells it, for `--offline`. */
export function recordedStatus(recorded: RecordedStatus, now: number): StatusReport {
  const times = timesOf(recorded);
  const reason = "as the state recorded it";
  if (isAccepted(recorded)) return { status: "accepted", reason, ...times };
  if (recorded.status === "expired") return { status: "expired", reason, ...times };
  if (recorded.status !== "pending") return { status: "unknown", reason: "the state holds no status for it", ...times };
  return { status: isPast(recorded, now) ? "expired" : "pending", reason, ...times };
}

function isPast({ expiresAt }: Pick<RecordedStatus, "expiresAt">, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

function membershipOf(member: LookUpAnswer<User>): Pick<StatusReport, "memberId" | "isMember"> {
  if (member.kind === "found") return { memberId: member.value.id, isMember: true };
  if (member.kind === "absent") return { isMember: false };
  return {};
}

function timesOf({ sentAt, expiresAt, acceptedAt }: RecordedStatus): Omit<RecordedStatus, "status"> {
  return defined({ sentAt, expiresAt, acceptedAt });
}

function printable(text: string): string {
  return JSON.stringify(text.slice(0, 40)).slice(1, -1);
}
