import semver from "semver";

/** A resource type that stands for an OpenAI invitation. */
export const INVITE_TYPES = ["openai_invite", "openai_organization_invite", "openaiadmin_invite"] as const;

/** Resources and data sources of the same providers that take the id of a user, or list invites and users. */
export const RELATED_TYPES = [
  "openai_project_user",
  "openai_project_user_role",
  "openai_project_user_role_assignment",
  "openai_organization_user",
  "openai_organization_user_role",
  "openai_user_role",
  "openai_user_role_assignment",
  "openai_group_user",
  "openai_user",
  "openai_users",
  "openai_organization_users",
  "openai_invites",
  "openai_organization_invites",
  "openaiadmin_project_user",
] as const;

export { INVITE_MENTIONS } from "./mentions.js";

/** Whether the provider's schema has `projects` on an invite, and how it is written there. */
export type ProjectsSyntax = "block" | "required-block" | "attribute" | "none" | "unknown";

/** What a plan makes of a project that OpenAI gave and the configuration lacks. */
export type UnaskedProject = "replaces" | "ignored" | "unknown";

/**
 * What an invite without `projects` is sent with: an empty list (no project), a null, or nothing, which the API takes for
 * the default project (https://platform.openai.com/docs/api-reference/invite/create).
 */
export type OmittedProjects = "empty-list" | "null" | "nothing" | "impossible" | "unknown";

/** What destroying an accepted invite does: the apply fails, or Terraform is told a success that did not happen. */
export type AcceptedDestroy = "fails" | "reports-success" | "unknown";

/** The requests of a provider that can fail, each with what Terraform prints then. */
export type ProviderStep = "read" | "create" | "update" | "delete" | "look-up";

/** What a provider reports, `Error: ` left out: `{id}` stands for the invite's id, `…` for what OpenAI says. */
export type ProviderMessages = Readonly<Partial<Record<ProviderStep, string>>>;

/** The rows of the table, from the newest provider on. */
export const DIALECT_IDS = [
  "openai",
  "mkdev-me-1",
  "mkdev-me-2",
  "jianyuan-0.3",
  "jianyuan-0.4",
  "jianyuan-0.7",
  "fjcorp",
  "cloudopsworks",
  "isac322",
] as const;

export type DialectId = (typeof DIALECT_IDS)[number];

/**
 * A provider's behaviour on invites over a range of its versions.
 *
 * `evidence` names the code it was read from; the rows are the same for the resource's forks.
 */
export interface Dialect {
  /** Stable name, used in JSON output. */
  readonly id: DialectId | "unknown";
  /**
   * Namespaces of the provider at a public registry, for `HOST/NAMESPACE/openai`, in lower case, as registries take them
   * either way. Forks whose invite is the same file are among them. Empty for the fallback.
   */
  readonly namespaces: readonly string[];
  readonly resourceType: (typeof INVITE_TYPES)[number];
  /** Semver range of the versions that behave so. */
  readonly versions: string;
  readonly projects: ProjectsSyntax;
  readonly omittedProjects: OmittedProjects;
  readonly unaskedProject: UnaskedProject;
  readonly destroyAccepted: AcceptedDestroy;
  /** Words in OpenAI's refusal that make the provider take it for a success after all. */
  readonly destroyAcceptedUnless?: string;
  /** What a destroy comes to when the API no longer knows the invite. */
  readonly deleteMissing: "succeeds" | "fails" | "unknown";
  /** What a refresh does when the API no longer knows the invite. */
  readonly readMissing: "drops" | "fails" | "unknown";
  /** What a refresh does when the API refuses to answer: too many requests, or a key that may not read. */
  readonly readRefused: "drops" | "fails" | "unknown";
  /** What inviting a member comes to: the apply fails, or the provider takes the person for the invite. */
  readonly createForMember: "fails" | "adopts" | "unknown";
  /** What an invite that OpenAI sends comes to. It has answered 200 since December 2025, and a provider may insist on 201. */
  readonly createSent: "succeeds" | "fails" | "unknown";
  readonly messages: ProviderMessages;
  readonly evidence: string;
}

const MKDEV = "https://github.com/mkdev-me/terraform-provider-openai/blob";
const JIANYUAN = "https://github.com/jianyuan/terraform-provider-openai/blob";
const OPENAI = "https://github.com/openai/terraform-provider-openai/blob/main";

/** A row of the table: what its requests come to is known. */
export interface KnownDialect extends Dialect {
  readonly id: DialectId;
  readonly destroyAccepted: Exclude<AcceptedDestroy, "unknown">;
  readonly deleteMissing: Exclude<Dialect["deleteMissing"], "unknown">;
  readonly readMissing: Exclude<Dialect["readMissing"], "unknown">;
  readonly readRefused: Exclude<Dialect["readRefused"], "unknown">;
  readonly createForMember: Exclude<Dialect["createForMember"], "unknown">;
  readonly createSent: Exclude<Dialect["createSent"], "unknown">;
}

/** Whether it is a row of the table, and not the one for providers that nobody knows. */
export function isKnown(row: Dialect): row is KnownDialect {
  return row.id !== "unknown";
}

export const DIALECTS: readonly KnownDialect[] = [
  {
    id: "openai",
    namespaces: ["openai"],
    resourceType: "openai_invite",
    versions: ">=0.1.0",
    projects: "attribute",
    omittedProjects: "empty-list",
    unaskedProject: "replaces",
    destroyAccepted: "fails",
    deleteMissing: "succeeds",
    readMissing: "drops",
    readRefused: "fails",
    createForMember: "fails",
    createSent: "succeeds",
    messages: {
      read: 'OpenAI API request failed (GET "…/organization/invites/{id}": …)',
      create: 'OpenAI API request failed (POST "…/organization/invites": …)',
      delete: 'OpenAI API request failed (DELETE "…/organization/invites/{id}": …)',
      "look-up": 'OpenAI API request failed (GET "…/organization/invites/{id}": …)',
    },
    evidence: `${OPENAI}/internal/provider/resources/invite/resource_invite.go`,
  },
  {
    id: "mkdev-me-1",
    namespaces: ["mkdev-me", "canva"],
    resourceType: "openai_invite",
    versions: ">=1.0.0 <2.0.0",
    projects: "required-block",
    omittedProjects: "impossible",
    unaskedProject: "replaces",
    destroyAccepted: "fails",
    destroyAcceptedUnless: "already accepted",
    deleteMissing: "fails",
    readMissing: "drops",
    readRefused: "drops",
    createForMember: "fails",
    createSent: "succeeds",
    messages: {
      create: "error creating invitation: error creating invite: API error: …",
      update: "doesn't support update",
      delete: "error deleting invitation: error deleting invite: API error: …",
      "look-up": "error retrieving invitation: error getting invite: API error: …",
    },
    evidence: `${MKDEV}/v1.2.0/internal/provider/resource_openai_invite.go`,
  },
  {
    id: "mkdev-me-2",
    namespaces: ["mkdev-me", "rdsubhas"],
    resourceType: "openai_invite",
    versions: ">=2.0.0",
    projects: "block",
    omittedProjects: "null",
    unaskedProject: "replaces",
    destroyAccepted: "reports-success",
    deleteMissing: "succeeds",
    readMissing: "drops",
    readRefused: "fails",
    createForMember: "fails",
    createSent: "succeeds",
    messages: {
      read: "API error (API returned error: …)",
      create: "API error (API returned error: … - …)",
      "look-up": "Invite Not Found (Invite with ID {id} not found)",
    },
    evidence: `${MKDEV}/v2.2.7/internal/provider/resource_openai_invite.go`,
  },
  {
    id: "jianyuan-0.3",
    namespaces: ["jianyuan"],
    resourceType: "openai_invite",
    versions: ">=0.3.0 <0.4.0",
    projects: "none",
    omittedProjects: "nothing",
    unaskedProject: "ignored",
    destroyAccepted: "fails",
    deleteMissing: "fails",
    readMissing: "fails",
    readRefused: "fails",
    createForMember: "fails",
    createSent: "fails",
    messages: {
      read: "Client Error (Unable to read, got status code …)",
      create: "Client Error (Unable to create, got status code …)",
      delete: "Client Error (Unable to delete, got status code …)",
      "look-up": "Client Error (Unable to read, got status code 404: …)",
    },
    evidence: `${JIANYUAN}/v0.3.4/internal/provider/resource_invite.go`,
  },
  {
    id: "jianyuan-0.4",
    namespaces: ["jianyuan"],
    resourceType: "openai_invite",
    versions: ">=0.4.0 <0.7.0",
    projects: "none",
    omittedProjects: "nothing",
    unaskedProject: "ignored",
    destroyAccepted: "fails",
    deleteMissing: "succeeds",
    readMissing: "fails",
    readRefused: "fails",
    createForMember: "fails",
    createSent: "succeeds",
    messages: {
      read: "Client Error (Unable to read, got status code …)",
      create: "Client Error (Unable to create, got status code …)",
      delete: "Client Error (Unable to delete, got status code …)",
      "look-up": "Client Error (Unable to read, got status code 404: …)",
    },
    evidence: `${JIANYUAN}/v0.6.0/internal/provider/resource_invite_gen.go`,
  },
  {
    id: "jianyuan-0.7",
    namespaces: ["jianyuan"],
    resourceType: "openai_invite",
    versions: ">=0.7.0",
    projects: "none",
    omittedProjects: "nothing",
    unaskedProject: "ignored",
    destroyAccepted: "fails",
    deleteMissing: "succeeds",
    readMissing: "drops",
    readRefused: "fails",
    createForMember: "fails",
    createSent: "succeeds",
    messages: {
      read: 'Client Error (Unable to read, got error: GET "…/organization/invites/{id}": …)',
      create: 'Client Error (Unable to create, got error: POST "…/organization/invites": …)',
      delete: 'Client Error (Unable to delete, got error: DELETE "…/organization/invites/{id}": …)',
      "look-up": 'Client Error (Unable to read, got error: GET "…/organization/invites/{id}": …)',
    },
    evidence: `${JIANYUAN}/v0.7.0/internal/provider/resource_invite_gen.go`,
  },
  {
    id: "fjcorp",
    namespaces: ["fjcorp"],
    resourceType: "openai_invite",
    versions: "*",
    projects: "block",
    omittedProjects: "unknown",
    unaskedProject: "unknown",
    destroyAccepted: "fails",
    destroyAcceptedUnless: "already accepted",
    deleteMissing: "fails",
    readMissing: "drops",
    readRefused: "drops",
    createForMember: "adopts",
    createSent: "succeeds",
    messages: {},
    evidence: "https://github.com/mkdev-me/terraform-provider-openai/pull/1",
  },
  {
    id: "cloudopsworks",
    namespaces: ["cloudopsworks"],
    resourceType: "openai_organization_invite",
    versions: "*",
    projects: "attribute",
    omittedProjects: "nothing",
    unaskedProject: "replaces",
    destroyAccepted: "fails",
    deleteMissing: "succeeds",
    readMissing: "drops",
    readRefused: "fails",
    createForMember: "fails",
    createSent: "succeeds",
    messages: { delete: "Unable to delete OpenAI organization invite (…)" },
    evidence: "https://registry.terraform.io/providers/cloudopsworks/openai/latest/docs/resources/organization_invite",
  },
  {
    id: "isac322",
    namespaces: ["isac322"],
    resourceType: "openaiadmin_invite",
    versions: "*",
    projects: "none",
    omittedProjects: "unknown",
    unaskedProject: "ignored",
    destroyAccepted: "fails",
    deleteMissing: "succeeds",
    readMissing: "drops",
    readRefused: "fails",
    createForMember: "fails",
    createSent: "succeeds",
    messages: { delete: "Error deleting invite (…)" },
    evidence: "https://registry.terraform.io/providers/isac322/openaiadmin/latest/docs/resources/invite",
  },
];

/** What is said of a provider that no row speaks of: only what holds for all. */
export const UNKNOWN_DIALECT: Dialect = {
  id: "unknown",
  namespaces: [],
  resourceType: "openai_invite",
  versions: "*",
  projects: "unknown",
  omittedProjects: "unknown",
  unaskedProject: "unknown",
  destroyAccepted: "unknown",
  deleteMissing: "unknown",
  readMissing: "unknown",
  readRefused: "unknown",
  createForMember: "unknown",
  createSent: "unknown",
  messages: {},
  evidence: "",
};

/** What is known of the provider behind an invite. */
export interface ProviderEvidence {
  /** The resource's type; some of these providers call the invite by another name. */
  readonly resourceType: string;
  /** `registry.terraform.io/openai/openai`. */
  readonly source?: string;
  readonly lockedVersion?: string;
  readonly constraints?: readonly string[];
  /** Attribute names in the state, which tell some dialects apart. */
  readonly stateAttributes?: ReadonlySet<string>;
  /** `private` as the state holds it; SDKv2 providers write one, framework providers of this family do not. */
  readonly statePrivate?: string;
}

export interface ProviderIdentity {
  readonly dialect: Dialect;
  /** `openai/openai 1.1.0`, or without the version where it is not known. */
  readonly label: string;
  readonly version?: string;
  /** Every row that the evidence allows: one where the dialect is known, none for a provider that no row speaks of. */
  readonly candidates: readonly Dialect[];
  /** What the configuration asks for, where the version is not known. */
  readonly constraints: readonly string[];
}

/** Whether every row that the evidence allows is so; false where there is none. */
export function holdsForAll({ candidates }: ProviderIdentity, test: (row: Dialect) => boolean): boolean {
  return candidates.length > 0 && candidates.every(test);
}

/** Whether the version may lie in a semver range: false only where it surely does not. */
export function mayBeIn({ version, constraints }: ProviderIdentity, range: string): boolean {
  return versionMayBeIn({ constraints, ...(version !== undefined && { lockedVersion: version }) }, range);
}

/** Where the providers of the table are published. The same name at another registry may be anybody's. */
const HOSTS: ReadonlySet<string> = new Set([
  "registry.terraform.io",
  "registry.opentofu.org",
  // Pre-releases of fjcorp/openai install themselves there.
  "github.com",
]);

/** The rows of a provider whatever its version, and of whichever invite type. `source` is in full. */
export function rowsOf(source: string | undefined): readonly Dialect[] {
  const [host, namespace] = source?.toLowerCase().split("/") ?? [];
  if (host === undefined || namespace === undefined || !HOSTS.has(host)) return [];
  return DIALECTS.filter((row) => row.namespaces.includes(namespace));
}

/** Finds the one row that holds for a provider, or the unknown one where several would or none does. */
export function identifyProvider(evidence: ProviderEvidence): ProviderIdentity {
  const [, namespace, type] = evidence.source?.split("/") ?? [];
  const version = evidence.lockedVersion;
  const name = namespace !== undefined && type !== undefined ? `${namespace}/${type}` : "this provider";
  const label = version === undefined ? name : `${name} ${version}`;
  const candidates = rowsOf(evidence.source).filter(
    (row) => row.resourceType === evidence.resourceType && versionMayBeIn(evidence, row.versions),
  );
  const rows = candidates.length > 1 ? candidates.filter((row) => matchesState(row, evidence)) : candidates;
  const [only, ...others] = rows;
  const dialect = only !== undefined && others.length === 0 ? only : UNKNOWN_DIALECT;
  const constraints = evidence.constraints ?? [];
  return { dialect, label, candidates: rows, constraints, ...(version !== undefined && { version }) };
}

/** Answers by question: every rule asks about every invite, and the ranges of a run are few. */
const answers = new Map<string, boolean>();
/** An editor's session may see many constraints come and go. */
const MOST_ANSWERS = 10_000;

function versionMayBeIn(
  { lockedVersion, constraints = [] }: Pick<ProviderEvidence, "lockedVersion" | "constraints">,
  wanted: string,
): boolean {
  const question = JSON.stringify([wanted, lockedVersion ?? constraints]);
  const known = answers.get(question);
  if (known !== undefined) return known;
  const answer = compareVersions(lockedVersion, constraints, wanted);
  if (answers.size >= MOST_ANSWERS) answers.clear();
  answers.set(question, answer);
  return answer;
}

function compareVersions(lockedVersion: string | undefined, constraints: readonly string[], wanted: string): boolean {
  const locked = lockedVersion === undefined ? undefined : withoutPrerelease(lockedVersion);
  if (locked !== undefined) return semver.satisfies(locked, wanted);
  const ranges = constraints.flatMap((constraint) => providerRange(constraint) ?? []);
  // Together, since two that each allow some of the wanted versions may share none.
  const all = semver.validRange(ranges.join(" "));
  return all === null || semver.intersects(all, wanted, { includePrerelease: true });
}

function matchesState(row: Dialect, evidence: ProviderEvidence): boolean {
  const { stateAttributes, statePrivate } = evidence;
  if (stateAttributes === undefined) return true;
  // SDKv2 leaves its private blob in the state; the framework versions of the same provider write none.
  if (row.id === "mkdev-me-1") return statePrivate !== undefined;
  if (row.id === "mkdev-me-2") return statePrivate === undefined;
  return true;
}

/** A pre-release has the code of the release that it comes before. */
function withoutPrerelease(version: string): string | undefined {
  return semver.coerce(version)?.version;
}

/**
 * A constraint on a provider's version as a semver range, or undefined where it is not one. `~> 1` stays below 2.0.0, and
 * pre-releases count as their releases: only a constraint on one of them alone allows it
 * (https://github.com/apparentlymart/go-versions/blob/master/versions/parse.go, by which Terraform reads these).
 */
export function providerRange(constraint: string): string | undefined {
  const releases = constraint.replace(/(\d)[-+][0-9A-Za-z.-]+/g, "$1");
  if (toSemverRange(constraint) === undefined) return undefined;
  return toSemverRange(releases.replace(/~>\s*v?(\d+)\s*(?=,|$)/g, "~> $1.0"));
}

/**
 * A constraint on Terraform's version as a semver range, or undefined where it is not one.
 * `~> 1.2` allows 1.x from 1.2 on, `~> 1.2.3` allows 1.2.x from 1.2.3 on
 * (https://developer.hashicorp.com/terraform/language/expressions/version-constraints), and `~> 1` whatever is not older
 * (https://github.com/hashicorp/go-version/blob/main/constraint.go).
 */
export function toSemverRange(constraint: string): string | undefined {
  const parts: string[] = [];
  for (const part of constraint.split(",")) {
    const match = /^\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,2}(?:[-+][0-9A-Za-z.-]+)?)\s*$/.exec(part);
    const [, operator = "=", text = ""] = match ?? [];
    const version = semver.coerce(text, { includePrerelease: true });
    if (match === null || version === null) return undefined;
    if (operator === "!=") continue;
    if (operator === "~>") {
      const pieces = text.split(/[-+]/)[0]?.split(".").length ?? 1;
      const upper = pieces >= 3 ? `${version.major}.${version.minor + 1}.0` : `${version.major + 1}.0.0`;
      parts.push(pieces === 1 ? `>=${version}` : `>=${version} <${upper}-0`);
    } else {
      parts.push(`${operator}${version}`);
    }
  }
  const range = parts.length === 0 ? "*" : parts.join(" ");
  return semver.validRange(range) ?? undefined;
}
