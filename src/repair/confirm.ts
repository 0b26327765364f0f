import { findStatuses } from "../assess/statuses.js";
import { startDeadline } from "../base/clock.js";
import type { EngineContext } from "../base/engine-context.js";
import type { Inventory, InviteEntry } from "../invites/inventory.js";
import { assessmentOf } from "../invites/planned/assessment.js";
import { decide, type RepairPlan } from "../invites/remedies/repair-plan.js";
import { type InviteStatus, isUsed } from "../invites/status.js";
import { readSettingsOf } from "../policy/apply-policy.js";
import { statusPhrase } from "../report/messages/status-words.js";
import type { Report } from "../report/report.js";
import type { PreparedRepair, RepairSelection } from "./prepare.js";

/** An invite that was to go and stays, with the reason as the predicate of a sentence. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

/** A plan with what was confirmed, and what was not. */
export interface ConfirmedPlan {
  readonly plan: RepairPlan;
  readonly leftOut: readonly LeftOut[];
}

/** Looks exactly the selected invites up once more, in as few requests as it takes: minutes may have gone by. */
export async function confirmPlans(
  plans: readonly RepairPlan[],
  prepared: PreparedRepair,
  options: RepairSelection,
  context: EngineContext,
): Promise<ConfirmedPlan[]> {
  const inventories = plans.flatMap((plan) => {
    const inventory = prepared.inputs.inventories.find(({ directory }) => directory === plan.directory);
    return inventory === undefined ? [] : [selectedOf(inventory, plan, prepared.report)];
  });
  const settingsOf = await readSettingsOf(
    inventories.map(({ directory }) => directory),
    context.cwd,
  );
  const statuses = await findStatuses(
    inventories,
    {
      offline: false,
      onlyWhetherUsed: options.status === undefined,
      deadline: startDeadline(options.deadline),
      organizationsOf: (directory) => settingsOf(directory)?.organizations,
    },
    context,
  );
  const selection = options.status === undefined ? {} : { statuses: options.status };
  return plans.map((plan) => {
    const assessment = statuses.assessments.find(({ inventory }) => inventory.directory === plan.directory);
    const leftOut: LeftOut[] = [];
    const forget = plan.forget.filter((invite) => {
      if (assessment === undefined) return false;
      const status = assessmentOf(assessment, invite.entry);
      const now = { ...invite, status, used: isUsed(status.status) };
      if (decide(now, selection) === "forget") return true;
      const phrase =
        status.status === "unknown"
          ? `could not be confirmed: ${status.reason ?? "it was not looked up"}`
          : `is not what it was a moment ago: ${statusPhrase(status, statuses.now)}`;
      leftOut.push({ name: invite.entry.name, why: phrase });
      return false;
    });
    return { plan: { ...plan, forget }, leftOut };
  });
}

/** Statuses by which the API shows that it knows the organization's invites. */
const KNOWN: ReadonlySet<InviteStatus> = new Set<InviteStatus>([
  "accepted",
  "joined",
  "departed",
  "expired",
  "pending",
]);

/**
 * The invites of a plan alone; and where none of them is known to the API, as with `--status missing`, one that is:
 * without it, the key would seem to be of another organization.
 */
function selectedOf(inventory: Inventory, plan: RepairPlan, report: Report): Inventory {
  const selected = new Set(plan.forget.map(({ entry }) => entry));
  const witnesses = new Map<string, InviteEntry>();
  for (const { entry, status } of report.invites) {
    if (entry.directory !== plan.directory || !entry.inState || !KNOWN.has(status.status)) continue;
    if (selected.has(entry) || !witnesses.has(entry.providerConfiguration))
      witnesses.set(entry.providerConfiguration, entry);
  }
  const wanted = new Set([...selected, ...witnesses.values()]);
  return { ...inventory, entries: inventory.entries.filter((entry) => wanted.has(entry)) };
}
