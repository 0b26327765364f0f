import { type AssessOptions, type AssessResult, assess } from "../assess/assess.js";
import { matcher } from "../assess/selection.js";
import { defined } from "../base/defined.js";
import type { EngineContext } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import { planRepair, type RepairPlan } from "../invites/remedies/repair-plan.js";
import type { InviteStatus } from "../invites/status.js";
import { endedRepairs } from "./other-repairs.js";

/** The flags that say which invites are meant. */
export interface RepairSelection extends AssessOptions {
  readonly only?: readonly string[];
  readonly status?: ReadonlySet<InviteStatus>;
}

/** What is to be forgotten in each root module, and everything that was found out on the way. */
export interface PreparedRepair extends AssessResult {
  /** The repairs on this machine that had ended before: what later ones changed may not have been seen. */
  readonly endedBefore: ReadonlySet<string>;
  /** One for each root module that could be read, in the order that they were named in. */
  readonly plans: readonly RepairPlan[];
}

/** Taking one of these out of the state would leave something alive that nobody manages, or would be a guess. */
const NEVER_FORGOTTEN: ReadonlyMap<InviteStatus, string> = new Map([
  ["pending", "a pending invite is alive: let the person accept it, or destroy it with Terraform, which works"],
  ["unknown", "an invite that could not be looked up is never taken out of a state"],
  ["not-sent", "an invite that was never sent is in no state"],
]);

/** Looks everything up and decides what goes. Fails with a Failure where the selection or the state is not to be trusted. */
export async function prepareRepair(
  directories: readonly string[],
  options: RepairSelection,
  context: EngineContext,
): Promise<PreparedRepair> {
  for (const status of options.status ?? []) {
    const reason = NEVER_FORGOTTEN.get(status);
    if (reason !== undefined) throw new Failure(`--status ${status} does not go with repair: ${reason}`);
  }
  // Only a change needs a place for journals.
  const endedBefore = await endedRepairs(context).catch(() => new Set<string>());
  const run = await assess(
    directories,
    { command: "repair", ...options, withoutBaseline: true, advice: false },
    context,
  );
  const { report, inputs } = run;
  context.notify(run.notes, report.errors);
  if (inputs.givenState?.kind === "other") {
    throw new Failure(
      `${options.state} is not the state that the commands would act on: ${inputs.givenState.reason}`,
      "Run repair in the root module that the state belongs to, or without --state.",
    );
  }
  const entries = report.invites.map(({ entry }) => entry);
  const isMeant = options.only === undefined ? undefined : matcher(options.only, entries);
  const matches = isMeant && (({ entry }: ReportedInvite) => isMeant(entry));
  const selection = defined({ matches, statuses: options.status });
  return {
    ...run,
    endedBefore,
    plans: inputs.inventories.map((inventory) => planRepair(report, inventory, selection)),
  };
}
