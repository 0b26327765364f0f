import type { Assessment } from "../assessment.js";
import type { Finding, RuleId } from "../finding.js";
import { acceptedInvite } from "./accepted-invite.js";
import { departedInvite } from "./departed-invite.js";
import { expiredInvite } from "./expired-invite.js";
import { laggingInvite } from "./lagging-invite.js";
import { memberInvited } from "./member-invited.js";
import { missingInvite } from "./missing-invite.js";
import { projectScopedInvite } from "./project-scoped-invite.js";
import { docsUrl, type Rule } from "./rule.js";

/** Every rule by its id. A rule that is missing here does not compile. */
export const RULES: Readonly<Record<RuleId, Rule>> = {
  "accepted-invite": acceptedInvite,
  "lagging-invite": laggingInvite,
  "departed-invite": departedInvite,
  "expired-invite": expiredInvite,
  "missing-invite": missingInvite,
  "member-invited": memberInvited,
  "project-scoped-invite": projectScopedInvite,
};

/** Every finding on one root module, of every rule that has what it needs. */
export function findAll(assessment: Assessment): Finding[] {
  const { texts } = assessment.inventory.configuration;
  const rules = Object.values(RULES).filter((rule) => rule.needs === "static" || assessment.mode !== "static");
  return rules.flatMap((rule) =>
    rule.find(assessment).map((discovery) => {
      const text = discovery.range === undefined ? undefined : texts.get(discovery.range.file);
      return { ...discovery, severity: rule.severity, docs: docsUrl(rule.id), ...(text !== undefined && { text }) };
    }),
  );
}
