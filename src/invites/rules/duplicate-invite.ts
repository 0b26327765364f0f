import { groupBy } from "../../base/group-by.js";
import type { Configuration } from "../../terraform/configuration/configuration.js";
import { comparePlaces, type SourceRange } from "../../terraform/source-range.js";
import type { InviteEntry } from "../inventory.js";
import { defineRule } from "./rule.js";

/** One person invited by two addresses of one root module: OpenAI refuses the second invite. */
export const duplicateInvite = defineRule({
  id: "duplicate-invite",
  severity: "warning",
  needs: "static",
  find({ inventory: { configuration, entries } }) {
    const organization = organizationFinder(configuration);
    const declared = entries.flatMap((entry) => {
      const email = entry.declared?.arguments.get("email");
      if (email?.kind !== "string") return [];
      // Where the person is written down, for an invite by key the key.
      const range = entry.declared?.keySource ?? email.source ?? entry.resource?.block.headerRange;
      return [{ address: entry.name, email: email.value, range, organization: organization(entry) }];
    });
    const groups = groupBy(declared, ({ organization, email }) => `${organization}\0${email.trim().toLowerCase()}`);
    return [...groups.values()].flatMap((group) => {
      const [first, ...others] = group.toSorted((a, b) => comparePlaces(a.range, b.range));
      if (first === undefined) return [];
      const other: { readonly address: string; readonly range?: SourceRange | undefined } = {
        address: first.address,
        range: first.range,
      };
      return others.map(({ address, range, email }) => ({ address, range, arguments: { email, other } }));
    });
  },
});

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
