import { configuredAt, type InviteEntry, type InviteObject, type PendingStatement } from "../inventory.js";
import { type Assessment, assessmentOf } from "../planned/assessment.js";
import type { ProviderIdentity } from "../providers/identify.js";
import { drop, forget, reimport, replace } from "../remedies/remedies.js";
import type { Remedy } from "../remedies/remedy.js";
import { type InviteAssessment, type InviteStatus, isUsed } from "../status.js";
import type { Found } from "./rule.js";

/** What a finding about one invite always knows. */
export interface InviteArguments {
  readonly email?: string | undefined;
  readonly id?: string | undefined;
  readonly provider: ProviderIdentity;
  readonly inState: boolean;
  readonly inConfig: boolean | null;
  readonly statement?: PendingStatement | undefined;
  /** The key of the deposed object that it is about, where it is not about the current one. */
  readonly deposed?: string | undefined;
}

/** Every invite of a root module with its status, except those that the next apply forgets, which fixes any problem. */
export function assessedInvites(
  assessment: Assessment,
): { readonly entry: InviteEntry; readonly status: InviteAssessment }[] {
  return assessment.inventory.entries
    .filter(({ statement }) => statement?.kind !== "forgotten")
    .map((entry) => ({ entry, status: assessmentOf(assessment, entry) }));
}

/** A finding about an invite, or about one object that the state has of it; its place is where the invite is configured. */
export function aboutInvite<More extends object>(
  entry: InviteEntry,
  more: More,
  object: InviteObject | undefined = entry.objects[0],
): Found<InviteArguments & More> {
  return {
    address: entry.name,
    range: configuredAt(entry),
    arguments: {
      email: entry.hiddenEmail ?? object?.email ?? entry.email,
      id: object?.id,
      deposed: object?.deposed,
      provider: entry.provider,
      inState: entry.inState,
      inConfig: entry.inConfig,
      statement: entry.statement,
      ...more,
    },
  };
}

/** Every object in the state with a used status, the deposed ones too: Terraform tries to delete those at every apply. */
export function usedObjects(
  assessment: Assessment,
  status: InviteStatus,
): Found<InviteArguments & { readonly acceptedAt?: number | undefined }>[] {
  return assessedInvites(assessment).flatMap(({ entry, status: { objects } }) =>
    entry.objects.flatMap((object, index) => {
      const known = objects[index];
      if (known?.status !== status) return [];
      const found = aboutInvite(entry, { acceptedAt: known.acceptedAt }, object);
      return [{ ...found, remedy: forgetObject(assessment, entry) }];
    }),
  );
}

/**
 * What is done about an invite that the configuration still wants sent, where nothing is to prevent sending it again;
 * undefined where that is not known.
 */
export function sendAgain({ inventory }: Assessment, entry: InviteEntry, status: InviteAssessment): Remedy | undefined {
  const { isMember, otherInvites } = status;
  if (isMember === true) return drop(entry, inventory);
  if (isMember === undefined || otherInvites === undefined) return undefined;
  const [other] = otherInvites;
  if (other === undefined) return replace(entry);
  // What another block manages can't be imported here, too: each would delete it for the other.
  const isManaged = inventory.entries.some(({ objects }) => objects.some(({ id }) => id === other));
  return isManaged ? drop(entry, inventory) : reimport(entry, other);
}

/** The way out of a used object: forget the instance, and where another object of it is not used, import that again. */
export function forgetObject(assessment: Assessment, entry: InviteEntry): Remedy | undefined {
  const { objects } = assessmentOf(assessment, entry);
  if (objects.every(({ status }) => isUsed(status))) return forget(entry, assessment.inventory);
  const current = entry.objects.find((object) => object.deposed === undefined);
  return current?.id === undefined ? undefined : reimport(entry, current.id);
}
