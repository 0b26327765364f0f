import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import { dynamicBlocks } from "../../terraform/configuration/evaluation/dynamic-blocks.js";
import type { Value } from "../../terraform/configuration/evaluation/value.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { holdsForAll, type ProviderIdentity } from "../providers/identify.js";
import type { Remedy } from "../remedies/remedy.js";
import { findInBlocks, providerOf } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** Projects granted through an invite: unreliable, and every change of them replaces the invite. */
export const projectScopedInvite = defineRule({
  id: "project-scoped-invite",
  severity: "warning",
  fixable: true,
  needs: "static",
  find: (assessment) =>
    findInBlocks(assessment, (resource) => {
      const scope = projectsOf(resource);
      if (scope === undefined) return [];
      const { range, syntax } = scope;
      const provider = providerOf(resource);
      return [{ range, arguments: { provider, syntax }, remedy: separateProjects(range, provider) }];
    }),
});

function separateProjects(range: SourceRange, provider: ProviderIdentity): Remedy {
  const [resource, ...others] = new Set(provider.candidates.map((row) => row.provider.membership?.user));
  return {
    kind: "separate-projects",
    range,
    emptyList: holdsForAll(provider, ({ omittedProjects }) => omittedProjects === "fails"),
    ...(resource !== undefined && others.length === 0 && { resource }),
  };
}

/** Where the block assigns projects. An empty list, or null, assigns none, and neither does a `dynamic` block over nothing. */
function projectsOf(
  resource: ConfiguredResource,
): { readonly syntax: "block" | "dynamic-block" | "attribute"; readonly range: SourceRange } | undefined {
  const { body } = resource.block;
  const values = resource.instances.map((instance) => instance.arguments.get("projects"));
  if (values.length > 0 && values.every(isNone)) return undefined;
  const attribute = body.attribute("projects");
  if (attribute !== undefined) return { syntax: "attribute", range: attribute.range };
  const [block] = body.blocks("projects", 0);
  if (block !== undefined) return { syntax: "block", range: block.headerRange };
  const [dynamic] = dynamicBlocks(body, "projects");
  return dynamic && { syntax: "dynamic-block", range: dynamic.headerRange };
}

function isNone(value: Value | undefined): boolean {
  return value?.kind === "null" || (value?.kind === "list" && value.elements.length === 0);
}
