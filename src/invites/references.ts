import type { ConfiguredResource } from "../terraform/configuration/configuration.js";

/** A configured resource as its own module names it: `data.openai_invite.alice`. */
export function localName({ mode, type, name }: Pick<ConfiguredResource, "mode" | "type" | "name">): string {
  return `${mode === "data" ? "data." : ""}${type}.${name}`;
}

/** The same with the calls that lead to the module but no keys: `module.squads.openai_invite.member`. */
export function moduleResource(resource: ConfiguredResource): string {
  return [...resource.modulePath.map((name) => `module.${name}`), localName(resource)].join(".");
}
