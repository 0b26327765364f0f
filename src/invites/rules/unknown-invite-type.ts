import { otherInvites } from "../other-invites.js";
import { identifyProvider } from "../providers/identify.js";
import { moduleResource } from "../references.js";
import { oncePerPlace } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** A resource that looks like an OpenAI invite, of a provider that is not known: nothing else is said about it. */
export const unknownInviteType = defineRule({
  id: "unknown-invite-type",
  severity: "notice",
  needs: "static",
  find: ({ inventory: { configuration } }) =>
    oncePerPlace(
      otherInvites(configuration).map((resource) => {
        const { label } = identifyProvider({ ...resource.provider, resourceType: resource.type });
        const range = resource.block.headerRange;
        return { address: moduleResource(resource), range, arguments: { type: resource.type, provider: label } };
      }),
    ),
});
