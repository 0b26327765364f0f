/** The requests of a provider that can fail. */
export type ProviderStep = "read" | "create" | "update" | "delete" | "look-up";

/** What it reports something on: a request that fails, or projects that it misses and so asks for nothing. */
export type ProviderMessage = ProviderStep | "omitted-projects";

/** What a provider does with invites over a range of its versions. */
export interface Behavior<Id extends string = string> {
  /** Stable name, used in JSON output. */
  readonly id: Id;
  /** Semver range of the versions that behave like this. */
  readonly versions: string;
  /** Registry namespaces in lower case: the provider's own first, then forks whose invite resource is the same file. */
  readonly namespaces: readonly [string, ...string[]];
  /** Whether the schema has `projects` on an invite, and how it is written there. */
  readonly projects: "block" | "required-block" | "attribute" | "none";
  /** The first version in which a required block may be omitted. */
  readonly projectsOptionalSince?: string;
  /** Some builds don't send the projects, but add the person themselves if they join within half a minute. */
  readonly addsProjectsItself?: true;
  /**
   * What comes of an address in mixed case if OpenAI keeps it in lower case: the create fails after it was sent, since
   * the answer differs from the plan, or each later apply replaces the invite.
   */
  readonly foldedEmail: "fails" | "replaces" | "unknown";
  /**
   * What an invite without `projects` is sent with: an empty list (no project), a null, or nothing, which the API takes
   * for the default project (https://platform.openai.com/docs/api-reference/invite/create). `fails`: the plan is made,
   * and nothing can be sent by it.
   */
  readonly omittedProjects: "empty-list" | "null" | "nothing" | "impossible" | "fails" | "unknown";
  /** What a plan does about a project that OpenAI added and the configuration lacks. */
  readonly unaskedProject: "replaces" | "ignored" | "unknown";
  /** What destroying an accepted invite does: the apply fails, or the provider reports a success that did not happen. */
  readonly destroyAccepted: "fails" | "reports-success";
  /** Words in OpenAI's refusal that the provider takes for a success. */
  readonly destroyAcceptedUnless?: string;
  /** The result of a destroy when the API answers 404 for the invite. */
  readonly deleteMissing: "succeeds" | "fails";
  /** The result of a refresh when the API answers 404 for the invite. */
  readonly readMissing: "drops" | "fails";
  /** The attribute that it reads an invite by, where a state of another provider may lack it, and what it reports then. */
  readonly readBy?: { readonly attribute: string; readonly message: string };
  /** The result of a refresh that the API refuses: too many requests, or a key without permission. */
  readonly readRefused: "drops" | "fails";
  /** The result of inviting a member: the apply fails, or the provider keeps the person in place of an invite. */
  readonly createForMember: "fails" | "adopts";
  /** The result of an invite that OpenAI sends. It has answered 200 since December 2025, and a provider may insist on 201. */
  readonly createSent: "succeeds" | "fails";
  /** Whether the state holds private data of the provider (SDKv2 writes it), where that tells its versions apart. */
  readonly statePrivate?: boolean;
  /** What it reports, without `Error: `: `{id}` is the invite's id, `…` what OpenAI says. */
  readonly messages: Readonly<Partial<Record<ProviderMessage, string>>>;
  /** The code or documentation that this was read from. */
  readonly evidence: string;
}

/** A place that holds arguments: `openai_invite`, `data.openai_invite`, `provider`, `projects of openai_invite`. */
export type SchemaPlace = string;

/** Everything that a place takes in some versions. */
export interface SchemaRow {
  /** Semver range, where it does not hold for all versions. */
  readonly versions?: string;
  readonly arguments: readonly string[];
  readonly blocks?: readonly string[];
  /** Attributes that only the provider sets. */
  readonly computed?: readonly string[];
  /** Names that other providers use, each with the name here. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** The code or documentation that it was read from. */
  readonly evidence: string;
}

/** How the members of an organization are listed and added to a project. */
export interface Membership {
  /** Data source that lists the members. */
  readonly list: string;
  /** The list in it. */
  readonly items: string;
  /** The list is a single page, so it has to be asked for the people that are meant. */
  readonly asksByEmail: boolean;
  /** Resource that adds a member to a project. */
  readonly user: string;
}

/** An argument that takes the address of a member, where something fails if there is no such member. */
export interface MemberLookUp {
  readonly place: SchemaPlace;
  readonly argument: string;
  /** Semver range, where it does not hold for all versions. */
  readonly versions?: string;
  /** What it reports then. */
  readonly message?: string;
}

/** Everything known about one provider. `Id`: the names of its behaviors, as JSON output has them. */
export interface ProviderProfile<Id extends string = string> {
  /** What its types begin with, and the last part of its source: `openai` of `mkdev-me/openai`. */
  readonly name: string;
  /** The resource type of an invite. */
  readonly invite: string;
  readonly dialects: readonly Behavior<Id>[];
  readonly inviteSchema: readonly [SchemaRow, ...SchemaRow[]];
  /** The schemas of other places. Nothing is said about a place that is not here. */
  readonly schemas: Readonly<Record<SchemaPlace, readonly SchemaRow[]>>;
  /** Types without a schema here that take a user's id, or list invites or users. */
  readonly otherTypes: readonly string[];
  /** Data source that lists the invites. */
  readonly inviteList?: string;
  /** Data source that looks a user up by the argument `id`. */
  readonly userById?: string;
  /** Arguments that take an API key, in whichever block. */
  readonly keyArguments: readonly string[];
  readonly membership?: Membership;
  readonly memberLookUps?: readonly MemberLookUp[];
  /** What ids begin with that it invents for people who were members already; the API has never heard of them. */
  readonly syntheticIds?: string;
}

/** Keeps the names of a profile's behaviors in its type. */
export function defineProvider<Id extends string>(profile: ProviderProfile<Id>): ProviderProfile<Id> {
  return profile;
}
