import { isDeepStrictEqual } from "node:util";
import { defined } from "../../base/defined.js";
import { emailKey } from "../../base/email.js";
import { compareAddresses, formatAddress } from "../../terraform/addresses/address.js";
import type { Plan, ResourceChange } from "../../terraform/plan/plan.js";
import { currentFirst, type Inventory, type InviteEntry, isManagedInvite, stringOf } from "../inventory.js";
import type { InviteOperation, Situation } from "../outcomes/outcome.js";
import { situationsOf } from "../outcomes/situations.js";
import { type DialectOutcome, eitherOf, outcomesOf, type Verdict, verdictOf } from "../outcomes/verdict.js";
import { type InviteAssessment, NOT_LOOKED_UP, type StatusReport } from "../status.js";
import { type Cause, causesOf, configuredIn, hasMark, isMarked } from "./cause.js";

/** What the plan does with one object of an invite, and what becomes of it. */
export interface PlannedChange {
  readonly entry: InviteEntry;
  readonly change: ResourceChange;
  readonly operation: InviteOperation;
  readonly causes: readonly Cause[];
  readonly verdict: Verdict;
  /** Each outcome that may be: one, or one for each group of versions; none where no verdict can be given. */
  readonly outcomes: readonly DialectOutcome[];
  /** The address that a `moved` block took it from. */
  readonly previousName?: string;
  /** What is known of the object; of an invite that is not in the state, of its person. */
  readonly status: StatusReport;
  /** Whom a replacement invites in place of the invite's own person; without an address where it is not known yet. */
  readonly invitee?: { readonly email?: string };
  /** The address of another invite that the same plan sends to the same person, and which comes first. */
  readonly duplicateOf?: string;
  /**
   * The root module's pending invite of the same person, which makes OpenAI refuse this one.
   * `goes` says whether the same plan deletes it, before or after: Terraform fixes no order.
   */
  readonly blockedBy?: { readonly entry: InviteEntry; readonly deposed: boolean; readonly goes: boolean };
}

/** What a plan does with the invites of one root module. */
export interface PlannedRoot {
  readonly plan: Plan;
  /** One for each entry of the plan about an invite, no-ops included, by address; deposed objects after the current one. */
  readonly changes: readonly PlannedChange[];
  /** Actions that no known version of Terraform writes; nothing is said about them. */
  readonly unknown: readonly ResourceChange[];
}

/** True for what makes OpenAI send an invite. */
const SENDS: ReadonlySet<InviteOperation> = new Set([
  "create",
  "replace",
  "replace-create-first",
  "replace-forgetting",
  "replace-forgetting-create-first",
]);

/** The invites that a plan sends while others of their people may still be pending, with whom they are sent to. */
export function toBeSent(plan: Plan, inventory: Inventory): Map<InviteEntry, string | undefined> {
  const emails = new Map<string, string | undefined>();
  for (const change of plan.changes) {
    const operation = plannedOperation(change);
    if (operation === undefined || !SENDS.has(operation)) continue;
    emails.set(formatAddress(change.address), recipientOf(change));
  }
  const sent = inventory.entries.filter(({ name }) => emails.has(name));
  return new Map(sent.map((entry) => [entry, emails.get(entry.name)]));
}

/** The address that the plan sends an invite to, where it is known. */
function recipientOf({ after }: Pick<ResourceChange, "after">): string | undefined {
  return stringOf(after?.["email"]);
}

/** Whether a replacement is for another person, or for one that is not known before the apply. */
function invitesAnother({ operation: { kind }, before, after }: ResourceChange): boolean {
  if (kind !== "replace" && kind !== "forget-and-create") return false;
  const [from, to] = [stringOf(before?.["email"]), recipientOf({ after })];
  return from === undefined || to === undefined || emailKey(from) !== emailKey(to);
}

/** Joins a plan with what is known of the invites it speaks of. */
export function plannedRoot(
  plan: Plan,
  inventory: Inventory,
  statuses: ReadonlyMap<InviteEntry, InviteAssessment>,
): PlannedRoot {
  const entries = new Map(inventory.entries.map((entry) => [entry.name, entry]));
  const changes: PlannedChange[] = [];
  const unknown: ResourceChange[] = [];
  for (const change of plan.changes) {
    const entry = isManagedInvite(change.address) ? entries.get(formatAddress(change.address)) : undefined;
    if (entry === undefined) continue;
    const operation = plannedOperation(change);
    if (operation === undefined) unknown.push(change);
    else changes.push(planned(entry, change, operation, plan, statuses.get(entry)));
  }
  changes.sort((a, b) => compareAddresses(a.entry.address, b.entry.address) || currentFirst(a.change, b.change));
  return { plan, changes: withDuplicates(withBlocking(changes, inventory, plan), plan), unknown };
}

/** Finds, for each invite that will be sent, the other invite of the root module that blocks it. */
function withBlocking(changes: readonly PlannedChange[], inventory: Inventory, plan: Plan): PlannedChange[] {
  const holders = new Map(
    inventory.entries.flatMap((entry) =>
      entry.objects.flatMap(({ id, deposed }) =>
        id === undefined ? [] : [[id, { entry, deposed: deposed !== undefined }] as const],
      ),
    ),
  );
  const deleted = new Set(
    changes.flatMap((change) =>
      change.change.actions.includes("delete") && change.outcomes.length > 0 ? (objectOf(change)?.id ?? []) : [],
    ),
  );
  return changes.map((planned) => {
    const { change, status, operation, entry } = planned;
    const { otherInvites = [] } = (invitesAnother(change) ? status.invitee : status) ?? {};
    if (!SENDS.has(operation)) return planned;
    const replaced = objectOf(planned)?.id;
    const others = otherInvites.filter((id) => id !== replaced);
    // Any one that stays is enough to be in the way.
    const staying = others.find((id) => !deleted.has(id));
    const holder = holders.get(staying ?? others[0] ?? "");
    if (holder === undefined) return planned;
    if (staying !== undefined) return { ...planned, blockedBy: { ...holder, goes: false } };
    const afterwards = situationsOfChange(planned, plan).map((situation) => blocked(situation, false));
    const verdict = eitherOf(planned.verdict, verdictOf(operation, entry.provider, afterwards));
    return { ...planned, ...withOutcomes(verdict), blockedBy: { ...holder, goes: true } };
  });
}

/** The same situation with another invite of the same person, or without one. */
function blocked({ invitee, ...situation }: Situation, invitedElsewhere: boolean): Situation {
  return { ...situation, invitedElsewhere, ...defined({ invitee: invitee && { ...invitee, invitedElsewhere } }) };
}

/** The object of the state that a change is about. */
function objectOf({ entry, change }: Pick<PlannedChange, "entry" | "change">) {
  return entry.objects.find(({ deposed }) => deposed === change.deposed);
}

function situationsOfChange(
  { entry, change, status }: Pick<PlannedChange, "entry" | "change" | "status">,
  plan: Plan,
): Situation[] {
  const object = objectOf({ entry, change });
  const situations = situationsOf(status, object, invitesAnother(change) ? (status.invitee ?? {}) : undefined);
  const open = projectsLeftOpen(change, plan);
  if (open.length === 1 && open[0] === false) return situations;
  return situations.flatMap((situation) => open.map((projectsLeftOpen) => ({ ...situation, projectsLeftOpen })));
}

/** Whether the provider has to fill in the projects; both where an expression may still give them during the apply. */
function projectsLeftOpen({ address, afterUnknown }: ResourceChange, plan: Plan): readonly boolean[] {
  if (!isMarked(afterUnknown, "projects")) return [false];
  const given = configuredIn(plan, address)?.expressions.filter(({ name }) => name === "projects");
  return given === undefined || given.some(({ references }) => references.length > 0) ? [true, false] : [true];
}

function planned(
  entry: InviteEntry,
  change: ResourceChange,
  operation: InviteOperation,
  plan: Plan,
  assessment: InviteAssessment | undefined,
): PlannedChange {
  const index = entry.objects.findIndex(({ deposed }) => deposed === change.deposed);
  const status = assessment?.objects[index] ?? statusOfSent(assessment);
  const { previousAddress } = change;
  return {
    entry,
    change,
    operation,
    causes: operation === "no-op" || operation === "create" ? [] : causesOf(change, plan),
    ...withOutcomes(verdictOf(operation, entry.provider, situationsOfChange({ entry, change, status }, plan))),
    status,
    ...defined({
      previousName: previousAddress && formatAddress(previousAddress),
      invitee: invitesAnother(change) ? defined({ email: recipientOf(change) }) : undefined,
    }),
  };
}

/** What is known of the person whom a plan invites where the state holds nothing, or only what was deposed. */
function statusOfSent(assessment: InviteAssessment | undefined): StatusReport {
  if (assessment === undefined || assessment.objects.length === 0) return assessment ?? NOT_LOOKED_UP;
  return assessment.invitee === undefined ? NOT_LOOKED_UP : { status: "not-sent", ...assessment.invitee };
}

function withOutcomes(verdict: Verdict) {
  return { verdict, outcomes: outcomesOf(verdict) };
}

/** Of two invites to one person, one is refused. Which one comes first is Terraform's choice; here it is by address. */
function withDuplicates(changes: readonly PlannedChange[], plan: Plan): PlannedChange[] {
  const first = new Map<string, PlannedChange>();
  return changes.map((change) => {
    const person = SENDS.has(change.operation) ? personOf(change) : undefined;
    const earlier = person === undefined ? undefined : first.get(person);
    if (person !== undefined && earlier === undefined) first.set(person, change);
    if (earlier === undefined) return change;
    const situations = situationsOfChange(change, plan).map((situation) => blocked(situation, true));
    return {
      ...change,
      ...withOutcomes(verdictOf(change.operation, change.entry.provider, situations)),
      duplicateOf: earlier.entry.name,
    };
  });
}

/** Whom it goes to, in one organization: each configuration of a provider may be of another. */
function personOf({ entry, change }: PlannedChange): string | undefined {
  const email = recipientOf(change);
  return email === undefined ? undefined : `${entry.providerConfiguration}\0${emailKey(email)}`;
}

/** What a plan does with an invite, in the terms of the outcomes; absent for actions that no known version writes. */
function plannedOperation(change: ResourceChange): InviteOperation | undefined {
  const { operation, before, after, afterUnknown } = change;
  switch (operation.kind) {
    case "update":
      // Where only the sensitivity of values changes, Terraform writes the state without asking the provider:
      // https://github.com/hashicorp/terraform/blob/v1.11.4/internal/terraform/node_resource_abstract_instance.go
      return !hasMark(afterUnknown) && isDeepStrictEqual(before, after) ? "no-op" : "update";
    case "no-op":
    case "create":
    case "delete":
    case "forget":
      return operation.kind;
    case "replace":
      return operation.order === "delete-first" ? "replace" : "replace-create-first";
    case "forget-and-create":
      return operation.order === "forget-first" ? "replace-forgetting" : "replace-forgetting-create-first";
    case "read":
    case "unknown":
      return undefined;
  }
}
