import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { FindingArguments } from "../finding.js";
import { rowsOf } from "../providers/dialects.js";
import { managedInvites, oncePerPlace, providerOf } from "./about-blocks.js";
import type { Rule } from "./rule.js";

type Why = FindingArguments["unknown-provider"]["why"];

/** A provider of which nothing is known: a fork, a mirror under another name, or none that the module names. */
export const unknownProvider: Rule = {
  id: "unknown-provider",
  severity: "notice",
  title: "a provider that tfinvite does not know",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const found = managedInvites(configuration).flatMap((resource) => {
      const identity = providerOf(resource);
      if (identity.candidates.length > 0) return [];
      const { provider, type, block } = resource;
      return [
        {
          rule: "unknown-provider" as const,
          directory,
          range: provider.range ?? block.headerRange,
          arguments: { why: whyUnknown(resource), provider: nameOf(provider.source, identity.label), type },
        },
      ];
    });
    // One module says which provider it means for all its invites.
    const modules = new Set<string>();
    return oncePerPlace(found).filter(({ range, arguments: { why, provider } }) => {
      const folder = range.file.slice(0, range.file.lastIndexOf("/") + 1);
      const key = [folder, why, provider].join("\0");
      if (modules.has(key)) return false;
      modules.add(key);
      return true;
    });
  },
};

function whyUnknown({ provider, type }: ConfiguredResource): Why {
  // What Terraform takes for meant where nothing is said; there are no such providers.
  if (provider.source?.split("/")[1] === "hashicorp") return "no-source";
  const rows = rowsOf(provider.source);
  if (rows.length === 0) return "source";
  return rows.some(({ resourceType }) => resourceType === type) ? "version" : "type";
}

/** With the host of a registry that is not one of the two public ones. */
function nameOf(source: string | undefined, label: string): string {
  const [host = ""] = source?.split("/") ?? [];
  return ["", "registry.terraform.io", "registry.opentofu.org"].includes(host) ? label : `${host}/${label}`;
}
