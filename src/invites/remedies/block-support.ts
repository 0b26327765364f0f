import semver from "semver";
import { toSemverRange } from "../../terraform/version-constraint.js";

/** Whether a root module can be told to forget by blocks, and how they are written for it. */
export type BlockSupport =
  | {
      readonly ok: true;
      /** Whether `removed` says `lifecycle { destroy = false }`. */
      readonly lifecycle: boolean;
      /** True where nothing says which version it is. */
      readonly assumed: boolean;
    }
  | { readonly ok: false; readonly reason: string };

/** What a root module is worked on with. */
export interface BlockFacts {
  readonly tool: "terraform" | "tofu";
  /** Its `required_version` constraints. */
  readonly requiredVersion: readonly string[];
  /** Of the program itself, where it was there to be asked. */
  readonly version?: string;
}

const NAMES = { terraform: "Terraform", tofu: "OpenTofu" } as const;

/** Both have `removed` since then: https://github.com/hashicorp/terraform/blob/v1.7/CHANGELOG.md, https://opentofu.org/docs/intro/whats-new/#removed-block */
const REMOVED = "1.7.0";

/** Before, OpenTofu knows no `lifecycle` there, and forgets in any case: https://opentofu.org/docs/v1.9/language/resources/syntax/#removing-resources */
const TOFU_LIFECYCLE = "1.10.0";

/**
 * Whether blocks are understood by the program that the root module requires, or else by the one that is there. Terraform
 * destroys where `destroy = false` is left out; OpenTofu forgets, so it is left out there where it might not be understood.
 */
export function blockSupport(facts: BlockFacts): BlockSupport {
  const since = sinceThen(REMOVED, facts);
  const name = NAMES[facts.tool];
  if (since === "no") {
    const who =
      facts.version === undefined || allowed(REMOVED, facts.requiredVersion) === "none"
        ? `required_version (${facts.requiredVersion.join(", ")}) allows no ${name} that has them`
        : `this is ${name} ${facts.version}`;
    return { ok: false, reason: `${name} has removed blocks since 1.7, and ${who}` };
  }
  const lifecycle = facts.tool === "terraform" || sinceThen(TOFU_LIFECYCLE, facts) === "yes";
  return { ok: true, lifecycle, assumed: since === "unknown" };
}

function sinceThen(version: string, { requiredVersion, version: own }: BlockFacts): "yes" | "no" | "unknown" {
  const answer = allowed(version, requiredVersion);
  if (answer === "all") return "yes";
  if (answer === "none") return "no";
  const known = own === undefined ? null : semver.coerce(own);
  return known === null ? "unknown" : semver.gte(known, version) ? "yes" : "no";
}

/** How many of the versions that the constraints allow are that one or later. */
function allowed(version: string, constraints: readonly string[]): "all" | "none" | "some" {
  const ranges = constraints.flatMap((constraint) => toSemverRange(constraint) ?? []);
  const all = semver.validRange(ranges.join(" "));
  if (all === null || ranges.length === 0) return "some";
  const options = { includePrerelease: true };
  if (!semver.intersects(all, `<${version}-0`, options)) return "all";
  return semver.intersects(all, `>=${version}-0`, options) ? "some" : "none";
}
