import { groupBy } from "../base/group-by.js";
import type { Assessment } from "../invites/planned/assessment.js";
import { isMarked } from "../invites/planned/cause.js";
import type { PlannedChange } from "../invites/planned/planned.js";
import type { Report, ReportError } from "../report/report.js";
import { formatAddress } from "../terraform/addresses/address.js";

const MOST_NAMED = 5;

/** Actions of a plan without a verdict, and why, for standard error. */
export function verdictsNotGiven(report: Report): string[] {
  const undecided = undecidedActions(report);
  const unknownProviders = changesOf(report).filter(({ verdict }) => verdict.kind === "needs-provider");
  return [
    ...[...groupBy(undecided, whyUndecided)].flatMap(([why, changes]) => notGiven(changes, why)),
    ...notGiven(unknownProviders, "the behavior of its provider is unknown"),
  ];
}

/** Actions on which more knowledge of the person would give a verdict. */
export function undecidedActions(report: Report): PlannedChange[] {
  return changesOf(report).filter(({ verdict }) => verdict.kind === "needs-look-up");
}

function changesOf({ invites }: Report): PlannedChange[] {
  return invites.flatMap(({ planned }) => planned);
}

function whyUndecided({ entry, change: { after, afterUnknown } }: PlannedChange): string {
  if (after !== undefined && after["email"] === undefined && isMarked(afterUnknown, "email"))
    return "whom it invites is only known during the apply";
  const needsProjects = entry.provider.candidates.some(({ omittedProjects }) => omittedProjects === "fails");
  if (needsProjects && isMarked(afterUnknown, "projects"))
    return "it needs a look-up, or its projects, which are only known during the apply";
  return "it needs a look-up";
}

function notGiven(changes: readonly PlannedChange[], why: string): string[] {
  if (changes.length === 0) return [];
  const names = changes.map(({ entry, operation }) => `${entry.name} (${operation})`);
  const more = names.length - MOST_NAMED;
  const shown = `${names.slice(0, MOST_NAMED).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
  return [`no verdict on ${shown}: ${why}`];
}

/** Actions that no known version of Terraform writes: they must not count as harmless. */
export function unknownActions(assessments: readonly Assessment[]): ReportError[] {
  return assessments.flatMap(({ planned }) =>
    (planned?.unknown ?? []).map(({ address, actions }) => {
      // A word from the plan could pose as a command in the log of a CI job.
      const words = actions.filter((action) => /^[a-z][a-z-]{0,31}$/i.test(action));
      const shown = words.length === 0 ? "" : `: ${words.join(", ")}`;
      return {
        message: `the plan has an action that tfinvite doesn't know${shown}`,
        hint: "Update tfinvite, or check this action in the plan yourself.",
        address: formatAddress(address),
      };
    }),
  );
}
