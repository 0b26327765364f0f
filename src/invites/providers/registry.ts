import { cloudopsworks } from "./cloudopsworks.js";
import { fjcorp } from "./fjcorp.js";
import { isac322 } from "./isac322.js";
import { jianyuan } from "./jianyuan.js";
import { mkdevMe } from "./mkdev-me.js";
import { openai } from "./openai.js";
import type { Behavior, ProviderProfile } from "./profile.js";

/** Every known provider. */
export const PROVIDERS = {
  openai,
  "mkdev-me": mkdevMe,
  jianyuan,
  fjcorp,
  cloudopsworks,
  isac322,
};

export type ProviderId = keyof typeof PROVIDERS;
export type DialectId = (typeof PROVIDERS)[ProviderId]["dialects"][number]["id"];

/** A behavior with the provider that has it. */
export interface KnownDialect extends Behavior<DialectId> {
  readonly provider: ProviderProfile;
}

/** What is said about a provider without a profile: only what holds for all. */
export const UNKNOWN_DIALECT = {
  id: "unknown",
  versions: "*",
  destroyAccepted: "unknown",
  readMissing: "unknown",
} as const;

export type Dialect = KnownDialect | typeof UNKNOWN_DIALECT;

/** Whether the provider has a profile. */
export function isKnown(row: Dialect): row is KnownDialect {
  return row !== UNKNOWN_DIALECT;
}

const PROFILES: readonly ProviderProfile<DialectId>[] = Object.values(PROVIDERS);

export const DIALECTS: readonly KnownDialect[] = PROFILES.flatMap((provider) =>
  provider.dialects.map((behavior) => ({ ...behavior, provider })),
);

/** The resource types that stand for an OpenAI invitation. */
export const INVITE_TYPES: readonly string[] = union(({ invite }) => [invite]);

/** Types of resources and data sources of the same providers that take the id of a user, or list invites and users. */
const RELATED_TYPES: ReadonlySet<string> = new Set(
  union(({ schemas, otherTypes }) => [
    ...Object.keys(schemas).flatMap((place) => /^(?:data\.)?(\w+_\w+)$/.exec(place)?.[1] ?? []),
    ...otherTypes,
  ]),
);

/** Whether a type that is not an invite matters to the rules. */
export function isRelatedType(type: string): boolean {
  return RELATED_TYPES.has(type) || isLikeInvite(type);
}

/** Whether a type that no known provider has looks like one of an OpenAI invite. */
export function isLikeInvite(type: string): boolean {
  return !INVITE_TYPES.includes(type) && /^openai[a-z0-9]*_(?:\w+_)?(?:invite|invitation)$/.test(type);
}

/** Arguments of the known providers that take a key. */
export const KEY_ARGUMENTS: ReadonlySet<string> = new Set(union(({ keyArguments }) => keyArguments));

/** Data sources that list invites, each with its id. */
export const INVITE_LISTS: ReadonlySet<string> = new Set(union(({ inviteList = [] }) => inviteList));

/** Data sources that look a user up by the argument `id`. */
export const USERS_BY_ID: ReadonlySet<string> = new Set(union(({ userById = [] }) => userById));

/** Text that a file of a configuration has to contain to matter here. Looked for before anything is parsed. */
export const INVITE_PREFILTER: readonly string[] = union(({ name }) => [`${name}_`]);

/** Text that a file contains which configures one of the providers, with or without invites. */
export const PROVIDER_PREFILTER: readonly string[] = union(({ name }) => [`"${name}"`]);

/** Whether a provider invented the id, for someone who was a member already. */
export function isSyntheticId(id: string | undefined): boolean {
  return PROFILES.some(({ syntheticIds }) => syntheticIds !== undefined && id?.startsWith(syntheticIds));
}

function union(of: (profile: ProviderProfile) => string | readonly string[]): string[] {
  return [...new Set(PROFILES.flatMap(of))];
}
