import { groupBy } from "../../base/group-by.js";
import type { Configuration } from "../../terraform/configuration/configuration.js";
import type { SourceRange } from "../../terraform/source-range.js";
import type { InviteEntry } from "../inventory.js";
import type { Rule } from "./rule.js";

/** One person invited by two addresses of one root module: OpenAI refuses the second invite. */
export const duplicateInvite: Rule = {
  id: "duplicate-invite",
  severity: "warning",
  title: "one person invited twice",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, entries, directory } }) {
    const organization = organizationFinder(configuration);
    const declared = entries.filter((entry) => entry.declared !== undefined && emailOf(entry) !== undefined);
    const groups = groupBy(declared, (entry) => `${organization(entry)}\0${emailOf(entry)}`);
    return [...groups.values()].flatMap((group) => {
      const [first, ...others] = [...group].sort((a, b) => comparePlaces(placeOf(a), placeOf(b)));
      if (first === undefined) return [];
      const firstRange = placeOf(first);
      return others.map((entry) => {
        const range = placeOf(entry);
        const email = written(entry) ?? "";
        return {
          rule: "duplicate-invite" as const,
          directory,
          address: entry.name,
          ...(range !== undefined && { range }),
          arguments: {
            email,
            other: { address: first.name, ...(firstRange !== undefined && { range: firstRange }) },
          },
        };
      });
    });
  },
};

/**
 * A key for the provider configuration of an invite. Each may be of another organization, where a person is another
 * member. A module may have a configuration of its own, under a name that is used elsewhere, too.
 */
function organizationFinder({ providers }: Configuration): (entry: InviteEntry) => string {
  const held = new Set(
    providers.map(({ modulePath, name, alias }) =>
      [modulePath.join("."), alias === undefined ? name : `${name}.${alias}`].join(" "),
    ),
  );
  return ({ resource, providerConfiguration }) => {
    if (resource === undefined) return providerConfiguration;
    const { configuration, source = "" } = resource.provider;
    const paths = resource.modulePath.map((_, index, path) => path.slice(0, path.length - index).join("."));
    const holder = paths.find((path) => held.has(`${path} ${configuration}`)) ?? "";
    return [source, holder, configuration].join(" ");
  };
}

/** The address that the configuration gives it, not the one in the state: that is what the next apply sends. */
function written({ declared }: InviteEntry): string | undefined {
  const value = declared?.arguments.get("email");
  return value?.kind === "string" ? value.value : undefined;
}

function emailOf(entry: InviteEntry): string | undefined {
  return written(entry)?.trim().toLowerCase();
}

/** Where the person is written down, for an invite by key the key. */
function placeOf({ declared, resource }: InviteEntry): SourceRange | undefined {
  const value = declared?.arguments.get("email");
  const literal = value?.kind === "string" ? value.source : undefined;
  return declared?.keySource ?? literal ?? resource?.block.headerRange;
}

function comparePlaces(a: SourceRange | undefined, b: SourceRange | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a.file === b.file ? a.start.offset - b.start.offset : a.file < b.file ? -1 : 1;
}
