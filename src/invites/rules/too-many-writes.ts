import { groupBy } from "../../base/group-by.js";
import type { InviteOperation } from "../outcomes/outcome.js";
import type { PlannedChange } from "../planned/planned.js";
import { holdsForAll } from "../providers/identify.js";
import { REQUESTS_A_MINUTE } from "./about-plan.js";
import { defineRule } from "./rule.js";

/** What each operation asks of OpenAI: to send an invite, to delete one, or both. */
const REQUESTS: Readonly<Record<InviteOperation, readonly ("send" | "delete")[]>> = {
  "no-op": [],
  update: [],
  forget: [],
  create: ["send"],
  "replace-forgetting": ["send"],
  "replace-forgetting-create-first": ["send"],
  delete: ["delete"],
  replace: ["delete", "send"],
  "replace-create-first": ["send", "delete"],
};

/** A plan that sends or deletes more invites of one organization at once than OpenAI lets through. */
export const tooManyWrites = defineRule({
  id: "too-many-writes",
  severity: "warning",
  needs: "plan",
  find({ planned }) {
    const organizations = groupBy(planned?.changes ?? [], ({ entry }) => entry.providerConfiguration);
    return [...organizations.values()].flatMap((changes) => {
      const [sends, deletes] = [changesThat(changes, "send"), changesThat(changes, "delete")];
      if (Math.max(sends.length, deletes.length) <= REQUESTS_A_MINUTE) return [];
      const providers = [...new Map(changes.map(({ entry: { provider } }) => [provider.label, provider])).values()];
      const isSilent = providers.some((one) => holdsForAll(one, (row) => row.destroyAccepted === "reports-success"));
      const given = { sends: sends.length, deletes: deletes.length, limit: REQUESTS_A_MINUTE, providers };
      const severity = isSilent && deletes.length > REQUESTS_A_MINUTE ? ("error" as const) : undefined;
      return [{ arguments: given, severity }];
    });
  },
});

function changesThat(changes: readonly PlannedChange[], request: "send" | "delete"): PlannedChange[] {
  return changes.filter(({ operation }) => REQUESTS[operation].includes(request));
}
