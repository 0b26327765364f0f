import semver from "semver";

/**
 * A constraint on a provider's version as a semver range, or undefined if it is not valid. `~> 1` means below 2.0.0,
 * and pre-releases count as their releases: only an exact constraint allows one
 * (https://github.com/apparentlymart/go-versions/blob/master/versions/parse.go, which Terraform uses).
 */
export function providerRange(constraint: string): string | undefined {
  const releases = constraint.replace(/(\d)[-+][0-9A-Za-z.-]+/g, "$1");
  if (toSemverRange(constraint) === undefined) return undefined;
  return toSemverRange(releases.replace(/~>\s*v?(\d+)\s*(?=,|$)/g, "~> $1.0"));
}

/**
 * The versions that a root module allows, as a semver range, or undefined where it has no readable constraint.
 * OpenTofu ignores some of the constraints from 1.12 on.
 */
export function allowedVersions({
  requiredVersion,
  olderRequiredVersion = [],
}: {
  readonly requiredVersion: readonly string[];
  readonly olderRequiredVersion?: readonly string[];
}): string | undefined {
  const ranges = (constraints: readonly string[]) => constraints.flatMap((one) => toSemverRange(one, "-0") ?? []);
  const own = ranges(requiredVersion);
  const older = ranges(olderRequiredVersion);
  if (own.length + older.length === 0) return undefined;
  const all =
    older.length === 0
      ? [own]
      : [
          [...own, ...older],
          [...own, ">=1.12.0-0"],
        ];
  return semver.validRange(all.map((one) => one.join(" ")).join(" || ")) ?? undefined;
}

/**
 * A constraint on Terraform's version as a semver range, or undefined if it is not valid. `~> 1.2` allows 1.x from 1.2
 * on, `~> 1.2.3` allows 1.2.x from 1.2.3 on
 * (https://developer.hashicorp.com/terraform/language/expressions/version-constraints), and `~> 1` every version from 1
 * on (https://github.com/hashicorp/go-version/blob/main/constraint.go). The `-0` makes `< 1.7` exclude pre-releases of
 * 1.7, as Terraform does.
 */
export function toSemverRange(constraint: string, below: "" | "-0" = ""): string | undefined {
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
      parts.push(`${operator}${version}${operator === "<" && version.prerelease.length === 0 ? below : ""}`);
    }
  }
  const range = parts.length === 0 ? "*" : parts.join(" ");
  return semver.validRange(range) ?? undefined;
}
