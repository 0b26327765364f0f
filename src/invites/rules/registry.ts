import type { Assessment } from "../assessment.js";
import type { Discovery, Finding, RuleId } from "../finding.js";
import type { RuleFacts } from "../report.js";
import { acceptedInvite } from "./accepted-invite.js";
import { dataReadsOwnInvite } from "./data-reads-own-invite.js";
import { departedInvite } from "./departed-invite.js";
import { duplicateInvite } from "./duplicate-invite.js";
import { expiredInvite } from "./expired-invite.js";
import { hardcodedAdminKey } from "./hardcoded-admin-key.js";
import { invalidRole } from "./invalid-role.js";
import { inviteAsUser } from "./invite-as-user.js";
import { laggingInvite } from "./lagging-invite.js";
import { leftoverForgetBlock } from "./leftover-forget-block.js";
import { memberInvited } from "./member-invited.js";
import { missingDestroyGuard } from "./missing-destroy-guard.js";
import { missingInvite } from "./missing-invite.js";
import { mixedCaseEmail } from "./mixed-case-email.js";
import { projectScopedInvite } from "./project-scoped-invite.js";
import { removedWithoutKeep } from "./removed-without-keep.js";
import { docsUrl, type Rule } from "./rule.js";
import { silentDestroyProvider } from "./silent-destroy-provider.js";
import { staleBaseline } from "./stale-baseline.js";
import { unknownProvider } from "./unknown-provider.js";
import { unsupportedArgument } from "./unsupported-argument.js";
import { unusedSuppression } from "./unused-suppression.js";

/** Every rule by its id. A rule that is missing here does not compile. */
export const RULES: Readonly<Record<RuleId, Rule>> = {
  "accepted-invite": acceptedInvite,
  "lagging-invite": laggingInvite,
  "departed-invite": departedInvite,
  "expired-invite": expiredInvite,
  "missing-invite": missingInvite,
  "member-invited": memberInvited,
  "project-scoped-invite": projectScopedInvite,
  "invite-as-user": inviteAsUser,
  "duplicate-invite": duplicateInvite,
  "invalid-role": invalidRole,
  "mixed-case-email": mixedCaseEmail,
  "hardcoded-admin-key": hardcodedAdminKey,
  "unsupported-argument": unsupportedArgument,
  "data-reads-own-invite": dataReadsOwnInvite,
  "removed-without-keep": removedWithoutKeep,
  "leftover-forget-block": leftoverForgetBlock,
  "silent-destroy-provider": silentDestroyProvider,
  "missing-destroy-guard": missingDestroyGuard,
  "unknown-provider": unknownProvider,
  "unused-suppression": unusedSuppression,
  "stale-baseline": staleBaseline,
};

/** Whether there is a rule of that name. */
export function isRuleId(name: string): name is RuleId {
  return Object.hasOwn(RULES, name);
}

/** The rules that can speak in a mode: without standings only those that read files. */
export function rulesFor(mode: Assessment["mode"]): Rule[] {
  return Object.values(RULES).filter((rule) => rule.needs === "static" || mode !== "static");
}

/** What reports say of rules beside their findings, by id. */
export function rulesFacts(mode: Assessment["mode"]): RuleFacts[] {
  return rulesFor(mode)
    .map(({ id, title, severity }) => ({ id, title, severity, docs: docsUrl(id) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Every finding on one root module, of every rule that has what it needs. */
export function findAll(assessment: Assessment): Finding[] {
  const { texts } = assessment.inventory.configuration;
  return rulesFor(assessment.mode).flatMap((rule) =>
    rule.find(assessment).map((discovery) => findingOf(discovery, texts)),
  );
}

/** A discovery with the default severity of its rule, and what reports need beside it. */
export function findingOf(discovery: Discovery, texts: ReadonlyMap<string, string>): Finding {
  const text = discovery.range === undefined ? undefined : texts.get(discovery.range.file);
  return {
    ...discovery,
    severity: RULES[discovery.rule].severity,
    docs: docsUrl(discovery.rule),
    ...(text !== undefined && { text }),
  };
}
