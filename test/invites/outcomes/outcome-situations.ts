import type { Outcome, Situation } from "../../../src/invites/outcomes/outcome.js";

const plain = { member: false, invitedElsewhere: false, madeUp: false } as const;

/** Every standing, with whatever else decides what an operation comes to. */
export const SITUATIONS: Readonly<Record<string, Situation>> = {
  accepted: { ...plain, standing: "accepted", member: true },
  joined: { ...plain, standing: "joined", member: true },
  departed: { ...plain, standing: "departed" },
  pending: { ...plain, standing: "pending" },
  expired: { ...plain, standing: "expired" },
  "expired-member": { ...plain, standing: "expired", member: true },
  missing: { ...plain, standing: "missing" },
  "missing-member": { ...plain, standing: "missing", member: true },
  unsent: { ...plain, standing: "unsent" },
  "unsent-member": { ...plain, standing: "unsent", member: true },
  "unsent-invited": { ...plain, standing: "unsent", invitedElsewhere: true },
  "made-up": { ...plain, standing: "accepted", member: true, madeUp: true },
};

/** An outcome in few words: `fails at delete (accepted), kept`. */
export function short({ result, step, reason, stateAfter, mails }: Outcome): string {
  const at = step === undefined ? "" : ` at ${step}`;
  const why = reason === undefined ? "" : ` (${reason})`;
  return `${result}${at}${why}, ${stateAfter}${mails ? ", mails" : ""}`;
}
