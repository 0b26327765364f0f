import type { ProviderIdentity } from "../providers/dialects.js";
import type { Rule } from "./rule.js";

/**
 * Seen at the admin endpoints, which publish no limit of theirs:
 * https://github.com/mkdev-me/terraform-provider-openai/pull/76.
 */
const READS_A_MINUTE = 7;

/** Every plan and apply reads each invite by itself, and the admin API lets few requests through. */
export const tooManyReads: Rule = {
  id: "too-many-reads",
  severity: "warning",
  title: "more reads than OpenAI lets through",
  fixable: false,
  needs: "plan",
  find({ planned, inventory: { directory } }) {
    if (planned === undefined) return [];
    const { managed, data } = planned.plan.reads;
    if (managed + data <= READS_A_MINUTE) return [];
    const providers = new Map<string, ProviderIdentity>();
    for (const { entry } of planned.changes) providers.set(entry.provider.label, entry.provider);
    return [
      {
        rule: "too-many-reads" as const,
        directory,
        arguments: { invites: managed, dataSources: data, limit: READS_A_MINUTE, providers: [...providers.values()] },
      },
    ];
  },
};
