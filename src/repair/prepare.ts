import { type AssessOptions, type AssessResult, assess } from "../assess/assess.js";
import { matcher } from "../assess/selection.js";
import { defined } from "../base/defined.js";
import type { EngineContext } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import { planRepair, type RepairPlan } from "../invites/remedies/repair-plan.js";
import type { InviteStatus } from "../invites/status.js";
import { programOf, variableFlags } from "../report/commands.js";
import type { RepairCall } from "../report/repair-text.js";
import { diskFileSystem, repositoryRoot } from "../terraform/files/file-system.js";
import { defaultShell } from "../terraform/shell/shell-quoting.js";
import type { StatePlace } from "../terraform/state-change/state-commands.js";
import { endedRepairs } from "./other-repairs.js";
import { locateStatePlace } from "./state-place.js";

/** The flags that say which invites are meant. */
export interface RepairSelection extends AssessOptions {
  readonly only?: readonly string[];
  readonly status?: ReadonlySet<InviteStatus>;
}

/** What is to be removed in each root module, and everything that was found out for it. */
export interface PreparedRepair extends AssessResult {
  /** The repairs on this machine that had ended before: what later ones changed may not have been seen. */
  readonly endedBefore: ReadonlySet<string>;
  /** How it was called, to show how to call it with other flags. */
  readonly call: RepairCall;
  /** Where the state of each root module is; one that could not be found out is missing. */
  readonly places: ReadonlyMap<string, StatePlace>;
  /** One for each root module that could be read, in the order that they were named in. */
  readonly plans: readonly RepairPlan[];
}

/** Removing one of these from the state would leave an invite that can still be accepted and is not managed, or would be a guess. */
const NEVER_FORGOTTEN: ReadonlyMap<InviteStatus, string> = new Map([
  ["pending", "a pending invite can still be accepted, and Terraform can still destroy it"],
  ["unknown", "an invite that could not be looked up is never removed from a state"],
  ["not-sent", "an invite that was not sent is in no state"],
]);

/** Looks everything up and decides what is removed. Fails with a Failure where the selection or the state can't be trusted. */
export async function prepareRepair(
  directories: readonly string[],
  options: RepairSelection,
  context: EngineContext,
): Promise<PreparedRepair> {
  for (const status of options.status ?? []) {
    const reason = NEVER_FORGOTTEN.get(status);
    if (reason !== undefined) {
      throw new Failure(
        `repair can't take --status ${status}: ${reason}`,
        "Pass --status used, or a list of accepted, joined, departed, expired and missing.",
      );
    }
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
      `--state ${options.state} is not the state that the commands would change: ${inputs.givenState.reason}`,
      "Run repair in the root module of that state, or without --state.",
    );
  }
  const entries = report.invites.map(({ entry }) => entry);
  const isMeant = options.only === undefined ? undefined : matcher(options.only, entries);
  const matches = isMeant && (({ entry }: ReportedInvite) => isMeant(entry));
  const selection = defined({ matches, statuses: options.status });
  return {
    ...run,
    endedBefore,
    call: callOf(directories, options, context),
    places: await placesOf(inputs, context),
    plans: inputs.inventories.map((inventory) => planRepair(report, inventory, selection)),
  };
}

function callOf(
  directories: readonly string[],
  options: RepairSelection,
  { platform, env, cwd }: EngineContext,
): RepairCall {
  const { only = [], status = [], state, terraformBin, variables = [], redact, shell } = options;
  return {
    directories,
    flags: [
      ...only.flatMap((one) => ["--only", one]),
      ...[...status].flatMap((one) => ["--status", one]),
      ...(terraformBin === undefined ? [] : ["--terraform-bin", terraformBin]),
      ...variableFlags(variables),
      ...(state === undefined ? [] : ["--state", state]),
      ...(redact === true ? ["--redact"] : []),
    ],
    shell: shell ?? defaultShell(platform),
    program: programOf(env),
    isInRepository: repositoryRoot(cwd, diskFileSystem) !== undefined,
    hasState: state !== undefined,
  };
}

async function placesOf({ inventories, toolOf }: AssessResult["inputs"], context: EngineContext) {
  const places = new Map<string, StatePlace>();
  for (const { directory, configuration } of inventories) {
    const backend = configuration.settings.backend?.type;
    const root = { directory, argv: toolOf(directory), ...defined({ backend }) };
    // Where it can't be found out, the change itself says why.
    const place = await locateStatePlace(root, context).catch(() => undefined);
    if (place !== undefined) places.set(directory, place);
  }
  return places;
}
