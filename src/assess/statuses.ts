import type { Deadline } from "../base/clock.js";
import { defined } from "../base/defined.js";
import type { EngineContext } from "../base/engine-context.js";
import { Interrupted } from "../base/failure.js";
import { uniqueBy } from "../base/group-by.js";
import { listOf } from "../base/phrases.js";
import { VERSION } from "../base/version.js";
import type { Inventory, InviteEntry } from "../invites/inventory.js";
import type { LookUpFailure, LookUpOutcome } from "../invites/look-up.js";
import type { Assessment, Mode } from "../invites/planned/assessment.js";
import { recordedStatuses, unknownStatuses } from "../invites/recorded-statuses.js";
import type { OrganizationInvites } from "../invites/remedies/orphans.js";
import type { LookUpEvent } from "../openai/client.js";
import type { ReportError } from "../report/report.js";
import {
  groupByKey,
  groupEvery,
  type KeyGroup,
  type OrganizationsOf,
  SEVERAL_KEYS,
  USUAL_KEY,
} from "./organizations.js";

/** How statuses are to be found out. */
export interface StatusLookUpOptions {
  readonly offline: boolean;
  /** What is not looked up by then stays unknown. */
  readonly deadline: Deadline;
  /** Which key belongs to which provider configuration; without it, one key is for all. */
  readonly organizationsOf?: OrganizationsOf;
  /** Invites that a plan is about to send, with whom they go to: whether these are invited already is asked, too. */
  readonly toBeSent?: ReadonlyMap<InviteEntry, string | undefined>;
  /** Whether an accepted one's person has stayed is not asked. */
  readonly onlyWhetherUsed?: boolean;
  /** Whether to look up what keeps OpenAI from sending an invite again; true unless given. */
  readonly advice?: boolean;
  /** Whether every invite of every organization in view is listed. */
  readonly wholeLists?: boolean;
}

/** Every invite of one organization. */
export interface OrganizationList extends OrganizationInvites {
  /** Why there may be others. */
  readonly problem?: LookUpFailure;
}

export interface Statuses {
  readonly mode: Mode;
  readonly assessments: readonly Assessment[];
  readonly errors: readonly ReportError[];
  /** What is not known beside the statuses. */
  readonly notes: readonly string[];
  /** With `wholeLists`, one for each organization. */
  readonly lists: readonly OrganizationList[];
  readonly requests: number;
  /** Unix seconds. */
  readonly now: number;
}

/** Finds out the status of every invite: from the API, or with `--offline` from the states. */
export async function findStatuses(
  inventories: readonly Inventory[],
  options: StatusLookUpOptions,
  context: EngineContext,
): Promise<Statuses> {
  const now = Math.floor(context.clock.now() / 1000);
  // A block whose instances are not known stands for invites that cannot be looked up.
  const listed = inventories.map((inventory) => ({
    ...inventory,
    entries: inventory.entries.filter((entry) => entry.unknownInstances === undefined),
  }));
  const result = (mode: Mode, found: Assessment["statuses"], rest: Partial<Statuses> = {}): Statuses => ({
    mode,
    assessments: inventories.map((inventory) => ({ mode, inventory, statuses: found })),
    errors: [],
    notes: [],
    lists: [],
    requests: 0,
    now,
    ...rest,
  });
  if (options.offline) return result("offline", recordedStatuses(listed, now));
  const invites = sum(listed.map(({ entries }) => entries.length));
  const { organizationsOf = () => undefined, wholeLists = false } = options;
  if (invites === 0 && !wholeLists) return result("live", new Map());

  const groups = (wholeLists ? groupEvery : groupByKey)(listed, organizationsOf);
  const progress = context.progress.lookUp(invites);
  const counts = new Map<KeyGroup, number>();
  const show = (group: KeyGroup) => (event: LookUpEvent) => {
    if (event.type !== "request") return progress.show(event);
    counts.set(group, event.count);
    progress.show({ ...event, count: sum(counts.values()) });
  };
  try {
    // Each organization has limits of its own, so none has to wait for another.
    const outcomes = await Promise.all(groups.map((group) => lookUpGroup(group, now, options, show(group), context)));
    if (context.signal.aborted) throw new Interrupted();
    const failures = uniqueBy(
      outcomes.flatMap((outcome) => outcome.failures),
      ({ message, cause = message }) => cause,
    );
    return result("live", new Map(outcomes.flatMap(({ statuses }) => [...statuses])), {
      errors: failures.map(({ message, hint }) => ({ message, hint })),
      notes: outcomes.flatMap(({ notes }) => notes),
      lists: wholeLists ? outcomes.map((outcome, index) => listOfOutcome(outcome, groups[index])) : [],
      requests: sum(outcomes.map(({ requests }) => requests)),
    });
  } finally {
    progress.end();
  }
}

function listOfOutcome({ list, failures }: LookUpOutcome, group: KeyGroup | undefined): OrganizationList {
  const { invites = [], problem = list === undefined ? (failures[0] ?? NO_LIST) : undefined } = list ?? {};
  return { invites, inventories: group?.inventories ?? [], ...defined({ problem }) };
}

const NO_LIST: LookUpFailure = { message: "the list of invites was not read", hint: "Set OPENAI_ADMIN_KEY." };

/** Why the key for an invite is unknown. */
function whose({ resource, configurationNames }: InviteEntry): LookUpFailure {
  return {
    message:
      resource === undefined
        ? "the plan doesn't show the provider configuration of an invite without a block, and so not its organization"
        : `the provider configuration of an invite, and so its organization, is unknown: ${listOf(configurationNames, "or")}`,
    hint: "Pass the state, which has the answer: write the output of `terraform state pull` or `tofu state pull` to a file, and pass it with --state FILE.",
  };
}

/** Looks up the invites of one organization with its own key. */
async function lookUpGroup(
  { keyVariable, inventories, ownership }: KeyGroup,
  now: number,
  { deadline, toBeSent, onlyWhetherUsed = false, advice = true, wholeLists = false }: StatusLookUpOptions,
  onEvent: (event: LookUpEvent) => void,
  context: EngineContext,
): Promise<LookUpOutcome & { readonly requests: number }> {
  if (keyVariable === SEVERAL_KEYS) {
    // What was never sent needs no organization to be known.
    const statuses = unknownStatuses(inventories, (entry) => whose(entry).message, "not-sent");
    const unknown = [...statuses].filter(([, { status }]) => status === "unknown");
    return { statuses, failures: unknown.map(([entry]) => whose(entry)), notes: [], requests: 0 };
  }
  const { readApiSettings } = await import("../openai/api-settings.js");
  // OPENAI_ORG_ID belongs to the usual key; other keys name their organization themselves.
  const env = keyVariable === USUAL_KEY ? context.env : { ...context.env, OPENAI_ORG_ID: undefined };
  const settings = readApiSettings(env, keyVariable);
  if (!settings.ok) {
    const { message } = settings.error;
    return {
      statuses: unknownStatuses(inventories, () => message),
      failures: [settings.error],
      notes: [],
      requests: 0,
    };
  }
  const [{ AdminApi }, { lookUpStatuses }] = await Promise.all([
    import("../openai/client.js"),
    import("../invites/look-up.js"),
  ]);
  const api = new AdminApi({
    ...settings.settings,
    userAgent: `tfinvite/${VERSION}`,
    signal: AbortSignal.any([deadline.signal, context.signal]),
    deadline: deadline.at,
    onEvent,
  });
  try {
    return {
      ...(await lookUpStatuses(api, inventories, now, {
        ...defined({ toBeSent }),
        onlyWhetherUsed,
        advice,
        wholeList: wholeLists,
        ownership,
      })),
      requests: api.requests,
    };
  } finally {
    await api.close();
  }
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
