import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import { USERS_BY_ID } from "../providers/registry.js";
import { localName, moduleResource } from "../references.js";
import { elementsOf, oncePerPlace } from "./about-blocks.js";
import { type InviteId, inviteIdFinder, isInviteId } from "./invite-ids.js";
import { defineRule } from "./rule.js";

/** Arguments that take users, in resources that give members roles, projects and groups. */
const USER_ARGUMENTS = ["user_id", "user_ids"] as const;

/** An invite's id where a user's belongs: users have ids of their own, and only after they accepted. */
export const inviteAsUser = defineRule({
  id: "invite-as-user",
  severity: "error",
  needs: "static",
  find({ inventory: { configuration } }) {
    const inviteIds = inviteIdFinder(configuration);
    const found = configuration.related.flatMap((resource) => {
      const [address, consumer] = [moduleResource(resource), localName(resource)];
      return userArguments(resource).flatMap((argument) =>
        [...inviteIds(resource, argument), ...writtenIds(resource, argument)].map(({ range, invite }) => ({
          address,
          range,
          // `openai_invite.alice.id`; undefined where the id itself is written there.
          arguments: { argument, consumer, invite: invite && `${invite.resource}.${invite.attribute}` },
        })),
      );
    });
    return oncePerPlace(found);
  },
});

function userArguments({ mode, type }: ConfiguredResource): readonly string[] {
  return mode === "data" && USERS_BY_ID.has(type) ? [...USER_ARGUMENTS, "id"] : USER_ARGUMENTS;
}

/** Ids that are written out somewhere else, such as in a variable's default or a `tfvars` file. */
function writtenIds(resource: ConfiguredResource, argument: string): InviteId[] {
  const expression = resource.block.body.attribute(argument)?.value;
  const values = [resource, ...resource.instances].flatMap(({ arguments: given }) => given.get(argument) ?? []);
  return values.flatMap(elementsOf).flatMap((value) => {
    if (expression === undefined || value.kind !== "string" || !isInviteId(value.value)) return [];
    return [{ range: value.source ?? expression.range }];
  });
}
