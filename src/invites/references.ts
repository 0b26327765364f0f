import type { ConfiguredResource } from "../terraform/configuration/configuration.js";

/** A configured resource as its module knows it, with the calls that lead there but no keys: `module.squads.openai_invite.member`. */
export function moduleResource(resource: ConfiguredResource): string {
  const data = resource.mode === "data" ? ["data"] : [];
  return [...resource.modulePath.map((name) => `module.${name}`), ...data, resource.type, resource.name].join(".");
}
