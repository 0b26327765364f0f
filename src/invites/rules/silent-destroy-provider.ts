import { holdsForAll } from "../providers/dialects.js";
import { managedInvites, oncePerPlace, providerOf } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** A provider that tells Terraform that every deletion went well, whatever OpenAI said. */
export const silentDestroyProvider: Rule = {
  id: "silent-destroy-provider",
  severity: "warning",
  title: "a provider that reports every destroy as done",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    // Each module names the provider; the outermost is where its version is chosen.
    const outermostFirst = managedInvites(configuration).toSorted((a, b) => a.modulePath.length - b.modulePath.length);
    const found = outermostFirst.flatMap((resource) => {
      const provider = providerOf(resource);
      if (!holdsForAll(provider, ({ destroyAccepted }) => destroyAccepted === "reports-success")) return [];
      const range = resource.provider.range ?? resource.block.headerRange;
      return [{ rule: "silent-destroy-provider" as const, directory, range, arguments: { provider } }];
    });
    const labels = new Set<string>();
    return oncePerPlace(found).filter(({ arguments: { provider } }) => {
      const isFirst = !labels.has(provider.label);
      labels.add(provider.label);
      return isFirst;
    });
  },
};
