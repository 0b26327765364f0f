import type { SourceRange } from "../../terraform/source-range.js";
import type { InviteArguments } from "../finding.js";
import { configuredAt, type InviteEntry, type InviteObject } from "../inventory.js";
import { type Assessment, assessmentOf } from "../planned/assessment.js";
import { forget, reimport } from "../remedies/remedies.js";
import type { Remedy } from "../remedies/remedy.js";
import type { InviteAssessment } from "../status.js";
import { isUsed, type StatusReport } from "../status.js";

/** An invite with what was found out about it. */
export interface AssessedInvite {
  readonly entry: InviteEntry;
  readonly status: InviteAssessment;
}

/** Every invite of a root module, each with its status. */
export function assessedInvites(assessment: Assessment): AssessedInvite[] {
  return assessment.inventory.entries.map((entry) => ({ entry, status: assessmentOf(assessment, entry) }));
}

/** One object of an invite in the state, which may be a deposed one, with what was found out about it. */
export interface AssessedObject {
  readonly entry: InviteEntry;
  readonly object: InviteObject;
  readonly status: StatusReport;
}

/** Every object in the state, the deposed ones too: Terraform tries to delete those at every apply. */
export function assessedObjects(assessment: Assessment): AssessedObject[] {
  return assessedInvites(assessment).flatMap(({ entry, status: { objects } }) =>
    entry.objects.flatMap((object, index) => {
      const status = objects[index];
      return status === undefined ? [] : [{ entry, object, status }];
    }),
  );
}

/** The arguments that every finding about an invite carries. */
export function inviteArguments(
  entry: InviteEntry,
  object: InviteObject | undefined = entry.objects[0],
): InviteArguments {
  const email = object?.email ?? entry.email;
  return {
    ...(email !== undefined && entry.emailIsSecret !== true && { email }),
    ...(object?.id !== undefined && { id: object.id }),
    ...(object?.deposed !== undefined && { deposed: object.deposed }),
    provider: entry.provider,
    inState: entry.inState,
    inConfig: entry.inConfig,
  };
}

/** The way out of a used object: forget the instance, and where something of it is alive, take that back in. */
export function forgetObject(assessment: Assessment, { entry }: AssessedObject): Remedy | undefined {
  const { objects } = assessmentOf(assessment, entry);
  if (objects.every(({ status }) => isUsed(status))) return forget(entry, assessment.inventory);
  const current = entry.objects.find((object) => object.deposed === undefined);
  return current?.id === undefined ? undefined : reimport(entry, current.id);
}

/** Where a finding about an invite points: its block, where it has one. */
export function inviteLocation(entry: InviteEntry): {
  directory: string;
  address: string;
  range?: SourceRange;
} {
  const range = configuredAt(entry);
  return {
    directory: entry.directory,
    address: entry.name,
    ...(range !== undefined && { range }),
  };
}
