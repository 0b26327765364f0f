import { Failure } from "../base/failure.js";

/** What can be selected: an invite of a root module, or one that no state holds and that has no address. */
export interface Selectable {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

/**
 * What `--only` means: an invite's address, its resource's or module's address for all below it, or an email
 * address in which `*` stands for any letters.
 *
 * @throws {Failure} where one of them matches nothing, since it may be mistyped
 */
export function matcher(patterns: readonly string[], all: readonly Selectable[]): (one: Selectable) => boolean {
  const matchers = patterns.map((pattern) => {
    const matches = matchOne(pattern);
    if (!all.some(matches)) {
      throw new Failure(
        `--only ${pattern} matches no invite`,
        "Pass the address of an invite, a resource or a module, or an email in which * matches any text.",
      );
    }
    return matches;
  });
  return (one) => matchers.some((matches) => matches(one));
}

function matchOne(pattern: string): (one: Selectable) => boolean {
  const glob = new RegExp(`^${pattern.split("*").map(escapeForRegExp).join(".*")}$`, "isu");
  return ({ name, email }) =>
    name === pattern ||
    name?.startsWith(`${pattern}[`) === true ||
    name?.startsWith(`${pattern}.`) === true ||
    (pattern.includes("@") && email !== undefined && glob.test(email));
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
