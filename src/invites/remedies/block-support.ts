import semver from "semver";
import { allowedVersions } from "../../terraform/version-constraint.js";

/** Whether blocks can make a root module forget, and how to write them for it. */
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
  /** What it requires, and what only OpenTofu before 1.12 obeys. */
  readonly requiredVersion: readonly string[];
  readonly olderRequiredVersion?: readonly string[];
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
 * destroys without `destroy = false`; OpenTofu forgets, so `destroy = false` is omitted there if the version may not know it.
 */
export function blockSupport(facts: BlockFacts): BlockSupport {
  const since = sinceThen(REMOVED, facts);
  const name = NAMES[facts.tool];
  if (since === "no") {
    const who =
      facts.version === undefined || allowed(REMOVED, facts) === "none"
        ? `required_version (${[...facts.requiredVersion, ...(facts.olderRequiredVersion ?? [])].join(", ")}) allows no ${name} that has them`
        : `this is ${name} ${facts.version}`;
    return { ok: false, reason: `${name} has removed blocks since 1.7, and ${who}` };
  }
  const lifecycle = facts.tool === "terraform" || sinceThen(TOFU_LIFECYCLE, facts) === "yes";
  return { ok: true, lifecycle, assumed: since === "unknown" };
}

function sinceThen(version: string, facts: BlockFacts): "yes" | "no" | "unknown" {
  const answer = allowed(version, facts);
  if (answer === "all") return "yes";
  if (answer === "none") return "no";
  const known = facts.version === undefined ? null : semver.coerce(facts.version);
  return known === null ? "unknown" : semver.gte(known, version) ? "yes" : "no";
}

/** How many of the allowed versions are that one or later. No version is `-0`, which comes before all pre-releases. */
function allowed(version: string, facts: BlockFacts): "all" | "none" | "some" {
  const all = allowedVersions(facts);
  if (all === undefined) return "some";
  const options = { includePrerelease: true };
  if (!semver.intersects(all, `>${version}-0`, options)) return "none";
  return semver.intersects(all, `<${version}-0`, options) ? "some" : "all";
}
