import { findInProviders } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** A provider that tells Terraform that every deletion went well, whatever OpenAI said. */
export const silentDestroyProvider = defineRule({
  id: "silent-destroy-provider",
  severity: "warning",
  needs: "static",
  find: (assessment) => findInProviders(assessment, ({ destroyAccepted }) => destroyAccepted === "reports-success"),
});
