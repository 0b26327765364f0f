import { listOf } from "../../base/phrases.js";
import type { InviteArguments } from "../../invites/rules/about-invite.js";
import { statementWords } from "./status-words.js";
import type { RuleMessages } from "./words.js";

/** Rules about the status of one invite. */
export const LIVE_RULES: RuleMessages<"live"> = {
  "accepted-invite": {
    summary: "accepted invite is still managed by Terraform and can't be deleted",
    message: (given) => ({
      title: "accepted invite is still managed by Terraform and can't be deleted",
      detail: usedDetail(given, "an accepted invite"),
    }),
  },
  "joined-invite": {
    summary: "invite still shows as pending, but the person has already joined",
    message: (given) => ({
      title: "invite still shows as pending, but the person has already joined",
      detail: `the person became a member after this invite was sent; ${usedDetail(given, "the invite of a member")}`,
    }),
  },
  "departed-invite": {
    summary: "invite was accepted, but no member has this address",
    message: (given) => ({
      title: "invite was accepted, but no member has this address",
      detail: `the person left the organization or has another address now; ${usedDetail(given, "an accepted invite")}`,
    }),
  },
  "expired-invite": {
    summary: "invite expired before it was accepted",
    message: (given) =>
      given.isMember
        ? {
            title: "expired invite is for someone who is already a member",
            detail: "the person joined in another way, so the invite can be deleted, but not sent again",
          }
        : {
            title: "invite expired before it was accepted",
            detail: `the person can no longer accept it${otherWords(given, "; sending a new one fails if another invite for the same person is pending, which is not known")}`,
          },
  },
  "missing-invite": {
    summary: "invite no longer exists at OpenAI",
    message: (given) => ({
      title: "invite no longer exists at OpenAI",
      detail: `it was revoked or deleted outside Terraform, and ${missingDetail(given)}`,
    }),
  },
  "member-invited": {
    summary: "invites someone who is already a member",
    message: () => ({
      title: "invites someone who is already a member",
      detail: "OpenAI refuses to invite a member, so the apply that sends this invite fails",
    }),
  },
  "project-drift": {
    summary: "OpenAI assigned projects that the configuration doesn't have",
    message: ({ projects, provider, isUsed }) => ({
      title: "OpenAI assigned projects that the configuration doesn't have",
      detail: `OpenAI reports ${listOf(projects)}, so ${provider.label} plans to replace the invite although nothing was edited, which ${isUsed ? "fails because it is accepted" : "sends a new invitation"}`,
    }),
  },
  "unreadable-invite": {
    summary: "provider can't read an invite in the state",
    message: ({ attribute, message, provider, id }) => ({
      title: "provider can't read this invite, so every plan fails",
      detail: `the state has no ${attribute} for it (as after "terraform state replace-provider"), and ${provider.label} needs that to read and delete it: every plan stops with: ${message}; with -refresh=false every destroy does${id === undefined ? "; the state has no other id for it either" : ""}`,
    }),
  },
};

/** Who an invite is for, in a sentence. */
export function person({ email = "the person" }: Pick<InviteArguments, "email">): string {
  return email;
}

function usedDetail(
  { provider: { label, dialect }, inConfig, statement, deposed }: InviteArguments,
  invite: string,
): string {
  const why = whyDeleted({ inConfig, statement, deposed });
  switch (dialect.destroyAccepted) {
    case "fails":
      return why === undefined
        ? `OpenAI refuses to delete ${invite}, so ${label} fails any apply that destroys, replaces or edits it`
        : `${why}; OpenAI refuses, and ${label} fails that apply`;
    case "reports-success":
      return why === undefined
        ? `OpenAI refuses to delete ${invite}: ${label} reports a destroy as done although it isn't, and an edit loses it from the state and then fails`
        : `${why}; OpenAI refuses, but ${label} reports it as done`;
    case "unknown":
      return why === undefined
        ? `OpenAI refuses to delete ${invite}, so an apply that destroys, replaces or edits it can fail`
        : `${why}; OpenAI refuses, so that apply can fail`;
  }
}

/** Why the next apply deletes an invite without a further edit; undefined where it does not. */
function whyDeleted({ inConfig, statement, deposed }: Pick<InviteArguments, "inConfig" | "statement" | "deposed">) {
  // Terraform tries to delete deposed objects at every apply, with any plan.
  if (deposed !== undefined) return "it is a deposed object, which every apply tries to delete";
  if (statement?.kind === "destroyed") return `it is ${statementWords(statement)}`;
  return inConfig === false ? "it is no longer in the configuration, so the next apply tries to delete it" : undefined;
}

function missingDetail(given: InviteArguments & WithOthers): string {
  const { provider, inConfig, otherInvites } = given;
  if (provider.dialect.readMissing === "fails")
    return `${provider.label} fails every plan until it is removed from the state`;
  if (inConfig === false) return "the next refresh removes it from the state";
  const hasOthers = otherInvites === undefined || otherInvites.length > 0;
  return hasOthers
    ? `the next apply tries to send a new invitation${otherWords(given, "")}`
    : "the next apply sends a new invitation";
}

interface WithOthers {
  readonly otherInvites?: readonly string[] | undefined;
}

/** What is preventing an invite from being sent again; `unknown` where that is not known. */
function otherWords({ otherInvites }: WithOthers, unknown: string): string {
  if (otherInvites === undefined) return unknown;
  return otherInvites.length === 0
    ? ""
    : "; another invite for the same person is pending, and OpenAI is reported to refuse a second one";
}
