import { Failure } from "../base/failure.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";

/**
 * What `--only` means: an invite's address, its resource's or module's address for all below it, or an email
 * address in which `*` stands for any letters.
 *
 * @throws {Failure} where one of them matches nothing: a selection that is misspelt must not pass for an empty one
 */
export function matcher(
  patterns: readonly string[],
  invites: readonly ReportedInvite[],
): (invite: ReportedInvite) => boolean {
  const matchers = patterns.map((pattern) => {
    const matches = matchOne(pattern);
    if (!invites.some(matches)) {
      throw new Failure(
        `--only ${pattern} matches no invite`,
        "It takes an address as `tfinvite status` shows it, or an email address with * for any letters.",
      );
    }
    return matches;
  });
  return (invite) => matchers.some((matches) => matches(invite));
}

function matchOne(pattern: string): (invite: ReportedInvite) => boolean {
  const glob = new RegExp(`^${pattern.split("*").map(escapeForRegExp).join(".*")}$`, "isu");
  return ({ entry }) =>
    entry.name === pattern ||
    entry.name.startsWith(`${pattern}[`) ||
    entry.name.startsWith(`${pattern}.`) ||
    (pattern.includes("@") && entry.email !== undefined && glob.test(entry.email));
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
