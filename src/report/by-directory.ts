import { groupBy } from "../base/group-by.js";
import { count, someOf } from "../base/phrases.js";
import type { Severity } from "../invites/rules/finding.js";
import { type Paths, shownFile } from "./checkout.js";
import { escapeControls } from "./escape.js";
import type { Report } from "./report.js";
import { WORST_FIRST } from "./severity.js";
import { countSeverities } from "./summary.js";

/** What was found in one root module. */
export interface DirectorySummary extends Readonly<Record<Severity, number>> {
  readonly directory: string;
  readonly invites: number;
  readonly used: number;
  /** Invites whose status is unknown. */
  readonly unknown: number;
  /** The worst severity among the findings; absent where there are none. */
  readonly worst?: Severity;
}

/** Every root module, in the report's order. */
export function summaryByDirectory({ directories, invites, findings }: Report): DirectorySummary[] {
  const invitesOf = groupBy(invites, ({ entry }) => entry.directory);
  const findingsOf = groupBy(findings, ({ directory }) => directory);
  return directories.map((directory) => {
    const own = invitesOf.get(directory) ?? [];
    const counts = countSeverities(findingsOf.get(directory) ?? []);
    const worst = WORST_FIRST.find((severity) => counts[severity] > 0);
    return {
      directory,
      invites: own.length,
      used: own.filter(({ used }) => used).length,
      unknown: own.filter(({ status }) => status.status === "unknown").length,
      ...counts,
      ...(worst !== undefined && { worst }),
    };
  });
}

const MOST_DIRECTORIES = 10;

/**
 * `2 of 200 root modules need action: prod (1 error), stage (2 warnings)`, the worst first. Undefined for one root module,
 * and where no status was asked for.
 */
export function directoriesText(report: Report, paths: Paths): string | undefined {
  const all = summaryByDirectory(report);
  if (all.length < 2 || report.mode === "static") return undefined;
  const needing = all
    .map((one) => ({ directory: one.directory, needs: needsOf(one) }))
    .filter(({ needs }) => needs.length > 0)
    .toSorted((a, b) => urgency(a.needs) - urgency(b.needs));
  const total = count(all.length, "root module");
  // What could not be read may need action, too.
  if (needing.length === 0) return report.errors.length > 0 ? undefined : `none of ${total} needs action`;
  const named = needing.map(
    ({ directory, needs }) => `${shownFile(directory, paths)} (${needs.map(({ text }) => text).join(", ")})`,
  );
  const verb = needing.length === 1 ? "needs" : "need";
  return escapeControls(`${needing.length} of ${total} ${verb} action: ${someOf(named, MOST_DIRECTORIES)}`);
}

interface Need {
  readonly urgency: number;
  readonly text: string;
}

function needsOf({ error, warning, unknown }: DirectorySummary): Need[] {
  const counts = [count(error, "error"), count(warning, "warning"), `${unknown} unknown`];
  return [error, warning, unknown].flatMap((number, urgency) =>
    number === 0 ? [] : [{ urgency, text: counts[urgency] ?? "" }],
  );
}

function urgency([worst]: readonly Need[]): number {
  return worst?.urgency ?? Number.POSITIVE_INFINITY;
}
