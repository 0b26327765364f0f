import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { Value } from "../../terraform/configuration/evaluation/value.js";
import type { SourceRange } from "../../terraform/source-range.js";
import type { FindingArguments } from "../finding.js";
import { moduleResource } from "../references.js";
import { managedInvites, oncePerPlace, providerOf } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** Projects granted through an invite: unreliable, and every change of them replaces the invite. */
export const projectScopedInvite: Rule = {
  id: "project-scoped-invite",
  severity: "warning",
  title: "projects assigned through an invite",
  fixable: true,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const found = managedInvites(configuration).flatMap((resource) => {
      const scope = projectsOf(resource);
      if (scope === undefined) return [];
      return [
        {
          rule: "project-scoped-invite" as const,
          directory,
          address: moduleResource(resource),
          range: scope.range,
          arguments: { provider: providerOf(resource), syntax: scope.syntax },
          remedy: { kind: "separate-projects" as const, range: scope.range },
        },
      ];
    });
    return oncePerPlace(found);
  },
};

type Syntax = FindingArguments["project-scoped-invite"]["syntax"];

/** Where the block assigns projects. An empty list, or null, assigns none, and neither does a `dynamic` block over nothing. */
function projectsOf(resource: ConfiguredResource): { syntax: Syntax; range: SourceRange } | undefined {
  const { body } = resource.block;
  const values = resource.instances.map((instance) => instance.arguments.get("projects"));
  if (values.length > 0 && values.every(isNone)) return undefined;
  const attribute = body.attribute("projects");
  if (attribute !== undefined) return { syntax: "attribute", range: attribute.range };
  const [block] = body.blocks("projects", 0);
  if (block !== undefined) return { syntax: "block", range: block.headerRange };
  const dynamic = body.blocks("dynamic", 1).find((candidate) => candidate.labels[0]?.value === "projects");
  return dynamic === undefined ? undefined : { syntax: "dynamic-block", range: dynamic.headerRange };
}

function isNone(value: Value | undefined): boolean {
  return value?.kind === "null" || (value?.kind === "list" && value.elements.length === 0);
}
