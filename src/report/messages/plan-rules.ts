import { count, listOf } from "../../base/phrases.js";
import type { InviteOperation, Outcome } from "../../invites/outcomes/outcome.js";
import type { DialectOutcome } from "../../invites/outcomes/verdict.js";
import type { Cause } from "../../invites/planned/cause.js";
import type { ProviderIdentity } from "../../invites/providers/identify.js";
import type { KnownDialect } from "../../invites/providers/registry.js";
import type { PlannedArguments } from "../../invites/rules/about-plan.js";
import type { FindingArguments } from "../../invites/rules/finding.js";
import type { InviteStatus } from "../../invites/status.js";
import { person } from "./live-rules.js";
import type { FindingWords, RuleMessages } from "./words.js";

/** Rules about what a plan is about to do. */
export const PLAN_RULES: RuleMessages<"plan"> = {
  "destroy-will-fail": {
    summary: "a destroy that OpenAI refuses",
    message: failing((given) => `destroys ${objectWords(given)}`),
  },
  "replace-will-fail": {
    summary: "a replacement that breaks off",
    message: failing((given) => `replaces ${objectWords(given)}`),
  },
  "update-will-fail": {
    summary: "an edit that the provider cannot make",
    message: failing(() => "edits an invite in place"),
  },
  "create-will-fail": {
    summary: "an invite that OpenAI refuses to send",
    message: failing((given) => `invites ${whoIsInvited(given)}`),
  },
  "read-will-fail": { summary: "a read that fails", message: readWords },
  "destroy-is-silent": {
    summary: "a destroy that is reported and does not happen",
    message: (given) => ({
      title: "this destroy will be reported as done, and OpenAI refuses it",
      detail: planned(given),
    }),
  },
  "membership-survives": {
    summary: "a destroy that leaves a member",
    message: (given) => ({
      title: "this destroys the invite of a member, who stays one",
      detail: `${person(given)} joined in another way, and no invite takes a member out: remove the person in the organization's settings where that is meant`,
    }),
  },
  resend: {
    summary: "somebody is mailed again",
    message: (given) => ({ title: "this plan mails somebody again", detail: resendDetail(given) }),
  },
  "too-many-reads": { summary: "more reads than OpenAI lets through", message: readsWords },
  "too-many-writes": { summary: "more invites sent or deleted than OpenAI lets through", message: writesWords },
};

/** The message about an action that stops the apply: certainly, or depending on the version in use. */
function failing(does: (given: PlannedArguments) => string): (given: PlannedArguments) => FindingWords {
  return (given) => {
    const isCertain = given.outcomes.every(({ outcome }) => outcome.result === "fails");
    return {
      title: `this plan ${does(given)}, and the apply ${isCertain ? "will" : "may"} fail`,
      detail: planned(given),
    };
  };
}

const OBJECT_WORDS: Readonly<Record<InviteStatus, string>> = {
  accepted: "an accepted invite",
  departed: "an accepted invite",
  joined: "the invite of somebody who has joined",
  missing: "an invite that OpenAI does not know",
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
  if (reasons.includes("member")) return "a member";
  if (duplicateOf !== undefined) return "one person twice";
  if (reasons.includes("invited")) return "somebody who is invited already";
  if (reasons.includes("projects-left-open")) return "a person without saying to which projects";
  return "somebody with a provider that takes the answer for a failure";
}

/** Why, what OpenAI does, what Terraform prints, and what the state holds then. */
function planned(given: PlannedArguments): string {
  const clauses = [moveClause(given), causeClause(given), reasonClause(given), outcomeClause(given)];
  return clauses.filter(Boolean).join("; ");
}

/** Until the apply, commands find it under its old address. */
function moveClause({ causes, movedFrom }: PlannedArguments): string {
  if (movedFrom === undefined || causes.some(({ kind }) => kind === "moved-away")) return "";
  return `moved here from ${movedFrom}, where the state has it until the apply`;
}

function causeClause({ causes, operation, movedFrom }: PlannedArguments): string {
  const verb = operation === "delete" ? "destroyed" : operation === "update" ? "edited" : "replaced";
  const words = causes.flatMap((cause) => (cause.kind === "destroy" ? [] : [causeWords(cause, movedFrom)]));
  return words.length === 0 ? "" : `${verb} because ${listOf(words)}`;
}

function causeWords(cause: Exclude<Cause, { readonly kind: "destroy" }>, movedFrom: string | undefined): string {
  switch (cause.kind) {
    case "edit":
      return cause.from !== undefined && cause.to !== undefined
        ? `${cause.attribute} changes from "${cause.from}" to "${cause.to}"`
        : `${cause.attribute} ${cause.attribute.endsWith("s") ? "change" : "changes"}`;
    case "email-case":
      return `OpenAI hands the address back as ${cause.from} and the configuration has ${cause.to}`;
    case "unasked-projects":
      return `OpenAI gave it ${listOf(cause.projects)}, which the configuration does not name`;
    case "moved-away":
      return `it is moved ${movedFrom === undefined ? "" : `from ${movedFrom} `}to a place that nothing declares`;
    default:
      return CAUSES[cause.kind];
  }
}

const CAUSES = {
  requested: "that was asked for",
  tainted: "it is tainted",
  triggered: "something in its replace_triggered_by changes",
  "key-gone": "its key is not in for_each any more",
  "index-gone": "its index is beyond count",
  "block-gone": "no block declares it any more",
  disabled: "its lifecycle has enabled = false",
  "module-gone": "its module is not called any more",
  "repetition-changed": "its block has count or for_each now, or has it no more",
  deposed: "an earlier replacement broke off and left it deposed",
  other: "the plan says so, and gives no reason",
} as const;

function reasonClause(given: PlannedArguments): string {
  const reasons = new Set(given.outcomes.map(({ outcome }) => outcome.reason));
  const who = person(given);
  if (reasons.has("accepted")) {
    return `${who} ${given.status.status === "joined" ? "has joined, so" : "accepted it, and"} OpenAI refuses to delete it`;
  }
  if (reasons.has("missing")) return "OpenAI does not know it any more";
  if (reasons.has("unreadable")) return "the state lacks the attribute by which the provider asks OpenAI for it";
  if (reasons.has("projects-left-open"))
    return "it has no projects, and the provider can't send an invite without them; write projects = [] for none";
  const invited = given.invitee === undefined ? who : (given.invitee.email ?? "whoever is invited in its place");
  if (reasons.has("member")) return `${invited} belongs to the organization, and OpenAI refuses to invite a member`;
  if (reasons.has("invited")) {
    const { otherInvites } = (given.invitee === undefined ? undefined : given.status.invitee) ?? given.status;
    if (given.duplicateOf === undefined && given.blockedBy?.goes === true) {
      return `${invited} has a pending invite in ${given.blockedBy.address}, which this plan deletes: Terraform does the two in any order, and OpenAI is reported to refuse a second invite while the first is there`;
    }
    const other = given.duplicateOf ?? given.blockedBy?.address ?? otherInvites?.[0];
    const what = other === undefined ? `${invited} has a pending invite` : `${invited} is invited by ${other}, too`;
    const later = given.duplicateOf === undefined ? "" : ": whichever comes later fails";
    return `${what}, and OpenAI is reported to refuse a second one${later}`;
  }
  return "";
}

function outcomeClause(given: PlannedArguments): string {
  const lost = given.dropped ? dropClause(given.provider) : "";
  // In whichever order all goes well, there is nothing to say.
  const told = given.outcomes.filter(({ outcome }) => given.blockedBy?.goes !== true || outcome.result === "fails");
  return [lost, ...told.map((one) => versionClause(one, given))].filter((part) => part !== "").join("; ");
}

/** Some providers drop an invite from the state whenever OpenAI refuses to tell of it, and so send it again. */
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
  const { operation, id, status } = given;
  switch (outcome.result) {
    case "fails":
      return `${stopWords(rows, (row) => failureOf(outcome, row), id)}${afterFailure(outcome, operation)}`;
    case "in-name-only":
      return `reports it as done: the invite leaves the state and stays at OpenAI${status.isMember === true ? `, and ${person(given)} stays a member` : ""}`;
    case "succeeds":
      return outcome.mails ? "sends it, which mails the person" : "does it";
    case "unknown":
      return "does with that what nobody here knows";
  }
}

/** What a provider says when it fails so. */
function failureOf({ step, reason }: Outcome, { messages, readBy }: KnownDialect): string | undefined {
  if (reason === "unreadable") return readBy?.message;
  return reason === "projects-left-open" ? messages["omitted-projects"] : step && messages[step];
}

function stopWords(
  rows: readonly KnownDialect[],
  messageOf: (row: KnownDialect) => string | undefined,
  id: string | undefined,
): string {
  const messages = [...new Set(rows.flatMap((row) => messageOf(row) ?? []))];
  const [message] = messages;
  if (message === undefined || messages.length > 1) return "stops the apply there";
  return `stops with: ${message.replace("{id}", id ?? "…")}`;
}

function afterFailure({ stateAfter, step, reason }: Outcome, operation: InviteOperation): string {
  if (stateAfter === "new-and-deposed") {
    return ", after the new one was sent: the old one stays in the state as a deposed object, and every apply fails on it";
  }
  if (stateAfter !== "gone") return "";
  if (reason === "sent-but-refused-by-provider") return ", though the invite was sent; it is not in the state";
  return step === "create" && (operation === "replace" || operation === "replace-forgetting")
    ? ", after it has dropped the old one: the state has lost the invite, and each later apply tries again and fails"
    : "";
}

function resendDetail(given: PlannedArguments): string {
  const who = person(given);
  if (given.operation === "create") {
    return `${dropClause(given.provider)}: it was revoked, deleted or refused; if that is meant, take it out of the configuration, or else ${who} gets another mail`;
  }
  const left = given.status.status === "departed" ? `no member has the address ${who}, which is` : `${who} is`;
  return `${causeClause(given)}; ${left} sent a new invite, and the link in the old one stops working`;
}

function readWords({ data, why, provider, id }: FindingArguments["read-will-fail"]): FindingWords {
  const message = stopWords(
    provider.candidates,
    ({ messages }) => messages[data === undefined ? "read" : "look-up"],
    id,
  );
  if (data === undefined) {
    return {
      title: "this invite cannot be read any more, and the next plan fails",
      detail: `it was revoked or deleted elsewhere; ${provider.label} ${message}, until it is out of the state`,
    };
  }
  return {
    title: "a data source reads an invite that will not be there, and the apply fails",
    detail: `${data} is read during the apply, and ${why === "destroyed" ? "this plan deletes the invite" : "OpenAI does not know the invite any more"}; ${provider.label} ${message}`,
  };
}

function readsWords({ invites, dataSources, limit, providers }: FindingArguments["too-many-reads"]): FindingWords {
  const both = listOf([count(invites, "invite"), ...(dataSources === 0 ? [] : [count(dataSources, "data source")])]);
  const does = providers.flatMap((provider) => {
    if (provider.candidates.length === 0) return [];
    return provider.candidates.some(({ readRefused }) => readRefused === "drops")
      ? `${provider.label} drops from the state what it cannot read, and sends it again`
      : `${provider.label} fails the plan`;
  });
  return {
    title: `every plan reads ${both}, one request each`,
    detail: `OpenAI was seen to let about ${limit} requests a minute through; ${[...does, "forgetting spent invites is the way to fewer"].join("; ")}`,
  };
}

function writesWords({ sends, deletes, limit, providers }: FindingArguments["too-many-writes"]): FindingWords {
  const [sendsMany, deletesMany] = [sends > limit, deletes > limit];
  const does = providers.flatMap(({ label, candidates }) => {
    if (candidates.length === 0) return [];
    const isSilent = candidates.some(({ destroyAccepted }) => destroyAccepted === "reports-success");
    const deleted = isSilent
      ? "reports a refused deletion as done: the invite stays alive at OpenAI, and no state has it"
      : "fails the deletions that are refused, and keeps those invites in the state";
    const sent = "fails the invites that are refused";
    return `${label} ${[...(deletesMany ? [deleted] : []), ...(sendsMany ? [sent] : [])].join(", and ")}`;
  });
  const what = [
    ...(deletes > 0 ? [`deletes ${count(deletes, "invite")}`] : []),
    ...(sends > 0 ? [`sends ${deletes > 0 ? sends : count(sends, "invite")}`] : []),
  ];
  const batches = Math.ceil(Math.max(sends, deletes) / limit);
  return {
    title: `this plan ${what.join(" and ")}, one request each`,
    detail: `OpenAI was seen to let about ${limit} requests of a kind through in a minute; ${[...does, `apply in ${batches} batches of at most ${limit} by -target, a minute apart: -parallelism=1 alone is not slow enough`].join("; ")}`,
  };
}
