import { findInProviders } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** A provider that takes OpenAI's answer for a failure: the invitation is sent, and no state has it. */
export const sendsThenFails = defineRule({
  id: "sends-then-fails",
  severity: "warning",
  needs: "static",
  find: (assessment) => findInProviders(assessment, ({ createSent }) => createSent === "fails"),
});
