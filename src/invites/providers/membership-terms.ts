import { isDeepStrictEqual } from "node:util";
import semver from "semver";
import type { ProviderIdentity } from "./identify.js";
import type { Membership } from "./profile.js";
import type { KnownDialect } from "./registry.js";
import { schemaRowsOf } from "./schemas.js";

/** How a provider lists the members of an organization and adds one of them to a project. */
export interface MembershipTerms extends Membership {
  /** What a member's role is given as: a name, or ids that `data "openai_project_role"` looks up. */
  readonly role: "name" | "ids";
}

/** The terms that every version allows which the configuration does; or why there are none. */
export function membershipTerms(provider: ProviderIdentity): MembershipTerms | string {
  const { candidates } = provider;
  const all = candidates.map((row) => termsOf(row, provider));
  const [first] = all;
  if (first === undefined) return "the way to add members to projects is not known for this provider";
  if (typeof first !== "string" && all.every((one) => isDeepStrictEqual(one, first))) return first;
  const reason = all.find((one) => typeof one === "string");
  if (candidates.length === 1 && reason !== undefined) return reason;
  const since = candidates.find(({ projectsOptionalSince }) => projectsOptionalSince !== undefined);
  return `what adds members to projects differs between the versions that may be meant: lock one of ${provider.label}${
    since === undefined ? "" : ` from ${since.projectsOptionalSince} on`
  }`;
}

function termsOf(row: KnownDialect, range: Pick<ProviderIdentity, "range">): MembershipTerms | string {
  const { provider, namespaces, versions, projectsOptionalSince: since } = row;
  if (since !== undefined)
    return `${namespaces[0]}/${provider.name} ${semver.minVersion(versions)?.major}.x requires projects; from ${since} they are optional`;
  const { membership } = provider;
  if (membership === undefined) return "the way to add members to projects is not known for this provider and version";
  const rows = schemaRowsOf(row, membership.user, range);
  const byIds = rows.find(({ arguments: names }) => names.includes("role_ids"));
  if (byIds !== undefined && rows.some(({ arguments: names }) => names.includes("role")))
    return `${membership.user} takes role before ${semver.coerce(byIds.versions)} and role_ids from then on, and the version may be either: lock one`;
  return { ...membership, role: byIds === undefined ? "name" : "ids" };
}
