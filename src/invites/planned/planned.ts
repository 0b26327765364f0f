import { emailKey } from "../../openai/email-key.js";
import { compareAddresses, formatAddress } from "../../terraform/address.js";
import type { Plan, Operation as PlanOperation, ResourceChange } from "../../terraform/plan/plan.js";
import { stringOf } from "../attributes.js";
import { type Inventory, type InviteEntry, isInviteType } from "../inventory.js";
import type { Operation, Situation } from "../outcomes/outcome.js";
import { situationsOf } from "../outcomes/situations.js";
import { type DialectOutcome, outcomesOf, type Verdict, verdictOf } from "../outcomes/verdict.js";
import type { InviteAssessment, Invitee, StandingReport } from "../standing.js";
import { type Cause, causesOf } from "./cause.js";

/** What the plan does with one object of an invite, and what becomes of it. */
export interface PlannedChange {
  readonly entry: InviteEntry;
  readonly change: ResourceChange;
  readonly operation: Operation;
  readonly causes: readonly Cause[];
  readonly verdict: Verdict;
  /** Each outcome that may be: one, or one for each group of versions; none where no verdict can be given. */
  readonly outcomes: readonly DialectOutcome[];
  /** The address that a `moved` block took it from. */
  readonly previousName?: string;
  /** What is known of the object; of an invite that is not in the state, of its person. */
  readonly standing: StandingReport;
  /** Whom a replacement invites in place of the invite's own person; without an address where it is not known yet. */
  readonly invitee?: { readonly email?: string };
  /** The address of another invite that the same plan sends to the same person, and which comes first. */
  readonly duplicateOf?: string;
  /**
   * The address under which the same plan deletes the person's pending invite. Terraform does both in any order: the
   * other way round, OpenAI refuses the new one.
   */
  readonly renamedFrom?: string;
}

/** What a plan does with the invites of one root module. */
export interface PlannedRoot {
  readonly plan: Plan;
  /** One for each entry of the plan about an invite, no-ops included, by address; deposed objects after the current one. */
  readonly changes: readonly PlannedChange[];
  /** Actions that no known version of Terraform writes; nothing is said of them. */
  readonly unknown: readonly ResourceChange[];
}

/** True for what makes OpenAI send an invite. */
const SENDS: ReadonlySet<Operation> = new Set<Operation>([
  "create",
  "replace",
  "replace-create-first",
  "replace-forgetting",
]);

/** The invites that a plan sends while others of their people may still be pending, with whom they are sent to. */
export function toBeSent(plan: Plan, inventory: Inventory): Map<InviteEntry, string | undefined> {
  const emails = new Map<string, string | undefined>();
  for (const change of plan.changes) {
    const operation = operationOf(change.operation);
    if (operation === undefined || !SENDS.has(operation)) continue;
    // The invite itself is gone before another one is sent to the same person.
    if (operation === "replace" && !invitesAnother(change)) continue;
    emails.set(formatAddress(change.address), stringOf(change.after?.["email"]));
  }
  return new Map(
    inventory.entries.flatMap((entry): [InviteEntry, string | undefined][] =>
      emails.has(entry.name) ? [[entry, emails.get(entry.name)]] : [],
    ),
  );
}

/** Whether a replacement is for another person, or for one that is not known before the apply. */
function invitesAnother({ operation: { kind }, before, after }: ResourceChange): boolean {
  if (kind !== "replace" && kind !== "forget-and-create") return false;
  const [from, to] = [stringOf(before?.["email"]), stringOf(after?.["email"])];
  return from === undefined || to === undefined || emailKey(from) !== emailKey(to);
}

/** Joins a plan with what is known of the invites it speaks of. */
export function plannedRoot(
  plan: Plan,
  inventory: Inventory,
  standings: ReadonlyMap<InviteEntry, InviteAssessment>,
): PlannedRoot {
  const entries = new Map(inventory.entries.map((entry) => [entry.name, entry]));
  const changes: PlannedChange[] = [];
  const unknown: ResourceChange[] = [];
  for (const change of plan.changes) {
    if (change.address.mode !== "managed" || !isInviteType(change.address.type)) continue;
    const entry = entries.get(formatAddress(change.address));
    if (entry === undefined) continue;
    const operation = operationOf(change.operation);
    if (operation === undefined) unknown.push(change);
    else changes.push(planned(entry, change, operation, plan, standings.get(entry)));
  }
  changes.sort((a, b) => compareAddresses(a.entry.address, b.entry.address) || deposedOrder(a, b));
  return { plan, changes: withDuplicates(withRenames(changes)), unknown };
}

function deposedOrder(a: PlannedChange, b: PlannedChange): number {
  return Number(a.change.deposed !== undefined) - Number(b.change.deposed !== undefined);
}

function planned(
  entry: InviteEntry,
  change: ResourceChange,
  operation: Operation,
  plan: Plan,
  assessment: InviteAssessment | undefined,
): PlannedChange {
  const index = entry.objects.findIndex(({ deposed }) => deposed === change.deposed);
  const object = entry.objects[index];
  const unlooked: StandingReport = { standing: "unknown", reason: "it was not looked up" };
  const standing = assessment?.objects[index] ?? assessment ?? unlooked;
  const email = stringOf(change.after?.["email"]);
  return {
    entry,
    change,
    operation,
    causes: operation === "no-op" || operation === "create" ? [] : causesOf(change, plan),
    ...judged(verdictOf(operation, entry.provider, situationsOf(standing, object, inviteeOf(change, standing)))),
    ...(change.previousAddress !== undefined && { previousName: formatAddress(change.previousAddress) }),
    standing,
    ...(invitesAnother(change) && { invitee: email === undefined ? {} : { email } }),
  };
}

function inviteeOf(change: ResourceChange, { invitee = {} }: StandingReport): Invitee | undefined {
  return invitesAnother(change) ? invitee : undefined;
}

function judged(verdict: Verdict): Pick<PlannedChange, "verdict" | "outcomes"> {
  return { verdict, outcomes: outcomesOf(verdict) };
}

/** Creates whose person's pending invite goes in the same plan, as where a key is renamed: that one is not in the way for long. */
function withRenames(changes: readonly PlannedChange[]): PlannedChange[] {
  const deleted = new Map(
    changes.flatMap(({ entry, operation, change: { deposed } }): [string | undefined, string][] =>
      operation === "delete" && deposed === undefined ? [[entry.objects[0]?.id, entry.name]] : [],
    ),
  );
  return changes.map((change) => {
    const { otherInvite, ...standing } = change.standing;
    const from = otherInvite === undefined ? undefined : deleted.get(otherInvite);
    if (change.operation !== "create" || from === undefined) return change;
    const verdict = verdictOf(change.operation, change.entry.provider, situationsOf(standing, undefined));
    return { ...change, ...judged(verdict), renamedFrom: from };
  });
}

/** Of two invites to one person, one is refused. Which one comes first is Terraform's choice; here it is by address. */
function withDuplicates(changes: readonly PlannedChange[]): PlannedChange[] {
  const first = new Map<string, PlannedChange>();
  return changes.map((change) => {
    const person = SENDS.has(change.operation) ? personOf(change.entry) : undefined;
    if (person === undefined) return change;
    const earlier = first.get(person);
    if (earlier === undefined) {
      first.set(person, change);
      return change;
    }
    const { standing, entry } = change;
    const situations = situationsOf(standing, entry.objects[0], inviteeOf(change.change, standing)).map(
      ({ invitee, ...situation }): Situation => ({
        ...situation,
        invitedElsewhere: true,
        ...(invitee !== undefined && { invitee: { ...invitee, invitedElsewhere: true } }),
      }),
    );
    return {
      ...change,
      ...judged(verdictOf(change.operation, change.entry.provider, situations)),
      duplicateOf: earlier.entry.name,
    };
  });
}

/** The person of one organization: each configuration of a provider may be of another. */
function personOf({ email, providerConfiguration }: InviteEntry): string | undefined {
  return email === undefined ? undefined : `${providerConfiguration}\0${emailKey(email)}`;
}

/** The words of the table of outcomes for what a plan does; absent for actions that nobody knows. */
export function operationOf(operation: PlanOperation): Operation | undefined {
  switch (operation.kind) {
    case "no-op":
    case "create":
    case "update":
    case "delete":
    case "forget":
      return operation.kind;
    case "replace":
      return operation.order === "delete-first" ? "replace" : "replace-create-first";
    case "forget-and-create":
      return "replace-forgetting";
    case "read":
    case "unknown":
      return undefined;
  }
}
