import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import { dynamicBlocks } from "../../terraform/configuration/evaluation/dynamic-blocks.js";
import { shownText } from "../../terraform/configuration/evaluation/marking.js";
import type { Value } from "../../terraform/configuration/evaluation/value.js";
import type { Attribute, Body, Expression } from "../../terraform/configuration/syntax/syntax.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { elementsOf, findInBlocks, valuesOf } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** https://platform.openai.com/docs/api-reference/invite/create */
const ROLES = { invite: ["owner", "reader"], project: ["member", "owner"] } as const;

/** A role that the API refuses, of the invite itself or of a project in it. */
export const invalidRole = defineRule({
  id: "invalid-role",
  severity: "error",
  needs: "static",
  find: (assessment) =>
    findInBlocks(assessment, (resource) =>
      rolesOf(resource).flatMap(({ value, of, fallback }) => {
        const allowed: readonly string[] = ROLES[of];
        if (value.kind !== "string" || allowed.includes(value.value)) return [];
        return [{ range: value.source ?? fallback, arguments: { ...roleAsShown(value), of, allowed } }];
      }),
    ),
});

interface GivenRole {
  readonly value: Value;
  readonly of: keyof typeof ROLES;
  readonly fallback: SourceRange | undefined;
}

/** The text, or what stands for it. */
function roleAsShown(value: Value & { readonly kind: "string" }): { readonly role?: string; readonly hidden?: string } {
  const { text, hidden } = shownText(value);
  return hidden === undefined ? { role: text } : { hidden };
}

function rolesOf(resource: ConfiguredResource): GivenRole[] {
  const { body } = resource.block;
  const role = body.attribute("role")?.value;
  const ofInvite = [...valuesOf(resource, "role"), ...branchesOf(role)];
  const ofProjects = valuesOf(resource, "projects")
    .flatMap(elementsOf)
    .flatMap((project) => (project.kind === "object" ? (project.entries.get("role")?.value ?? []) : []));
  const fallback = projectRole(body)?.value.range;
  return [
    ...ofInvite.map((value) => ({ value, of: "invite" as const, fallback: role?.range })),
    ...ofProjects.map((value) => ({ value, of: "project" as const, fallback })),
  ];
}

/** The texts that a conditional chooses from, whichever it will be. */
function branchesOf(expression: Expression | undefined): Value[] {
  if (expression?.kind !== "conditional") return [];
  return [expression.whenTrue, expression.whenFalse].flatMap((branch): Value[] =>
    branch.kind === "literal" && typeof branch.value === "string"
      ? [{ kind: "string", value: branch.value, source: branch.range }]
      : branchesOf(branch),
  );
}

/** Where roles of projects are said: in the first block, in what a dynamic block repeats, or in the argument. */
function projectRole(body: Body): Attribute | undefined {
  const contents = dynamicBlocks(body, "projects").flatMap((block) => block.body.blocks("content", 0));
  const blocks = [...body.blocks("projects", 0), ...contents];
  const roles = blocks.flatMap((block) => block.body.attribute("role") ?? []);
  return roles[0] ?? body.attribute("projects");
}
