import { formatAddress } from "../../terraform/addresses/address.js";
import type { InviteOperation, Outcome } from "../outcomes/outcome.js";
import type { Assessment } from "../planned/assessment.js";
import { placeOfCauses } from "../planned/cause.js";
import type { PlannedChange } from "../planned/planned.js";
import { forget, undo } from "../remedies/remedies.js";
import type { ConfigurationStep, Remedy } from "../remedies/remedy.js";
import { aboutInvite, forgetObject, type InviteArguments } from "./about-invite.js";
import type { Found } from "./rule.js";

/**
 * Seen at the admin endpoints, which publish no limit of theirs; each endpoint counts for itself:
 * https://github.com/mkdev-me/terraform-provider-openai/pull/76.
 */
export const REQUESTS_A_MINUTE = 7;

/** What a finding about a planned change always knows. */
export interface PlannedArguments
  extends InviteArguments,
    Pick<PlannedChange, "operation" | "causes" | "status" | "outcomes"> {
  /** Whom a replacement invites, where that is another person; without an address where it is not known or not to be shown. */
  readonly invitee?: { readonly email?: string } | undefined;
  /** The address of another invite that the same plan sends to the same person. */
  readonly duplicateOf?: string | undefined;
  /** The address of the invite that is pending for the person, and whether the same plan deletes it. */
  readonly blockedBy?: { readonly address: string; readonly goes: boolean } | undefined;
  /** True where the refresh for this plan has just dropped the invite from the state. */
  readonly dropped: boolean;
  /** Where a `moved` block took it from. */
  readonly movedFrom?: string | undefined;
}

/** What ends with another invite in the place of an old one. */
export const REPLACEMENTS = [
  "replace",
  "replace-create-first",
  "replace-forgetting",
  "replace-forgetting-create-first",
] as const satisfies readonly InviteOperation[];

/** The planned changes of one of these operations. */
export function plannedChanges(assessment: Assessment, ...operations: readonly InviteOperation[]): PlannedChange[] {
  return (assessment.planned?.changes ?? []).filter(({ operation }) => operations.includes(operation));
}

/** Whether such an outcome is possible, for some of the versions that may be in use. */
export function mayCome({ outcomes }: PlannedChange, test: (outcome: Outcome) => boolean): boolean {
  return outcomes.some(({ outcome }) => test(outcome));
}

/** Whether the apply stops at it, for some of the versions that may be in use. */
export function mayFail(change: PlannedChange): boolean {
  return mayCome(change, ({ result }) => result === "fails");
}

/** A finding about a planned change; its place is where the plan's own reason lies. */
export function aboutChange(assessment: Assessment, planned: PlannedChange): Found<PlannedArguments> {
  const { entry, operation, causes, status, outcomes, invitee, duplicateOf, blockedBy, previousName } = planned;
  const more = {
    operation,
    causes,
    status,
    outcomes,
    dropped: wasDropped(assessment, planned),
    invitee: invitee !== undefined && entry.hiddenEmail !== undefined ? {} : invitee,
    duplicateOf,
    blockedBy: blockedBy && { address: blockedBy.entry.name, goes: blockedBy.goes },
    movedFrom: previousName,
  };
  const found = aboutInvite(entry, more, objectOf(planned));
  return { ...found, range: placeOfCauses(causes, entry) ?? found.range };
}

/** The object of the state that the change is about. */
function objectOf({ entry, change }: PlannedChange) {
  return entry.objects.find(({ deposed }) => deposed === change.deposed);
}

/** Whether the refresh for the plan no longer found it, so the plan creates it again. */
export function wasDropped({ planned }: Assessment, { entry, operation }: PlannedChange): boolean {
  if (operation !== "create") return false;
  return (planned?.plan.drift ?? []).some(
    ({ address, operation: { kind } }) => kind === "delete" && formatAddress(address) === entry.name,
  );
}

/** The way out for a used object: forget it, or take the edit back where there was one. */
export function forgetPlanned(assessment: Assessment, planned: PlannedChange): Remedy | undefined {
  const { entry, causes, change } = planned;
  if (objectOf(planned) === undefined) return undefined;
  // Nothing is in the state yet: as OpenAI has it, it can be imported and stay.
  const kept = entry.importing === true ? undoPlanned(planned) : undefined;
  if (kept !== undefined) return kept;
  const remedy = change.deposed === undefined ? forget(entry, assessment.inventory) : forgetObject(assessment, entry);
  if (remedy?.kind !== "forget") return remedy;
  const instead = undoSteps(planned);
  return {
    ...remedy,
    // Where everything is destroyed, nothing is left that would send it again.
    ...(causes.some(({ kind }) => kind === "destroy") && { steps: [], dependents: [] }),
    ...(instead.length > 0 && { instead }),
  };
}

/** Taking back what was edited, where that is all it takes. */
export function undoPlanned(planned: PlannedChange): Remedy | undefined {
  const steps = undoSteps(planned);
  return steps.length === 0 ? undefined : undo(steps);
}

function undoSteps({ entry, causes }: PlannedChange): ConfigurationStep[] {
  const { resource } = entry;
  if (resource === undefined) return [];
  const steps = causes.map((cause): ConfigurationStep | undefined => {
    if (cause.kind !== "edit" && cause.kind !== "email-case") return undefined;
    const attribute = cause.kind === "edit" ? cause.attribute : "email";
    const written = resource.block.body.attribute(attribute);
    if (written === undefined || cause.from === undefined) return undefined;
    const computed = written.value.kind !== "literal";
    return { kind: "undo-edit", resource: entry.name, attribute, value: cause.from, computed, range: written.range };
  });
  // One edit that cannot be taken back forces the replacement by itself.
  return steps.every((step) => step !== undefined) ? steps : [];
}
