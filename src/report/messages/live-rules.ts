import { listOf } from "../../base/phrases.js";
import type { InviteArguments } from "../../invites/rules/about-invite.js";
import { formatDay, statementWords } from "./status-words.js";
import type { RuleMessages } from "./words.js";

/** Rules about the status of one invite. */
export const LIVE_RULES: RuleMessages<"live"> = {
  "accepted-invite": {
    summary: "an accepted invite can only be forgotten",
    message: (given) => ({
      title: "an accepted invite can only be forgotten",
      detail: `${person(given)} accepted it${onDay(given.acceptedAt)}; ${usedDetail(given)}`,
    }),
  },
  "joined-invite": {
    summary: "an invite that still reads pending, though the person has joined by it",
    message: (given) => ({
      title: "this invite reads pending, but the person has joined",
      detail: `${person(given)} was added after it was sent, and by no other invite: the status lags behind; ${usedDetail(given)}`,
    }),
  },
  "departed-invite": {
    summary: "an accepted invite whose address no member has",
    message: (given) => ({
      title: "an accepted invite, and no member has this address",
      detail: `${person(given)} accepted it${onDay(given.acceptedAt)}, and has left or has another address now; ${usedDetail(given)}`,
    }),
  },
  "expired-invite": {
    summary: "an invite that ran out before it was accepted",
    message: (given) => {
      const expired = `it expired${onDay(given.expiresAt)}, and ${person(given)}`;
      return given.isMember
        ? {
            title: "an expired invite of somebody who is a member",
            detail: `${expired} joined in another way; it can still be deleted, but not sent again`,
          }
        : {
            title: "this invite ran out before it was accepted",
            detail: `${expired} cannot use it any more${otherWords(given, "; it can be sent again unless another invite of theirs is pending, which is not known")}`,
          };
    },
  },
  "missing-invite": {
    summary: "an invite in the state that OpenAI does not know",
    message: (given) => ({
      title: "OpenAI does not know this invite any more",
      detail: `it was revoked or deleted elsewhere, and ${missingDetail(given)}`,
    }),
  },
  "member-invited": {
    summary: "an invite for somebody who is a member already",
    message: (given) => ({
      title: "this invites somebody who is a member already",
      detail: `${person(given)} belongs to the organization, and OpenAI refuses to invite a member: the apply that sends it fails`,
    }),
  },
  "project-drift": {
    summary: "projects that OpenAI gave and the configuration lacks",
    message: ({ projects, provider, isUsed }) => ({
      title: "OpenAI gave this invite projects that the configuration lacks",
      detail: `it has ${listOf(projects)}, and its block names none: ${provider.label} replaces it at the next plan, with no edit, ${isUsed ? "which fails, since it is accepted" : "which mails the person again"}`,
    }),
  },
  "unreadable-invite": {
    summary: "an invite in the state that its provider cannot read",
    message: ({ attribute, message, provider, id }) => ({
      title: "its provider can't read this invite, so every plan fails",
      detail: `the state has no ${attribute} for it, as after "state replace-provider", and ${provider.label} reads and deletes by that: every plan stops with: ${message}; with -refresh=false every destroy does${id === undefined ? "; the state has no other id of it either" : ""}`,
    }),
  },
};

/** Who an invite is for, in a sentence. */
export function person({ email = "the person" }: Pick<InviteArguments, "email">): string {
  return email;
}

function onDay(moment: number | undefined): string {
  return moment === undefined ? "" : ` on ${formatDay(moment)}`;
}

function usedDetail({ provider, inConfig, statement, deposed }: InviteArguments): string {
  const { destroyAccepted } = provider.dialect;
  if (deposed !== undefined) {
    // Terraform tries to delete deposed objects at every apply, whatever else the plan holds.
    const tries = `it is a deposed object (${deposed}), which every apply tries to delete`;
    return destroyAccepted === "reports-success"
      ? `${tries}; ${provider.label} reports that as done though OpenAI refuses it`
      : `${tries}, and OpenAI refuses`;
  }
  const destroyed = statement?.kind === "destroyed" ? `${statementWords(statement)}: ` : undefined;
  const orphan =
    destroyed ?? (inConfig === false ? "no block declares it any more, so the next apply destroys it: " : "");
  switch (destroyAccepted) {
    case "fails":
      return `${orphan}OpenAI refuses to delete it, and ${provider.label} fails the apply that destroys, replaces or edits it`;
    case "reports-success":
      return `${orphan}${provider.label} reports a destroy as done though OpenAI refuses it, and an edit loses it from the state and then fails`;
    case "unknown":
      return `${orphan}OpenAI refuses to delete it, so an apply that destroys, replaces or edits it can break`;
  }
}

function missingDetail(given: InviteArguments & WithOthers): string {
  const { provider, inConfig } = given;
  if (provider.dialect.readMissing === "fails")
    return `${provider.label} fails every plan until it is out of the state`;
  if (inConfig === false) return "the next refresh drops it from the state";
  const isOther = given.otherInvites === undefined || given.otherInvites.length > 0;
  if (!isOther) return `the next apply mails ${person(given)} again`;
  return `the next apply tries to send it again${otherWords(given, "")}`;
}

interface WithOthers {
  readonly otherInvites?: readonly string[] | undefined;
}

/** What is in the way of sending an invite again; `unknown` where that is not known. */
function otherWords({ otherInvites }: WithOthers, unknown: string): string {
  if (otherInvites === undefined) return unknown;
  const [other] = otherInvites;
  return other === undefined
    ? ""
    : `; another invite of theirs, ${other}, is pending, and OpenAI is reported to refuse a second one`;
}
