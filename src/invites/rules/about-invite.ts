import type { SourceRange } from "../../terraform/source-range.js";
import { type Assessment, assessmentOf, type InviteAssessment } from "../assessment.js";
import type { InviteArguments } from "../finding.js";
import { configuredAt, type InviteEntry } from "../inventory.js";

/** An invite with what was found out about it. */
export interface AssessedInvite {
  readonly entry: InviteEntry;
  readonly standing: InviteAssessment;
}

/** Every invite of a root module, each with its standing. */
export function assessedInvites(assessment: Assessment): AssessedInvite[] {
  return assessment.inventory.entries.map((entry) => ({ entry, standing: assessmentOf(assessment, entry) }));
}

/** The arguments that every finding about an invite carries. */
export function inviteArguments(entry: InviteEntry): InviteArguments {
  const id = entry.objects[0]?.id;
  return {
    ...(entry.email !== undefined && { email: entry.email }),
    ...(id !== undefined && { id }),
    provider: entry.provider,
    inState: entry.inState,
    inConfig: entry.inConfig,
  };
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
