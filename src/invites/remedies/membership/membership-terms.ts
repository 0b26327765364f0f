import { type Dialect, mayBeIn, type ProviderIdentity } from "../../providers/dialects.js";

/** How a provider lists the members of an organization and adds one of them to a project. */
export interface MembershipTerms {
  /** Data source that lists the members. */
  readonly list: string;
  /** The list in it. */
  readonly items: string;
  /** The list is one page, so it has to be asked for the people that are meant. */
  readonly asksByEmail: boolean;
  /** Resource that makes a member one of a project. */
  readonly user: string;
  /** What its role is given as: a name, or ids that `data "openai_project_role"` looks up. */
  readonly role: "name" | "ids";
}

const USUAL: MembershipTerms = {
  list: "openai_organization_users",
  items: "users",
  asksByEmail: false,
  user: "openai_project_user",
  role: "name",
};

/**
 * By row of the table of dialects. The list of mkdev-me 1.x is one page before 1.1.1, but its invites cannot be without
 * projects anyway.
 */
const TERMS: Readonly<Record<string, MembershipTerms>> = {
  // https://registry.terraform.io/providers/openai/openai/latest/docs/data-sources/organization_users
  openai: USUAL,
  // https://registry.terraform.io/providers/jianyuan/openai/0.7.0/docs/data-sources/users
  "jianyuan-0.3": { ...USUAL, list: "openai_users" },
  "jianyuan-0.4": { ...USUAL, list: "openai_users" },
  "jianyuan-0.7": { ...USUAL, list: "openai_users" },
  // https://github.com/cloudopsworks/terraform-provider-openai/blob/main/docs/data-sources/openai_organization_users.md
  cloudopsworks: { ...USUAL, items: "items", asksByEmail: true },
  // https://registry.terraform.io/providers/isac322/openaiadmin/latest/docs/resources/project_user
  isac322: { ...USUAL, list: "openaiadmin_users_list", user: "openaiadmin_project_user" },
};

/** The terms that every version allows which the configuration does; or why there are none. */
export function membershipTerms(provider: ProviderIdentity): MembershipTerms | string {
  const { candidates } = provider;
  const all = candidates.map((row) => termsOf(row, provider));
  const [first] = all;
  if (first === undefined) return "the way to add members to projects is not known for this provider";
  if (typeof first !== "string" && all.every((one) => same(one, first))) return first;
  const reason = all.find((one) => typeof one === "string");
  if (candidates.length === 1 && reason !== undefined) return reason;
  return `what adds members to projects differs between the versions that may be meant: lock one of ${provider.label}${
    candidates.some(({ id }) => id === "mkdev-me-1") ? " from 2.0.0 on" : ""
  }`;
}

function termsOf({ id }: Dialect, provider: ProviderIdentity): MembershipTerms | string {
  if (id === "mkdev-me-1") return "mkdev-me/openai 1.x insists on projects; from 2.0.0 on they may be left out";
  if (id === "mkdev-me-2") {
    // https://github.com/mkdev-me/terraform-provider-openai/blob/main/CHANGELOG.md
    const [before, since] = [mayBeIn(provider, "<2.1.0-0"), mayBeIn(provider, ">=2.1.0-0")];
    if (before && since)
      return "openai_project_user takes role before 2.1.0 and role_ids from then on, and the version may be either: lock one";
    return { ...USUAL, role: since ? "ids" : "name" };
  }
  return TERMS[id] ?? "the way to add members to projects is not known for this provider and version";
}

function same(a: MembershipTerms | string, b: MembershipTerms): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
