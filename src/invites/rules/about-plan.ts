import { formatAddress } from "../../terraform/addresses/address.js";
import type { PlannedArguments } from "../finding.js";
import type { Operation, Outcome } from "../outcomes/outcome.js";
import type { Assessment } from "../planned/assessment.js";
import { placeOfCauses } from "../planned/cause.js";
import type { PlannedChange } from "../planned/planned.js";
import { forget, undo } from "../remedies/remedies.js";
import type { ConfigurationStep, Remedy } from "../remedies/remedy.js";
import { forgetObject, inviteArguments, inviteLocation } from "./about-invite.js";

/** The planned changes of one of these operations of which something is known for sure. */
export function plannedChanges(assessment: Assessment, ...operations: readonly Operation[]): PlannedChange[] {
  return (assessment.planned?.changes ?? []).filter(({ operation }) => operations.includes(operation));
}

/** Whether the verdict speaks of such an outcome, for some of the versions that may be in use. */
export function mayCome({ outcomes }: PlannedChange, test: (outcome: Outcome) => boolean): boolean {
  return outcomes.some(({ outcome }) => test(outcome));
}

/** Whether the apply stops at it, for some of the versions that may be in use. */
export function mayFail(change: PlannedChange): boolean {
  return mayCome(change, ({ result }) => result === "fails");
}

/** What every finding about a planned change carries: its place is where the plan's own reason lies. */
export function aboutChange(assessment: Assessment, change: PlannedChange) {
  const { entry, causes } = change;
  const range = placeOfCauses(causes, entry);
  return {
    ...inviteLocation(entry),
    ...(range !== undefined && { range }),
    arguments: plannedArguments(assessment, change),
  };
}

function plannedArguments(assessment: Assessment, planned: PlannedChange): PlannedArguments {
  const { entry, operation, causes, status, outcomes, invitee, duplicateOf, blockedBy, previousName } = planned;
  return {
    ...inviteArguments(entry, objectOf(planned)),
    operation,
    causes,
    status,
    outcomes,
    dropped: wasDropped(assessment, planned),
    ...(invitee !== undefined && { invitee: entry.emailIsSecret === true ? {} : invitee }),
    ...(duplicateOf !== undefined && { duplicateOf }),
    ...(blockedBy !== undefined && { blockedBy: { address: blockedBy.entry.name, goes: blockedBy.goes } }),
    ...(previousName !== undefined && { movedFrom: previousName }),
  };
}

/** The object of the state that the change is about. */
export function objectOf({ entry, change }: PlannedChange) {
  return entry.objects.find(({ deposed }) => deposed === change.deposed);
}

/** Whether the refresh for the plan found nothing under the address any more, and so is about to create it anew. */
export function wasDropped({ planned }: Assessment, { entry, operation }: PlannedChange): boolean {
  if (operation !== "create") return false;
  return (planned?.plan.drift ?? []).some(
    ({ address, operation: { kind } }) => kind === "delete" && formatAddress(address) === entry.name,
  );
}

/** The way out for a used object: forget it, or take the edit back where there was one. */
export function forgetPlanned(assessment: Assessment, planned: PlannedChange): Remedy | undefined {
  const { entry, status } = planned;
  const object = objectOf(planned);
  if (object === undefined) return undefined;
  // Nothing is in the state yet: as OpenAI has it, it can be imported and stay.
  const kept = entry.importing === true ? undoPlanned(planned) : undefined;
  if (kept !== undefined) return kept;
  const whole = planned.causes.some(({ kind }) => kind === "destroy");
  const remedy =
    planned.change.deposed === undefined
      ? forget(entry, assessment.inventory)
      : forgetObject(assessment, { entry, object, status });
  if (remedy?.kind !== "forget") return remedy;
  const instead = undoSteps(planned);
  return {
    ...remedy,
    // Where everything is destroyed, nothing is left that would send it again.
    ...(whole && { steps: [], dependents: [] }),
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
