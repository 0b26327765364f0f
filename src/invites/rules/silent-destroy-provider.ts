import { findInProviders } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** A provider that reports every deletion as successful and ignores OpenAI's answer. */
export const silentDestroyProvider = defineRule({
  id: "silent-destroy-provider",
  severity: "warning",
  needs: "static",
  find: (assessment) => findInProviders(assessment, ({ destroyAccepted }) => destroyAccepted === "reports-success"),
});
