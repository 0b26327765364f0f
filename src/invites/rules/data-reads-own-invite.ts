import { ID_ATTRIBUTES } from "../inventory.js";
import { localName, moduleResource } from "../references.js";
import { oncePerPlace } from "./about-blocks.js";
import { inviteIdFinder } from "./invite-ids.js";
import { defineRule } from "./rule.js";

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
      // The argument that says which invite to read is called as the attribute.
      return ID_ATTRIBUTES.flatMap((argument) => inviteIds(source, argument)).flatMap(({ range, invite }) =>
        invite?.mode === "managed" ? [{ address, range, arguments: { data, invite: invite.resource } }] : [],
      );
    });
    return oncePerPlace(found);
  },
});
