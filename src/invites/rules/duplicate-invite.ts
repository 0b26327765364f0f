import { emailKey } from "../../base/email.js";
import { groupBy } from "../../base/group-by.js";
import { comparePlaces, type SourceRange } from "../../terraform/source-range.js";
import { defineRule } from "./rule.js";

/** One person invited by two addresses of one root module to one organization: OpenAI refuses the second invite. */
export const duplicateInvite = defineRule({
  id: "duplicate-invite",
  severity: "warning",
  needs: "static",
  find({ inventory: { entries } }) {
    const declared = entries.flatMap((entry) => {
      const email = entry.declared?.arguments.get("email");
      if (email?.kind !== "string") return [];
      // Where the person is written down, for an invite by key the key.
      const range = entry.declared?.keySource ?? email.source ?? entry.resource?.block.headerRange;
      return [
        {
          address: entry.name,
          email: email.value,
          shown: entry.hiddenEmail ?? email.value,
          range,
          organization: entry.providerConfiguration,
        },
      ];
    });
    const groups = groupBy(declared, ({ organization, email }) => `${organization}\0${emailKey(email)}`);
    return [...groups.values()].flatMap((group) => {
      const [first, ...others] = group.toSorted((a, b) => comparePlaces(a.range, b.range));
      if (first === undefined) return [];
      const other: { readonly address: string; readonly range?: SourceRange | undefined } = {
        address: first.address,
        range: first.range,
      };
      return others.map(({ address, range, shown }) => ({ address, range, arguments: { email: shown, other } }));
    });
  },
});
