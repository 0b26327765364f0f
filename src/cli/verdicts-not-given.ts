import type { Assessment } from "../invites/assessment.js";
import type { Report, ReportError } from "../invites/report.js";
import { formatAddress } from "../terraform/address.js";

const MOST_NAMED = 5;

/** Actions of a plan that no verdict can be given of, and why, for standard error. */
export function verdictsNotGiven({ invites }: Report): string[] {
  const changes = invites.flatMap(({ planned }) => planned);
  const name = (kind: string) =>
    changes
      .filter(({ verdict }) => verdict.kind === kind)
      .map(({ entry, operation }) => `${entry.name} (${operation})`);
  return [
    ...notGiven(name("needs-look-up"), "it takes a look-up"),
    ...notGiven(name("needs-provider"), "what its provider does is not known"),
  ];
}

function notGiven(names: readonly string[], why: string): string[] {
  if (names.length === 0) return [];
  const more = names.length - MOST_NAMED;
  const shown = `${names.slice(0, MOST_NAMED).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
  return [`no verdict on ${shown}: ${why}`];
}

/** Actions that no known version of Terraform writes: what is not understood must not pass for harmless. */
export function unknownActions(assessments: readonly Assessment[]): ReportError[] {
  return assessments.flatMap(({ planned }) =>
    (planned?.unknown ?? []).map(({ address, actions }) => ({
      message: `the plan does ${actions.join(", ")} with it, which tfinvite does not know`,
      hint: "Update tfinvite, or look at the plan yourself.",
      address: formatAddress(address),
    })),
  );
}
