import type { ProviderStep } from "../providers/profile.js";
import { type Dialect, isKnown, type KnownDialect } from "../providers/registry.js";
import { type InviteStatus, isUsed } from "../status.js";

/** What a plan does with an invite. */
export const INVITE_OPERATIONS = [
  "no-op",
  "create",
  "update",
  "delete",
  /** Delete, then create. */
  "replace",
  /** Create, then delete: `create_before_destroy`. */
  "replace-create-first",
  "forget",
  /** Forget, then create: `lifecycle { destroy = false }`. */
  "replace-forgetting",
  /** Create, then forget the old one. */
  "replace-forgetting-create-first",
] as const;

export type InviteOperation = (typeof INVITE_OPERATIONS)[number];

/** Everything that an outcome depends on, once it is known. */
export interface Situation {
  readonly status: Exclude<InviteStatus, "unknown">;
  /** Whether the person is a member of the organization. */
  readonly member: boolean;
  /** Whether another invite of the same person is pending, beside the one that the situation is about. */
  readonly invitedElsewhere: boolean;
  /** Whether the id is one that a provider invented for someone who was a member from the start. */
  readonly syntheticId: boolean;
  /** Attributes of the object in the state that hold its id; absent if it has no id. */
  readonly idAttributes?: readonly string[];
  /** Whether the plan leaves it to the provider to fill in the projects of what it sends. */
  readonly projectsLeftOpen?: boolean;
  /** Whom a replacement invites, where that is another person than the one that the invite was sent to. */
  readonly invitee?: Pick<Situation, "member" | "invitedElsewhere">;
}

/** Why the provider's request is refused or has no effect. */
export type OutcomeReason =
  /** It was accepted, so OpenAI refuses to delete it. */
  | "accepted"
  /** OpenAI refuses to invite a member. */
  | "member"
  /** A second invite while one is pending. */
  | "invited"
  /** It no longer exists at OpenAI. */
  | "missing"
  /** The state lacks the attribute by which the provider asks for it. */
  | "unreadable"
  /** No projects are given, and the provider cannot send an invite without. */
  | "projects-left-open"
  /** The provider takes the answer to a sent invite for a failure. */
  | "sent-but-refused-by-provider"
  /** There is no editing in place. */
  | "no-update"
  /** What the provider does is not known. */
  | "provider";

/** What an operation on an invite does, with one provider in one situation. */
export interface Outcome {
  /** `in-name-only`: Terraform reports a success that did not happen. */
  readonly result: "succeeds" | "fails" | "in-name-only" | "unknown";
  /** The request that fails, or whose failure is not reported. */
  readonly step?: ProviderStep;
  readonly reason?: OutcomeReason;
  /**
   * What the state holds afterwards: the invite as before, nothing, the new invite, or the new one with the old one
   * deposed beside it.
   */
  readonly stateAfter: "kept" | "gone" | "new" | "new-and-deposed" | "unknown";
  /** Whether OpenAI sends an email to the person. */
  readonly sendsInvitation: boolean;
}

/** The result of an operation. The dialect says how a provider takes each answer of OpenAI; this says which answers it gets. */
export function outcomeOf(operation: InviteOperation, row: Dialect, situation: Situation): Outcome {
  if (operation === "no-op") return succeeds("kept");
  if (operation === "forget") return succeeds("gone");
  if (!isKnown(row)) return { result: "unknown", reason: "provider", stateAfter: "unknown", sendsInvitation: false };
  switch (operation) {
    case "update":
      // Terraform plans it only where the schema lets a change through that no provider can make.
      return fails("update", "no-update", "kept");
    case "create":
      return created(row, situation, "gone");
    case "delete":
      return deleted(row, situation);
    case "replace":
      return replaced(row, situation);
    case "replace-create-first":
      return replacedCreateFirst(row, situation);
    case "replace-forgetting":
      return created(row, inviting(situation), "gone");
    case "replace-forgetting-create-first":
      return created(row, inviting(situation), "kept");
  }
}

function succeeds(stateAfter: Outcome["stateAfter"], sendsInvitation = false): Outcome {
  return { result: "succeeds", stateAfter, sendsInvitation };
}

function fails(
  step: ProviderStep,
  reason: OutcomeReason,
  stateAfter: Outcome["stateAfter"],
  sendsInvitation = false,
): Outcome {
  return { result: "fails", step, reason, stateAfter, sendsInvitation };
}

/** The situation of the person who is invited, whom a replacement may change. */
function inviting({ invitee, ...situation }: Situation): Situation {
  return invitee === undefined ? situation : { ...situation, ...invitee, status: "not-sent" };
}

function deleted({ provider, ...row }: KnownDialect, { status, syntheticId, idAttributes }: Situation): Outcome {
  if (row.readBy !== undefined && idAttributes?.includes(row.readBy.attribute) === false)
    return fails("delete", "unreadable", "kept");
  // There is no such invite to delete, and the provider that invented the id knows that.
  if (syntheticId && provider.syntheticIds !== undefined) return succeeds("gone");
  if (isUsed(status)) {
    return row.destroyAccepted === "fails"
      ? fails("delete", "accepted", "kept")
      : { result: "in-name-only", step: "delete", reason: "accepted", stateAfter: "gone", sendsInvitation: false };
  }
  return status === "missing" && row.deleteMissing === "fails" ? fails("delete", "missing", "kept") : succeeds("gone");
}

/** `otherwise`: what the state holds where nothing is created. */
function created(
  row: KnownDialect,
  { status, member, invitedElsewhere, projectsLeftOpen }: Situation,
  otherwise: "gone" | "kept",
): Outcome {
  if (projectsLeftOpen === true && row.omittedProjects === "fails")
    return fails("create", "projects-left-open", otherwise);
  if (member) return row.createForMember === "adopts" ? succeeds("new") : fails("create", "member", otherwise);
  if (invitedElsewhere || status === "pending") return fails("create", "invited", otherwise);
  return row.createSent === "succeeds"
    ? succeeds("new", true)
    : fails("create", "sent-but-refused-by-provider", otherwise, true);
}

function replaced(row: KnownDialect, situation: Situation): Outcome {
  const first = deleted(row, situation);
  if (first.result === "fails") return first;
  // A pending invite is gone; an accepted one stays, even if the provider reported success to Terraform.
  const status = situation.status === "pending" ? "not-sent" : situation.status;
  const second = created(row, inviting({ ...situation, status }), "gone");
  // The new one exists, and so does the old one, although the provider reported it as deleted.
  return first.result === "in-name-only" && second.result === "succeeds"
    ? { ...first, stateAfter: second.stateAfter, sendsInvitation: second.sendsInvitation }
    : second;
}

function replacedCreateFirst(row: KnownDialect, situation: Situation): Outcome {
  const first = created(row, inviting(situation), "kept");
  if (first.result !== "succeeds") return first;
  const second = deleted(row, situation);
  const { sendsInvitation } = first;
  if (second.result === "fails") return { ...second, stateAfter: "new-and-deposed", sendsInvitation };
  return { ...second, stateAfter: "new", sendsInvitation };
}
