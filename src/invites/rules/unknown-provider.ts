import path from "node:path";
import { uniqueBy } from "../../base/group-by.js";
import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import { rowsOf } from "../providers/identify.js";
import { managedInvites, oncePerPlace, providerOf } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** `no-source`: the module names none; `source`: not a known provider; `version`: none with invites is known in that range; `type`: it has another type for invites. */
type Why = "no-source" | "source" | "version" | "type";

/** A provider that tfinvite does not know: a fork, a mirror under another name, or one that the module does not name. */
export const unknownProvider = defineRule({
  id: "unknown-provider",
  severity: "notice",
  needs: "static",
  find({ inventory: { configuration } }) {
    const found = managedInvites(configuration).flatMap((resource) => {
      const { candidates, label } = providerOf(resource);
      if (candidates.length > 0) return [];
      const { provider, type, block } = resource;
      const range = provider.range ?? block.headerRange;
      return [{ range, arguments: { why: whyUnknown(resource), provider: withHost(provider.source, label), type } }];
    });
    // One module says which provider it means for all its invites.
    return uniqueBy(oncePerPlace(found), ({ range, arguments: { why, provider } }) =>
      [path.posix.dirname(range.file), why, provider].join("\0"),
    );
  },
});

function whyUnknown({ provider, type }: ConfiguredResource): Why {
  // What Terraform takes for meant where nothing is said; there are no such providers.
  if (provider.source?.split("/")[1] === "hashicorp") return "no-source";
  const rows = rowsOf(provider.source);
  if (rows.length === 0) return "source";
  return rows.some(({ provider: { invite } }) => invite === type) ? "version" : "type";
}

/** `somebody/openai 1.0.0`, with the host of a registry that is not one of the two public ones. */
function withHost(source: string | undefined, label: string): string {
  const [host = ""] = source?.split("/") ?? [];
  return ["", "registry.terraform.io", "registry.opentofu.org"].includes(host) ? label : `${host}/${label}`;
}
