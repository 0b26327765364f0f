import { isKnownProvider } from "../dialects.js";
import { managedInvites, oncePerPlace } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** A provider of which nothing is known: a fork, a mirror under another name, or none that the module names. */
export const unknownProvider: Rule = {
  id: "unknown-provider",
  severity: "notice",
  title: "a provider that tfinvite does not know",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const found = managedInvites(configuration).flatMap(({ provider, type, block }) => {
      if (isKnownProvider(provider.source, type)) return [];
      const range = provider.range ?? block.headerRange;
      const source = provider.range === undefined ? undefined : provider.source;
      return [
        { rule: "unknown-provider" as const, directory, range, arguments: { ...(source !== undefined && { source }) } },
      ];
    });
    // One module says which provider it means for all its invites.
    const modules = new Set<string>();
    return oncePerPlace(found).filter(({ range, arguments: { source } }) => {
      const folder = range.file.slice(0, range.file.lastIndexOf("/") + 1);
      const key = `${folder}\0${source ?? ""}`;
      if (modules.has(key)) return false;
      modules.add(key);
      return true;
    });
  },
};
