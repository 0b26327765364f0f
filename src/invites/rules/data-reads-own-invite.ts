import { isInviteType } from "../inventory.js";
import { oncePerPlace } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** A data source that reads an invite managed in the same root module. */
export const dataReadsOwnInvite: Rule = {
  id: "data-reads-own-invite",
  severity: "notice",
  title: "a data source that reads an invite managed beside it",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const found = configuration.references.flatMap(({ from, modulePath, range, attributes, target }) => {
      const [keyword, type = ""] = from.split(".");
      if (keyword !== "data" || !isInviteType(type) || target.mode !== "managed" || !isInviteType(target.type))
        return [];
      // depends_on names the invite without reading anything of it.
      if (attributes.length === 0) return [];
      return [
        {
          rule: "data-reads-own-invite" as const,
          directory,
          address: [...modulePath.map((name) => `module.${name}`), from].join("."),
          range,
          arguments: { data: from, invite: `${target.type}.${target.name}` },
        },
      ];
    });
    return oncePerPlace(found);
  },
};
