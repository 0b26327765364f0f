import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { Value } from "../../terraform/configuration/evaluation/value.js";
import type { Expression } from "../../terraform/configuration/syntax/syntax.js";
import { moduleResource } from "../references.js";
import { oncePerPlace } from "./about-blocks.js";
import { type InviteId, inviteIdFinder, isInviteId } from "./invite-ids.js";
import type { Rule } from "./rule.js";

/** Arguments that take users, in resources that give members roles, projects and groups. */
const USER_ARGUMENTS = ["user_id", "user_ids"] as const;
/** jianyuan/openai looks a user up by it: https://registry.terraform.io/providers/jianyuan/openai/latest/docs/data-sources/user */
const LOOKED_UP_BY_ID = "openai_user";

/** An invite's id where a user's belongs: users have ids of their own, and only after they accepted. */
export const inviteAsUser: Rule = {
  id: "invite-as-user",
  severity: "error",
  title: "an invite's id where a user's belongs",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    if (configuration.related.length === 0) return [];
    const inviteIds = inviteIdFinder(configuration);
    const found = configuration.related.flatMap((resource) =>
      userArguments(resource).flatMap((argument) => {
        const expression = resource.block.body.attribute(argument)?.value;
        if (expression === undefined) return [];
        const ids = [...inviteIds(expression, resource), ...writtenIds(resource, argument, expression)];
        return ids.map(({ range, invite }) => ({
          rule: "invite-as-user" as const,
          directory,
          address: moduleResource(resource),
          range,
          arguments: {
            argument,
            consumer: `${resource.mode === "data" ? "data." : ""}${resource.type}.${resource.name}`,
            ...(invite !== undefined && { invite: `${invite.resource}.${invite.attribute}` }),
          },
        }));
      }),
    );
    return oncePerPlace(found);
  },
};

function userArguments({ mode, type }: ConfiguredResource): readonly string[] {
  return mode === "data" && type === LOOKED_UP_BY_ID ? [...USER_ARGUMENTS, "id"] : USER_ARGUMENTS;
}

/** Ids that are written out somewhere else, such as in a variable's default or a `tfvars` file. */
function writtenIds(resource: ConfiguredResource, argument: string, expression: Expression): InviteId[] {
  const values = [resource, ...resource.instances].flatMap(({ arguments: given }) => given.get(argument) ?? []);
  return values.flatMap(leavesOf).flatMap((value) => {
    if (value.kind !== "string" || !isInviteId(value.value)) return [];
    return [{ range: value.source ?? expression.range }];
  });
}

function leavesOf(value: Value): readonly Value[] {
  return value.kind === "list" || value.kind === "set" ? value.elements : [value];
}
