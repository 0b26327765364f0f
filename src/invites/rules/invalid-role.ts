import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import { dynamicBlocks } from "../../terraform/configuration/evaluation/dynamic-blocks.js";
import type { Value } from "../../terraform/configuration/evaluation/value.js";
import type { Attribute, Body, Expression } from "../../terraform/configuration/syntax/syntax.js";
import type { SourceRange } from "../../terraform/source-range.js";
import type { FindingArguments } from "../finding.js";
import { moduleResource } from "../references.js";
import { managedInvites, oncePerPlace, valuesOf } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** https://platform.openai.com/docs/api-reference/invite/create */
const ROLES = { invite: ["owner", "reader"], project: ["member", "owner"] } as const;

/** A role that the API refuses, of the invite itself or of a project in it. */
export const invalidRole: Rule = {
  id: "invalid-role",
  severity: "error",
  title: "a role that OpenAI refuses",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const found = managedInvites(configuration).flatMap((resource) =>
      rolesOf(resource).flatMap(({ value, of, fallback }) => {
        const allowed: readonly string[] = ROLES[of];
        if (value.kind !== "string" || allowed.includes(value.value)) return [];
        const range = value.source ?? fallback;
        const args: FindingArguments["invalid-role"] = { role: value.value, of, allowed };
        return [
          {
            rule: "invalid-role" as const,
            directory,
            address: moduleResource(resource),
            ...(range !== undefined && { range }),
            arguments: args,
          },
        ];
      }),
    );
    return oncePerPlace(found);
  },
};

interface GivenRole {
  readonly value: Value;
  readonly of: keyof typeof ROLES;
  readonly fallback?: SourceRange;
}

function rolesOf(resource: ConfiguredResource): GivenRole[] {
  const { body } = resource.block;
  const [ofInvite, ofProject] = [body.attribute("role"), projectRole(body)];
  return [
    ...[...valuesOf(resource, "role"), ...branchesOf(ofInvite?.value)].map((value) => ({
      value,
      of: "invite" as const,
      ...placeOf(ofInvite),
    })),
    ...valuesOf(resource, "projects")
      .flatMap(elementsOf)
      .flatMap((project) => (project.kind === "object" ? (project.entries.get("role")?.value ?? []) : []))
      .map((value) => ({ value, of: "project" as const, ...placeOf(ofProject) })),
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

function placeOf(attribute: Attribute | undefined): { readonly fallback?: SourceRange } {
  return attribute === undefined ? {} : { fallback: attribute.value.range };
}

/** JSON syntax may have one block as an object, without a list around it. */
function elementsOf(value: Value): readonly Value[] {
  return value.kind === "list" || value.kind === "set" ? value.elements : [value];
}
