import type { Outcome, Situation } from "../../../src/invites/outcomes/outcome.js";

const plain = { member: false, invitedElsewhere: false, syntheticId: false } as const;

/** Every status, with everything else that decides the outcome of an operation. */
export const SITUATIONS: Readonly<Record<string, Situation>> = {
  accepted: { ...plain, status: "accepted", member: true },
  joined: { ...plain, status: "joined", member: true },
  departed: { ...plain, status: "departed" },
  pending: { ...plain, status: "pending" },
  "pending-member": { ...plain, status: "pending", member: true },
  expired: { ...plain, status: "expired" },
  "expired-member": { ...plain, status: "expired", member: true },
  missing: { ...plain, status: "missing" },
  "missing-member": { ...plain, status: "missing", member: true },
  "not-sent": { ...plain, status: "not-sent" },
  "not-sent-member": { ...plain, status: "not-sent", member: true },
  "not-sent-invited": { ...plain, status: "not-sent", invitedElsewhere: true },
  "made-up": { ...plain, status: "accepted", member: true, syntheticId: true },
};

/** An outcome in few words: `fails at delete (accepted), kept`. */
export function short({ result, step, reason, stateAfter, sendsInvitation }: Outcome): string {
  const at = step === undefined ? "" : ` at ${step}`;
  const why = reason === undefined ? "" : ` (${reason})`;
  return `${result}${at}${why}, ${stateAfter}${sendsInvitation ? ", sends" : ""}`;
}
