import { localName, moduleResource } from "../references.js";
import { oncePerPlace } from "./about-blocks.js";
import { inviteIdFinder } from "./invite-ids.js";
import { defineRule } from "./rule.js";

/** How the providers call the argument of their data sources that says which invite to read. */
const ID_ARGUMENTS = ["invite_id", "id"] as const;

/** A data source that reads an invite managed in the same root module. */
export const dataReadsOwnInvite = defineRule({
  id: "data-reads-own-invite",
  severity: "notice",
  needs: "static",
  find({ inventory: { configuration } }) {
    const sources = configuration.resources.filter(({ mode }) => mode === "data");
    const inviteIds = inviteIdFinder(configuration);
    const found = sources.flatMap((source) => {
      const [address, data] = [moduleResource(source), localName(source)];
      return ID_ARGUMENTS.flatMap((argument) => inviteIds(source, argument)).flatMap(({ range, invite }) =>
        invite?.mode === "managed" ? [{ address, range, arguments: { data, invite: invite.resource } }] : [],
      );
    });
    return oncePerPlace(found);
  },
});
