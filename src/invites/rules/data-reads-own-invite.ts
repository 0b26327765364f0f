import { moduleResource } from "../references.js";
import { oncePerPlace } from "./about-blocks.js";
import { inviteIdFinder } from "./invite-ids.js";
import type { Rule } from "./rule.js";

/** How the providers call the argument of their data sources that says which invite to read. */
const ID_ARGUMENTS = ["invite_id", "id"] as const;

/** A data source that reads an invite managed in the same root module. */
export const dataReadsOwnInvite: Rule = {
  id: "data-reads-own-invite",
  severity: "notice",
  title: "a data source that reads an invite managed beside it",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const sources = configuration.resources.filter(({ mode }) => mode === "data");
    if (sources.length === 0) return [];
    const inviteIds = inviteIdFinder(configuration);
    const found = sources.flatMap((source) =>
      ID_ARGUMENTS.flatMap((argument) => {
        const expression = source.block.body.attribute(argument)?.value;
        if (expression === undefined) return [];
        return inviteIds(expression, source).flatMap(({ range, invite }) => {
          if (invite?.mode !== "managed") return [];
          return [
            {
              rule: "data-reads-own-invite" as const,
              directory,
              address: moduleResource(source),
              range,
              arguments: { data: `data.${source.type}.${source.name}`, invite: invite.resource },
            },
          ];
        });
      }),
    );
    return oncePerPlace(found);
  },
};
