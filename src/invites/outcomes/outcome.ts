import { type Dialect, isKnown, type KnownDialect, type ProviderStep } from "../providers/dialects.js";
import type { InviteStatus } from "../status.js";

/** What a plan does with an invite. */
export const OPERATIONS = [
  "no-op",
  "create",
  "update",
  "delete",
  /** Delete, then create. */
  "replace",
  /** Create, then delete: `create_before_destroy`. */
  "replace-create-first",
  "forget",
  /** Create, then forget the old one: `lifecycle { destroy = false }`. */
  "replace-forgetting",
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Everything that an outcome depends on, once it is known. */
export interface Situation {
  readonly status: Exclude<InviteStatus, "unknown">;
  /** Whether the person is a member of the organization. */
  readonly member: boolean;
  /** Whether another invite of the same person is pending, beside the one that the situation is about. */
  readonly invitedElsewhere: boolean;
  /** Whether the id is one that fjcorp/openai made up for somebody who was a member from the start. */
  readonly madeUp: boolean;
  /** Whom a replacement invites, where that is another person than the one that the invite was sent to. */
  readonly invitee?: Pick<Situation, "member" | "invitedElsewhere">;
}

/** Why the provider's request is refused, or comes to nothing. */
export type OutcomeReason =
  /** It was accepted, so OpenAI refuses to delete it. */
  | "accepted"
  /** OpenAI refuses to invite a member. */
  | "member"
  /** A second invite while one is pending. */
  | "invited"
  /** OpenAI does not know it any more. */
  | "missing"
  /** The provider takes the answer to a sent invite for a failure. */
  | "sent-but-refused-by-provider"
  /** There is no editing in place. */
  | "no-update"
  /** Nobody here knows what the provider does. */
  | "provider";

/** What an operation on an invite comes to, with one provider in one situation. */
export interface Outcome {
  /** `in-name-only`: Terraform reports a success that did not happen. */
  readonly result: "succeeds" | "fails" | "in-name-only" | "unknown";
  /** The request that fails, or whose failure nobody is told. */
  readonly step?: ProviderStep;
  readonly reason?: OutcomeReason;
  /**
   * What the state holds afterwards: the invite as before, nothing, the new invite, or the new one with the old one
   * deposed beside it.
   */
  readonly stateAfter: "kept" | "gone" | "new" | "new-and-deposed" | "unknown";
  /** Whether OpenAI mails the person. */
  readonly mails: boolean;
}

/**
 * What becomes of an operation. The table of dialects says how a provider takes each answer of OpenAI; this says which
 * answers it gets.
 */
export function outcomeOf(operation: Operation, row: Dialect, situation: Situation): Outcome {
  switch (operation) {
    case "no-op":
      return { result: "succeeds", stateAfter: "kept", mails: false };
    case "forget":
      return { result: "succeeds", stateAfter: "gone", mails: false };
  }
  if (!isKnown(row)) return { result: "unknown", reason: "provider", stateAfter: "unknown", mails: false };
  switch (operation) {
    case "update":
      // Terraform plans it only where the schema lets a change through that no provider can make.
      return { result: "fails", step: "update", reason: "no-update", stateAfter: "kept", mails: false };
    case "create":
      return created(row, situation, "gone");
    case "delete":
      return deleted(row, situation);
    case "replace":
      return replaced(row, situation);
    case "replace-create-first":
      return replacedCreateFirst(row, situation);
    case "replace-forgetting":
      return created(row, inviting(situation), "kept");
  }
}

/** The situation of whoever is invited, which a replacement may change. */
function inviting({ invitee, ...situation }: Situation): Situation {
  return invitee === undefined ? situation : { ...situation, ...invitee, status: "not-sent" };
}

function deleted(row: KnownDialect, { status, madeUp }: Situation): Outcome {
  const done: Outcome = { result: "succeeds", stateAfter: "gone", mails: false };
  // There is no such invite to delete, and the provider that made the id up knows that.
  if (madeUp && row.id === "fjcorp") return done;
  switch (status) {
    case "accepted":
    case "joined":
    case "departed":
      return refused(row.destroyAccepted, "accepted");
    case "missing":
      return row.deleteMissing === "succeeds" ? done : refused("fails", "missing");
    case "pending":
    case "expired":
    case "not-sent":
      return done;
  }
}

function refused(how: "fails" | "reports-success", reason: OutcomeReason): Outcome {
  return how === "fails"
    ? { result: "fails", step: "delete", reason, stateAfter: "kept", mails: false }
    : { result: "in-name-only", step: "delete", reason, stateAfter: "gone", mails: false };
}

/** `otherwise`: what the state holds where nothing is created. */
function created(row: Dialect, { status, member, invitedElsewhere }: Situation, otherwise: "gone" | "kept"): Outcome {
  const failed = { result: "fails", step: "create", stateAfter: otherwise, mails: false } as const;
  if (member) {
    return row.createForMember === "adopts"
      ? { result: "succeeds", stateAfter: "new", mails: false }
      : { ...failed, reason: "member" };
  }
  if (invitedElsewhere || status === "pending") return { ...failed, reason: "invited" };
  return row.createSent === "succeeds"
    ? { result: "succeeds", stateAfter: "new", mails: true }
    : { ...failed, reason: "sent-but-refused-by-provider", mails: true };
}

function replaced(row: KnownDialect, situation: Situation): Outcome {
  const first = deleted(row, situation);
  if (first.result === "fails") return first;
  // What was pending is not any more; what was accepted stays so, whatever Terraform was told.
  const status = situation.status === "pending" ? "not-sent" : situation.status;
  const second = created(row, inviting({ ...situation, status }), "gone");
  // The new one is there, and so is the old one, which Terraform was told is gone.
  return first.result === "in-name-only" && second.result === "succeeds"
    ? { ...first, stateAfter: second.stateAfter, mails: second.mails }
    : second;
}

function replacedCreateFirst(row: KnownDialect, situation: Situation): Outcome {
  const first = created(row, inviting(situation), "kept");
  if (first.result !== "succeeds") return first;
  const second = deleted(row, situation);
  const { mails } = first;
  if (second.result === "fails") return { ...second, stateAfter: "new-and-deposed", mails };
  return { ...second, stateAfter: "new", mails };
}
