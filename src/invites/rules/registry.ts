import type { Assessment } from "../planned/assessment.js";
import { acceptedInvite } from "./accepted-invite.js";
import { createWillFail } from "./create-will-fail.js";
import { dataReadsOwnInvite } from "./data-reads-own-invite.js";
import { departedInvite } from "./departed-invite.js";
import { destroyIsSilent } from "./destroy-is-silent.js";
import { destroyWillFail } from "./destroy-will-fail.js";
import { duplicateInvite } from "./duplicate-invite.js";
import { expiredInvite } from "./expired-invite.js";
import type { Finding, RawFinding, RuleFacts, RuleId } from "./finding.js";
import { hardcodedAdminKey } from "./hardcoded-admin-key.js";
import { invalidForgetBlock } from "./invalid-forget-block.js";
import { invalidRole } from "./invalid-role.js";
import { inviteAsUser } from "./invite-as-user.js";
import { joinedInvite } from "./joined-invite.js";
import { leftoverForgetBlock } from "./leftover-forget-block.js";
import { memberInvited } from "./member-invited.js";
import { membershipSurvives } from "./membership-survives.js";
import { missingDestroyGuard } from "./missing-destroy-guard.js";
import { missingInvite } from "./missing-invite.js";
import { mixedCaseEmail } from "./mixed-case-email.js";
import { projectDrift } from "./project-drift.js";
import { projectScopedInvite } from "./project-scoped-invite.js";
import { readWillFail } from "./read-will-fail.js";
import { removedWithoutKeep } from "./removed-without-keep.js";
import { replaceWillFail } from "./replace-will-fail.js";
import { resend } from "./resend.js";
import { docsUrl } from "./rule.js";
import { sendsThenFails } from "./sends-then-fails.js";
import { silentDestroyProvider } from "./silent-destroy-provider.js";
import { staleBaseline } from "./stale-baseline.js";
import { tooManyReads } from "./too-many-reads.js";
import { tooManyWrites } from "./too-many-writes.js";
import { unknownInviteType } from "./unknown-invite-type.js";
import { unknownProvider } from "./unknown-provider.js";
import { unreadableInvite } from "./unreadable-invite.js";
import { unsupportedArgument } from "./unsupported-argument.js";
import { unusedSuppression } from "./unused-suppression.js";
import { updateWillFail } from "./update-will-fail.js";
import { waitsForAcceptance } from "./waits-for-acceptance.js";

/** Every rule under its id, in the order of lists. */
export const RULES = {
  [acceptedInvite.id]: acceptedInvite,
  [joinedInvite.id]: joinedInvite,
  [departedInvite.id]: departedInvite,
  [expiredInvite.id]: expiredInvite,
  [missingInvite.id]: missingInvite,
  [memberInvited.id]: memberInvited,
  [projectDrift.id]: projectDrift,
  [unreadableInvite.id]: unreadableInvite,
  [destroyWillFail.id]: destroyWillFail,
  [replaceWillFail.id]: replaceWillFail,
  [updateWillFail.id]: updateWillFail,
  [createWillFail.id]: createWillFail,
  [readWillFail.id]: readWillFail,
  [destroyIsSilent.id]: destroyIsSilent,
  [membershipSurvives.id]: membershipSurvives,
  [resend.id]: resend,
  [tooManyReads.id]: tooManyReads,
  [tooManyWrites.id]: tooManyWrites,
  [projectScopedInvite.id]: projectScopedInvite,
  [inviteAsUser.id]: inviteAsUser,
  [duplicateInvite.id]: duplicateInvite,
  [invalidRole.id]: invalidRole,
  [mixedCaseEmail.id]: mixedCaseEmail,
  [hardcodedAdminKey.id]: hardcodedAdminKey,
  [unsupportedArgument.id]: unsupportedArgument,
  [dataReadsOwnInvite.id]: dataReadsOwnInvite,
  [waitsForAcceptance.id]: waitsForAcceptance,
  [removedWithoutKeep.id]: removedWithoutKeep,
  [invalidForgetBlock.id]: invalidForgetBlock,
  [leftoverForgetBlock.id]: leftoverForgetBlock,
  [silentDestroyProvider.id]: silentDestroyProvider,
  [sendsThenFails.id]: sendsThenFails,
  [missingDestroyGuard.id]: missingDestroyGuard,
  [unknownProvider.id]: unknownProvider,
  [unknownInviteType.id]: unknownInviteType,
  [unusedSuppression.id]: unusedSuppression,
  [staleBaseline.id]: staleBaseline,
} as const;

type AnyRule = (typeof RULES)[RuleId];

/** Whether there is a rule of that name. */
export function isRuleId(name: string): name is RuleId {
  return Object.hasOwn(RULES, name);
}

/** The rules that can be asked: without statuses only those that read files, and those about plans only with a plan. */
export function rulesFor(mode: Assessment["mode"], withPlan: boolean): AnyRule[] {
  return Object.values(RULES).filter(({ needs }) => {
    if (needs === "plan") return withPlan;
    return needs === "static" || mode !== "static";
  });
}

/** What reports say about the rules that can be asked, by id. */
export function rulesFacts(mode: Assessment["mode"], withPlan: boolean): RuleFacts[] {
  return rulesFor(mode, withPlan)
    .map(({ id, severity, fixable }) => ({ id, severity, fixable, docs: docsUrl(id) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Every finding on one root module, of every rule that has what it needs. */
export function findAll(assessment: Assessment): Finding[] {
  return rulesFor(assessment.mode, assessment.planned !== undefined).flatMap((rule) =>
    rule.find(assessment).map(findingOf),
  );
}

/** A finding with its severity, or else the default one of its rule. */
export function findingOf(found: RawFinding): Finding {
  return { ...found, severity: found.severity ?? RULES[found.rule].severity, docs: docsUrl(found.rule) };
}
