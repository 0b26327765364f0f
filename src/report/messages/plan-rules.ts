import { count, listOf } from "../../base/phrases.js";
import type { InviteOperation, Outcome } from "../../invites/outcomes/outcome.js";
import type { DialectOutcome } from "../../invites/outcomes/verdict.js";
import type { Cause } from "../../invites/planned/cause.js";
import type { ProviderIdentity } from "../../invites/providers/identify.js";
import type { KnownDialect } from "../../invites/providers/registry.js";
import type { PlannedArguments } from "../../invites/rules/about-plan.js";
import type { FindingArguments } from "../../invites/rules/finding.js";
import type { InviteStatus } from "../../invites/status.js";
import type { FindingWords, RuleMessages } from "./words.js";

/**
 * Rules about what a plan is about to do. No text names the invite, so that the same finding on many is one; but whom a
 * replacement invites in the place of another person is named, for the invite shows the old one.
 */
export const PLAN_RULES: RuleMessages<"plan"> = {
  "destroy-will-fail": {
    summary: "a destroy that OpenAI refuses",
    message: failing((given) => `destroying ${objectWords(given)}`),
  },
  "replace-will-fail": {
    summary: "a replacement that fails",
    message: failing((given) => `replacing ${objectWords(given)}`),
  },
  "update-will-fail": {
    summary: "an edit in place, which the provider can't make",
    message: failing(() => "editing an invite in place"),
  },
  "create-will-fail": {
    summary: "an invite that OpenAI refuses to send",
    message: failing((given) => `inviting ${whoIsInvited(given)}`),
  },
  "read-will-fail": { summary: "a read that fails", message: readWords },
  "destroy-is-silent": {
    summary: "a destroy that reports success although OpenAI refuses it",
    message: (given) => ({ title: "this destroy reports success, but OpenAI refuses it", detail: planned(given) }),
  },
  "membership-survives": {
    summary: "a destroy that does not remove the member",
    message: () => ({
      title: "destroying this invite does not remove the member",
      detail:
        "The person joined in another way, and deleting an invite removes no member. To remove the person, do it in the organization's settings.",
    }),
  },
  resend: {
    summary: "another invitation to a person who was invited before",
    message: (given) => ({
      title: "this plan sends another invitation to the same person",
      detail: resendDetail(given),
    }),
  },
  "too-many-reads": { summary: "more reads than OpenAI allows", message: readsWords },
  "too-many-writes": { summary: "more invites sent or deleted than OpenAI allows", message: writesWords },
};

/** The message about an action that stops the apply: certainly, or depending on the version in use. */
function failing(does: (given: PlannedArguments) => string): (given: PlannedArguments) => FindingWords {
  return (given) => {
    const isCertain = given.outcomes.every(({ outcome }) => outcome.result === "fails");
    return { title: `${does(given)} ${isCertain ? "will" : "may"} fail`, detail: planned(given) };
  };
}

const OBJECT_WORDS: Readonly<Record<InviteStatus, string>> = {
  accepted: "an accepted invite",
  departed: "an accepted invite",
  joined: "the invite of someone who has joined",
  missing: "an invite that no longer exists at OpenAI",
  expired: "an expired invite",
  pending: "a pending invite",
  "not-sent": "an invite",
  unknown: "an invite",
};

function objectWords({ outcomes, status: { status }, deposed }: PlannedArguments): string {
  if (deposed !== undefined) return "a deposed invite";
  // Of an unknown status, only what the state records can have decided it.
  const recorded = status === "unknown" && outcomes.some(({ outcome }) => outcome.reason === "accepted");
  return OBJECT_WORDS[recorded ? "accepted" : status];
}

function whoIsInvited({ outcomes, duplicateOf }: PlannedArguments): string {
  const reasons = outcomes.map(({ outcome }) => outcome.reason);
  if (reasons.includes("member")) return "someone who is a member";
  if (duplicateOf !== undefined) return "the same person twice";
  if (reasons.includes("invited")) return "someone who has a pending invite";
  if (reasons.includes("projects-left-open")) return "someone without an argument projects";
  return "someone with a provider that takes OpenAI's answer for an error";
}

/** Why, what OpenAI does, what Terraform prints, and what the state holds then. */
function planned(given: PlannedArguments): string {
  return sentences([moveClause(given), causeClause(given), reasonClause(given), ...outcomeClauses(given)]);
}

/** Clauses as sentences. What a provider prints keeps its own end. */
function sentences(clauses: readonly string[]): string {
  return clauses
    .filter((clause) => clause !== "")
    .map((clause) => {
      // The name of a provider or of a data source stays as it is.
      const isName = /^[^ ]*[/.[]/.test(clause);
      const start = isName ? clause : clause.charAt(0).toUpperCase() + clause.slice(1);
      return /[.)]$/.test(start) ? start : `${start}.`;
    })
    .join(" ");
}

/** Until the apply, commands find it under its old address. */
function moveClause({ causes, movedFrom }: PlannedArguments): string {
  if (movedFrom === undefined || causes.some(({ kind }) => kind === "moved-away")) return "";
  return "a moved block changes its address, and until the apply the state has it under the old one";
}

function causeClause({ causes, operation }: PlannedArguments): string {
  const verb = operation === "delete" ? "destroyed" : operation === "update" ? "edited" : "replaced";
  const words = causes.flatMap((cause) => (cause.kind === "destroy" ? [] : [causeWords(cause)]));
  return words.length === 0 ? "" : `it is ${verb} because ${listOf(words)}`;
}

function causeWords(cause: Exclude<Cause, { readonly kind: "destroy" }>): string {
  switch (cause.kind) {
    case "edit":
      return cause.from !== undefined && cause.to !== undefined && cause.attribute !== "email"
        ? `${cause.attribute} changes from "${cause.from}" to "${cause.to}"`
        : `${cause.attribute} ${cause.attribute.endsWith("s") ? "change" : "changes"}`;
    case "email-case":
      return "OpenAI returned the address in another case than the configuration has";
    case "unasked-projects":
      return `OpenAI added ${listOf(cause.projects)}, which the configuration does not name`;
    default:
      return CAUSES[cause.kind];
  }
}

const CAUSES = {
  requested: "-replace asks for it",
  tainted: "it is tainted",
  triggered: "something in its replace_triggered_by changes",
  "key-gone": "its key is no longer in for_each",
  "index-gone": "its index is no longer below count",
  "block-gone": "no block declares it",
  disabled: "its lifecycle has enabled = false",
  "module-gone": "its module is no longer called",
  "repetition-changed": "count or for_each was added to its block, or removed from it",
  "moved-away": "a moved block moves it to an address that nothing declares",
  deposed: "an earlier replacement failed and left it deposed",
  other: "the plan says so, without a reason",
} as const;

function reasonClause(given: PlannedArguments): string {
  const reasons = new Set(given.outcomes.map(({ outcome }) => outcome.reason));
  if (reasons.has("accepted")) {
    return given.status.status === "joined"
      ? "the person has joined, so OpenAI refuses to delete the invite"
      : "OpenAI refuses to delete an accepted invite";
  }
  if (reasons.has("missing")) return "it no longer exists at OpenAI";
  if (reasons.has("unreadable")) return "the state lacks the attribute by which the provider reads it";
  if (reasons.has("projects-left-open"))
    return "it has no projects, and the provider can't send an invite without that argument: write projects = [] for none";
  if (reasons.has("member")) {
    const refuses = "OpenAI refuses to invite a member of the organization";
    return given.invitee === undefined ? refuses : `${whoIsToCome(given)} is a member, and ${refuses}`;
  }
  if (reasons.has("invited")) return otherInviteClause(given);
  return "";
}

/** The person whom the invite is for once the plan is applied. */
function whoIsToCome({ invitee }: PlannedArguments): string {
  return invitee === undefined ? "the person" : (invitee.email ?? "the new person");
}

function otherInviteClause(given: PlannedArguments): string {
  if (given.duplicateOf !== undefined) {
    return `${given.duplicateOf} invites the same person, OpenAI is reported to refuse a second invite, and the later one fails`;
  }
  const blocked = given.blockedBy;
  const who = whoIsToCome(given);
  if (blocked?.goes === true) {
    return `${who} has a pending invite in ${blocked.address}, which this plan deletes, before or after: OpenAI is reported to refuse a second invite while the first one exists`;
  }
  const { otherInvites } = (given.invitee === undefined ? undefined : given.status.invitee) ?? given.status;
  const other = blocked?.address ?? otherInvites?.[0];
  return `${who} has ${other === undefined ? "a pending invite" : `another pending invite, ${other}`}, and OpenAI is reported to refuse a second one`;
}

function outcomeClauses(given: PlannedArguments): readonly string[] {
  const lost = given.dropped ? dropClause(given.provider) : "";
  // For an order in which all goes well, there is nothing to say.
  const bad = given.outcomes.filter(({ outcome }) => given.blockedBy?.goes !== true || outcome.result === "fails");
  return [lost, ...bad.map((one) => versionClause(one, given))];
}

/** Some providers drop an invite from the state whenever OpenAI refuses to read it, and so send it again. */
function dropClause({ candidates }: ProviderIdentity): string {
  return candidates.some(({ readRefused }) => readRefused === "drops")
    ? "the refresh has just dropped it from the state, as this provider does whenever a read is refused"
    : "the refresh has just dropped it from the state";
}

function versionClause({ dialects, outcome, wording }: DialectOutcome, given: PlannedArguments): string {
  const { label, candidates } = given.provider;
  const versions = dialects.map((row) => row.versions);
  const who = dialects.length === 0 ? label : `${label} ${listOf(versions, "or")}`;
  const does = `${who} ${resultWords(outcome, dialects.length === 0 ? candidates : dialects, given)}`;
  if (wording === undefined) return does;
  return `if OpenAI's refusal ${wording.contained ? "contains" : "does not contain"} "${wording.text}", ${does}`;
}

function resultWords(outcome: Outcome, rows: readonly KnownDialect[], given: PlannedArguments): string {
  const { operation, status } = given;
  switch (outcome.result) {
    case "fails":
      return `${stopWords(rows, (row) => failureOf(outcome, row))}${afterFailure(outcome, operation)}`;
    case "in-name-only":
      return `reports success: the invite is removed from the state and stays at OpenAI${status.isMember === true ? ", and the person stays a member" : ""}`;
    case "succeeds":
      return outcome.sendsInvitation ? "sends the invitation" : "succeeds";
    case "unknown":
      return "may do anything: its behavior is not known";
  }
}

/** What a provider says when it fails so. */
function failureOf({ step, reason }: Outcome, { messages, readBy }: KnownDialect): string | undefined {
  if (reason === "unreadable") return readBy?.message;
  return reason === "projects-left-open" ? messages["omitted-projects"] : step && messages[step];
}

/** How the apply stops, with what the provider prints; the id of the one invite is left open. */
function stopWords(rows: readonly KnownDialect[], messageOf: (row: KnownDialect) => string | undefined): string {
  const messages = [...new Set(rows.flatMap((row) => messageOf(row) ?? []))];
  const [message] = messages;
  if (message === undefined || messages.length > 1) return "stops the apply there";
  return `stops with: ${message.replace("{id}", "invite-…")}`;
}

function afterFailure({ stateAfter, step, reason }: Outcome, operation: InviteOperation): string {
  if (stateAfter === "new-and-deposed") {
    return ". By then the new invite is sent: the old one stays in the state as a deposed object, and every apply fails on it";
  }
  if (stateAfter !== "gone") return "";
  if (reason === "sent-but-refused-by-provider") return ". The invitation is sent, but it is not in the state";
  return step === "create" && (operation === "replace" || operation === "replace-forgetting")
    ? ". By then the old invite is removed from the state, and every later apply tries to send it again and fails"
    : "";
}

function resendDetail(given: PlannedArguments): string {
  if (given.operation === "create") {
    return sentences([
      dropClause(given.provider),
      "it was revoked, deleted or refused: if that is intended, remove it from the configuration, or the person gets another invitation",
    ]);
  }
  const departed = given.status.status === "departed" ? "no member has this address" : "";
  return sentences([causeClause(given), departed, "the link in the old invitation stops working"]);
}

function readWords({ data, why, provider }: FindingArguments["read-will-fail"]): FindingWords {
  const stops = stopWords(provider.candidates, ({ messages }) => messages[data === undefined ? "read" : "look-up"]);
  if (data === undefined) {
    return {
      title: "this invite can't be read, so the next plan will fail",
      detail: `It was revoked or deleted outside Terraform. Until it is removed from the state, ${provider.label} ${stops}`,
    };
  }
  return {
    title: "a data source reads an invite that will not exist, so the apply will fail",
    detail: `${data} is read during the apply, and ${why === "destroyed" ? "this plan deletes the invite" : "the invite no longer exists at OpenAI"}. ${provider.label} ${stops}`,
  };
}

function readsWords({ invites, dataSources, limit, providers }: FindingArguments["too-many-reads"]): FindingWords {
  const both = listOf([count(invites, "invite"), ...(dataSources === 0 ? [] : [count(dataSources, "data source")])]);
  const does = providers.flatMap((provider) => {
    if (provider.candidates.length === 0) return [];
    return provider.candidates.some(({ readRefused }) => readRefused === "drops")
      ? `${provider.label} drops from the state what it can't read, and sends it again`
      : `${provider.label} fails the plan`;
  });
  return {
    title: `every plan reads ${both}, one request each`,
    detail: sentences([
      `the Admin API has been observed to allow about ${limit} requests a minute`,
      ...does,
      "removing used invites from the state reduces the reads",
    ]),
  };
}

function writesWords({ sends, deletes, limit, providers }: FindingArguments["too-many-writes"]): FindingWords {
  const [sendsMany, deletesMany] = [sends > limit, deletes > limit];
  const does = providers.flatMap(({ label, candidates }) => {
    if (candidates.length === 0) return [];
    const isSilent = candidates.some(({ destroyAccepted }) => destroyAccepted === "reports-success");
    const deleted = isSilent
      ? "reports success for refused deletions: the invites stay at OpenAI, and no state has them"
      : "fails on refused deletions, and keeps those invites in the state";
    const sent = "fails on refused invites";
    return `${label} ${[...(deletesMany ? [deleted] : []), ...(sendsMany ? [sent] : [])].join(", and ")}`;
  });
  const what = [
    ...(deletes > 0 ? [`deletes ${count(deletes, "invite")}`] : []),
    ...(sends > 0 ? [`sends ${deletes > 0 ? sends : count(sends, "invite")}`] : []),
  ];
  const batches = Math.ceil(Math.max(sends, deletes) / limit);
  return {
    title: `this plan ${what.join(" and ")}, one request each`,
    detail: sentences([
      `the Admin API has been observed to allow about ${limit} requests of a kind a minute`,
      ...does,
      `apply in ${batches} batches of at most ${limit} with -target, a minute apart; -parallelism=1 alone is not slow enough`,
    ]),
  };
}
