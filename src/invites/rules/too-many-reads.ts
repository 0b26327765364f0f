import { REQUESTS_A_MINUTE } from "./about-plan.js";
import { defineRule } from "./rule.js";

/** Every plan and apply reads each invite by itself, and the Admin API allows few requests a minute. */
export const tooManyReads = defineRule({
  id: "too-many-reads",
  severity: "warning",
  needs: "plan",
  find({ planned }) {
    const { managed: invites, data: dataSources } = planned?.plan.reads ?? { managed: 0, data: 0 };
    if (invites + dataSources <= REQUESTS_A_MINUTE) return [];
    /** Each provider that reads them, with what it does once OpenAI refuses. */
    const providers = new Map((planned?.changes ?? []).map(({ entry }) => [entry.provider.label, entry.provider]));
    return [{ arguments: { invites, dataSources, limit: REQUESTS_A_MINUTE, providers: [...providers.values()] } }];
  },
});
