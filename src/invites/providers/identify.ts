import semver from "semver";
import { providerRange } from "../../terraform/version-constraint.js";
import { DIALECTS, type Dialect, type KnownDialect, UNKNOWN_DIALECT } from "./registry.js";

/** What is known of the provider behind an invite. */
export interface ProviderFacts {
  /** The resource's type; some of these providers call the invite by another name. */
  readonly resourceType: string;
  /** `registry.terraform.io/openai/openai`. */
  readonly source?: string;
  readonly lockedVersion?: string;
  readonly constraints?: readonly string[];
  /** The object in a raw state, with the provider's private data where it wrote some. */
  readonly object?: { readonly private?: string | undefined };
}

export interface ProviderIdentity {
  readonly dialect: Dialect;
  /** `openai/openai 1.1.0`, or without the version where it is not known. */
  readonly label: string;
  readonly version?: string;
  /** Every behavior that the facts allow: one where it is known, none for a provider without a profile. */
  readonly candidates: readonly KnownDialect[];
  /** Semver range of the versions that may be in use. */
  readonly range: string;
}

/** Whether this holds for every behavior that the facts allow; false if they allow no behavior. */
export function holdsForAll({ candidates }: ProviderIdentity, test: (row: KnownDialect) => boolean): boolean {
  return candidates.length > 0 && candidates.every(test);
}

/** Whether the version may lie in a semver range: false only where it surely does not. */
export function mayBeIn({ range }: Pick<ProviderIdentity, "range">, wanted: string): boolean {
  return remembered(ANSWERS, `${range}\n${wanted}`, () =>
    semver.intersects(range, wanted, { includePrerelease: true }),
  );
}

/** Where the known providers are published. The same name at another registry may be anybody's. */
const HOSTS: ReadonlySet<string> = new Set([
  "registry.terraform.io",
  "registry.opentofu.org",
  // Pre-releases of fjcorp/openai install themselves there.
  "github.com",
]);

/** The behaviors of a provider in all versions and for all types of its invite. `source` is in full. */
export function rowsOf(source: string | undefined): readonly KnownDialect[] {
  const [host, namespace] = source?.toLowerCase().split("/") ?? [];
  if (host === undefined || namespace === undefined || !HOSTS.has(host)) return [];
  return DIALECTS.filter((row) => row.namespaces.includes(namespace));
}

/** Finds the one behavior that a provider has, or the unknown one where several may be or none is known. */
export function identifyProvider(facts: ProviderFacts): ProviderIdentity {
  const { source, resourceType, lockedVersion: version, constraints = [], object } = facts;
  const [, namespace, type] = source?.split("/") ?? [];
  const name = namespace !== undefined && type !== undefined ? `${namespace}/${type}` : "this provider";
  const range = rangeOf(version, constraints);
  const allowed = rowsOf(source).filter(
    ({ provider, versions }) => provider.invite === resourceType && mayBeIn({ range }, versions),
  );
  // A state tells apart what the version does not.
  const candidates =
    allowed.length > 1 && object !== undefined
      ? allowed.filter(
          ({ statePrivate = object.private !== undefined }) => statePrivate === (object.private !== undefined),
        )
      : allowed;
  const [only, ...others] = candidates;
  return {
    dialect: only !== undefined && others.length === 0 ? only : UNKNOWN_DIALECT,
    label: version === undefined ? name : `${name} ${version}`,
    candidates,
    range,
    ...(version !== undefined && { version }),
  };
}

/** A pre-release has the code of the release that follows it. */
function rangeOf(lockedVersion: string | undefined, constraints: readonly string[]): string {
  const locked = lockedVersion === undefined ? undefined : semver.coerce(lockedVersion)?.version;
  if (locked !== undefined) return locked;
  const question = constraints.join("\n");
  // Together, since two that each allow some of the wanted versions may share none.
  return remembered(RANGES, question, () => {
    const ranges = constraints.flatMap((constraint) => providerRange(constraint) ?? []);
    return semver.validRange(ranges.join(" ")) ?? "*";
  });
}

/** Every rule asks about every invite, and the ranges of a run are few; an editor's session may see many. */
const RANGES = new Map<string, string>();
const ANSWERS = new Map<string, boolean>();
const MOST_REMEMBERED = 10_000;

function remembered<T>(known: Map<string, T>, question: string, work: () => T): T {
  const before = known.get(question);
  if (before !== undefined) return before;
  const answer = work();
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(question, answer);
  return answer;
}
