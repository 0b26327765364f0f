import { findStatuses } from "../assess/statuses.js";
import { startDeadline } from "../base/clock.js";
import { defined } from "../base/defined.js";
import type { EngineContext } from "../base/engine-context.js";
import { type Inventory, type InviteEntry, storedName } from "../invites/inventory.js";
import { assessmentOf } from "../invites/planned/assessment.js";
import { decide, type RepairPlan } from "../invites/remedies/repair-plan.js";
import { type InviteStatus, isUsed } from "../invites/status.js";
import { readSettingsOf } from "../policy/apply-policy.js";
import type { LateSkip } from "../report/repair-outcome.js";
import type { Report } from "../report/report.js";
import type { PreparedRepair, RepairSelection } from "./prepare.js";

/** Looks exactly the selected invites up once more, in as few requests as it takes: minutes may have gone by. */
export async function confirmed<Candidate extends { readonly plan: RepairPlan }>(
  candidates: readonly Candidate[],
  { report }: PreparedRepair,
  options: RepairSelection,
  context: EngineContext,
): Promise<(Candidate & { readonly skipped: readonly LateSkip[] })[]> {
  const directories = candidates.map(({ plan }) => plan.directory);
  const settingsOf = await readSettingsOf(directories, context.cwd);
  const inventories = candidates.map(({ plan }) => selectedOf(plan, report));
  const lookUp = {
    offline: false,
    onlyWhetherUsed: options.status === undefined,
    advice: false,
    deadline: startDeadline(options.deadline, context.clock),
    organizationsOf: (directory: string) => settingsOf(directory)?.organizations,
  };
  const { assessments, now } = await findStatuses(inventories, lookUp, context);
  const selection = defined({ statuses: options.status });
  return candidates.map((candidate) => {
    const { plan } = candidate;
    const assessment = assessments.find(({ inventory }) => inventory.directory === plan.directory);
    const skipped: LateSkip[] = [];
    const forget = plan.forget.filter((invite) => {
      if (assessment === undefined) return false;
      const status = assessmentOf(assessment, invite.entry);
      if (decide({ ...invite, status, used: isUsed(status.status) }, selection) === "forget") return true;
      skipped.push({ name: storedName(invite.entry), reason: { kind: "not-confirmed", status, now } });
      return false;
    });
    return { ...candidate, plan: { ...plan, forget }, skipped };
  });
}

/** Statuses by which the API shows that it knows the organization's invites. */
const KNOWN_TO_API: readonly InviteStatus[] = ["accepted", "joined", "departed", "expired", "pending"];

/**
 * The invites of a plan alone; and where none of them is known to the API, as with `--status missing`, one that is:
 * without it, the key would seem to be of another organization.
 */
function selectedOf(plan: RepairPlan, report: Report): Inventory {
  const selected = new Set(plan.forget.map(({ entry }) => entry));
  const witnesses = new Map<string, InviteEntry>();
  for (const { entry, status } of report.invites) {
    if (entry.directory !== plan.directory || !entry.inState || !KNOWN_TO_API.includes(status.status)) continue;
    if (selected.has(entry) || !witnesses.has(entry.providerConfiguration))
      witnesses.set(entry.providerConfiguration, entry);
  }
  const wanted = new Set([...selected, ...witnesses.values()]);
  return { ...plan.inventory, entries: plan.inventory.entries.filter((entry) => wanted.has(entry)) };
}
