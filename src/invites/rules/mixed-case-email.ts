import { lowerCaseEmail } from "../../base/email.js";
import { findInBlocks, providerOf, valuesOf } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** An address with capital letters: what comes back from the API may differ from the configuration by their case. */
export const mixedCaseEmail = defineRule({
  id: "mixed-case-email",
  severity: "notice",
  fixable: true,
  needs: "static",
  find: (assessment) =>
    findInBlocks(assessment, (resource) =>
      valuesOf(resource, "email").flatMap((value) => {
        if (value.kind !== "string" || value.value === lowerCaseEmail(value.value)) return [];
        const range = value.source ?? resource.block.body.attribute("email")?.value.range;
        return [{ range, arguments: { provider: providerOf(resource) } }];
      }),
    ),
});
