import { uniqueBy } from "../../base/group-by.js";
import { holdsForAll } from "../providers/identify.js";
import { managedInvites, oncePerPlace, providerOf } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** A provider that tells Terraform that every deletion went well, whatever OpenAI said. */
export const silentDestroyProvider = defineRule({
  id: "silent-destroy-provider",
  severity: "warning",
  needs: "static",
  find({ inventory: { configuration } }) {
    // Each module names the provider; the outermost is where its version is chosen.
    const outermostFirst = managedInvites(configuration).toSorted((a, b) => a.modulePath.length - b.modulePath.length);
    const found = outermostFirst.flatMap((resource) => {
      const provider = providerOf(resource);
      if (!holdsForAll(provider, ({ destroyAccepted }) => destroyAccepted === "reports-success")) return [];
      return [{ range: resource.provider.range ?? resource.block.headerRange, arguments: { provider } }];
    });
    return uniqueBy(oncePerPlace(found), ({ arguments: { provider } }) => provider.label);
  },
});
