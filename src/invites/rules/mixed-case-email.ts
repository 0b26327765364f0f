import { moduleResource } from "../references.js";
import { managedInvites, oncePerPlace, providerOf, valuesOf } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** An address with capital letters: what comes back from the API may differ from the configuration by their case. */
export const mixedCaseEmail: Rule = {
  id: "mixed-case-email",
  severity: "notice",
  title: "an email address in mixed case",
  fixable: true,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const found = managedInvites(configuration).flatMap((resource) =>
      valuesOf(resource, "email").flatMap((value) => {
        if (value.kind !== "string" || value.value === value.value.toLowerCase()) return [];
        const range = value.source ?? resource.block.body.attribute("email")?.value.range;
        return [
          {
            rule: "mixed-case-email" as const,
            directory,
            address: moduleResource(resource),
            ...(range !== undefined && { range }),
            arguments: { provider: providerOf(resource), email: value.value },
          },
        ];
      }),
    );
    return oncePerPlace(found);
  },
};
