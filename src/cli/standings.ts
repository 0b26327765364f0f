import type { Assessment, Mode } from "../invites/assessment.js";
import type { Inventory } from "../invites/inventory.js";
import { recordedStandings, unknownStandings } from "../invites/recorded-standings.js";
import type { ReportError } from "../invites/report.js";
import type { Deadline } from "./deadline.js";
import { Interrupted } from "./interrupted.js";
import type { Io } from "./io.js";
import { startProgress } from "./progress.js";
import { styleFor } from "./style.js";
import { VERSION } from "./version.js";

/** How standings are to be found out. */
export interface StandingOptions {
  readonly offline: boolean;
  /** What is not looked up by then stays unknown. */
  readonly deadline: Deadline;
}

export interface Standings {
  readonly mode: Mode;
  readonly assessments: readonly Assessment[];
  readonly errors: readonly ReportError[];
  readonly requests: number;
  /** Unix seconds. */
  readonly now: number;
}

/** Finds out the standing of every invite: from the API, or with `--offline` from the states. */
export async function findStandings(
  inventories: readonly Inventory[],
  options: StandingOptions,
  io: Io,
): Promise<Standings> {
  const now = Math.floor(Date.now() / 1000);
  const result = (mode: Mode, standings: Assessment["standings"], rest: Partial<Standings> = {}): Standings => ({
    mode,
    assessments: inventories.map((inventory) => ({ mode, inventory, standings })),
    errors: [],
    requests: 0,
    now,
    ...rest,
  });
  if (options.offline) return result("offline", recordedStandings(inventories, now));
  const invites = inventories.reduce((sum, inventory) => sum + inventory.entries.length, 0);
  if (invites === 0) return result("live", new Map());

  const { readSettings } = await import("../openai/settings.js");
  const settings = readSettings(io.env);
  if (!settings.ok) {
    const { message, hint } = settings.error;
    return result("live", unknownStandings(inventories, message), { errors: [{ message, hint }] });
  }
  const [{ AdminApi }, { lookUpStandings }] = await Promise.all([
    import("../openai/client.js"),
    import("../invites/look-up.js"),
  ]);
  const progress = startProgress(invites, io, styleFor(io.stderr, io));
  const api = new AdminApi({
    ...settings.settings,
    userAgent: `tfinvite/${VERSION}`,
    signal: AbortSignal.any([options.deadline.signal, io.signal]),
    deadline: options.deadline.at,
    onEvent: (event) => progress.show(event),
  });
  try {
    const outcome = await lookUpStandings(api, inventories, now);
    if (io.signal.aborted) throw new Interrupted();
    return result("live", outcome.standings, {
      errors: outcome.failures.map(({ message, hint }) => ({ message, hint })),
      requests: api.requests,
    });
  } finally {
    progress.end();
    await api.close();
  }
}
