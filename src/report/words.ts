import type { Finding, InviteArguments } from "../invites/finding.js";
import type { ConfigurationStep, Dependent } from "../invites/remedies/remedy.js";
import type { Standing } from "../invites/standing.js";
import { formatDay } from "./times.js";

/** What a finding says: a headline that fits a line, and what follows from it. Neither repeats the address. */
export interface FindingWords {
  readonly headline: string;
  readonly consequence: string;
}

/** The words of a finding, made from its code and arguments. */
export function wordsOf(finding: Finding): FindingWords {
  switch (finding.rule) {
    case "accepted-invite": {
      const { acceptedAt, email = "the person" } = finding.arguments;
      const when = acceptedAt === undefined ? "" : ` on ${formatDay(acceptedAt)}`;
      return {
        headline: "an accepted invite can only be forgotten",
        consequence: `${email} accepted it${when}; ${spentConsequence(finding.arguments)}`,
      };
    }
    case "lagging-invite": {
      const { email = "the person" } = finding.arguments;
      return {
        headline: "this invite reads pending, but the person is a member",
        consequence: `${email} has joined and the status lags behind; ${spentConsequence(finding.arguments)}`,
      };
    }
    case "departed-invite": {
      const { email = "the person", acceptedAt } = finding.arguments;
      const when = acceptedAt === undefined ? "" : ` on ${formatDay(acceptedAt)}`;
      return {
        headline: "an accepted invite of somebody who has left",
        consequence: `${email} accepted it${when} and is no longer a member; ${spentConsequence(finding.arguments)}`,
      };
    }
    case "expired-invite": {
      const { email = "the person", expiresAt } = finding.arguments;
      const when = expiresAt === undefined ? "" : ` on ${formatDay(expiresAt)}`;
      return {
        headline: "this invite ran out before it was accepted",
        consequence: `it expired${when}, and ${email} cannot use it any more`,
      };
    }
    case "missing-invite":
      return {
        headline: "OpenAI does not know this invite any more",
        consequence: missingConsequence(finding.arguments),
      };
    case "member-invited": {
      const { email = "the person" } = finding.arguments;
      return {
        headline: "this invites somebody who is a member already",
        consequence: `${email} belongs to the organization, and OpenAI refuses to invite a member: the apply that sends it fails`,
      };
    }
    case "project-scoped-invite":
      return { headline: "projects assigned through an invite", consequence: projectsConsequence(finding.arguments) };
  }
}

/** The finding in one line, for formats that have no more room. */
export function messageOf(finding: Finding): string {
  const { headline, consequence } = wordsOf(finding);
  return `${headline}: ${consequence}`;
}

function spentConsequence({ provider, inConfig }: InviteArguments): string {
  const orphan = inConfig === false ? "no block declares it any more, so the next apply destroys it: " : "";
  switch (provider.dialect.destroyAccepted) {
    case "fails":
      return `${orphan}OpenAI refuses to delete it, and ${provider.label} fails the apply that destroys, replaces or edits it`;
    case "reports-success":
      return `${orphan}${provider.label} reports a destroy as done though OpenAI refuses it, and an edit loses it from the state and then fails`;
    case "unknown":
      return `${orphan}OpenAI refuses to delete it, so an apply that destroys, replaces or edits it can break`;
  }
}

function missingConsequence({ provider, inConfig, email = "the person" }: InviteArguments): string {
  if (provider.dialect.readMissing === "fails") {
    return `it was revoked or deleted elsewhere, and ${provider.label} fails every plan until it is out of the state`;
  }
  if (inConfig === false) return "it was revoked or deleted elsewhere, and the next refresh drops it from the state";
  return `it was revoked or deleted elsewhere, and the next apply mails ${email} again`;
}

function projectsConsequence({ provider }: Extract<Finding, { rule: "project-scoped-invite" }>["arguments"]): string {
  const general =
    "OpenAI does not grant them reliably, and any later change of them replaces the invite, which fails once it is accepted";
  switch (provider.dialect.projects) {
    case "none":
      return `${provider.label} has no "projects" on an invite, so the plan fails`;
    case "required-block":
      return `${general}; ${provider.label} insists on the block, and from 2.0.0 on it may be left out`;
    case "attribute":
    case "block":
    case "unknown":
      return general;
  }
}

/** What to change in the configuration, in one line without the place. */
export function stepWords(step: ConfigurationStep): string {
  switch (step.kind) {
    case "delete-block":
      return "delete the block";
    case "drop-keys":
      return `drop ${step.keys.join(", ")}${step.via === undefined ? "" : ` from ${step.via}`}`;
    case "lower-count":
      return `lower the count to ${step.to}`;
    case "rework-count":
      return `the count numbers its invites, so ${step.indexes.map((index) => `[${index}]`).join(", ")} cannot go alone: use for_each over the addresses that stay`;
    case "find-key":
      return `find what declares ${step.names.join(", ")} and drop it there: its keys could not be worked out`;
  }
}

/** What to do about a place that reads a forgotten invite. */
export function dependentWords(dependent: Dependent): string {
  return `${dependent.from} reads ${dependent.target}: delete it, or write the invite's id there`;
}

/** A standing as shown to people. */
export function standingWords(standing: Standing): string {
  return standing === "joined" ? "joined (status lags)" : standing;
}

/** `1 invite`, `2 invites`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
