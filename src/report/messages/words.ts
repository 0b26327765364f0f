import { listOf } from "../../base/phrases.js";
import type { Finding, InviteArguments } from "../../invites/finding.js";
import type { ConfigurationStep, Dependent } from "../../invites/remedies/remedy.js";
import type { InviteStatus } from "../../invites/status.js";
import type { FindingWords } from "./finding-words.js";
import { planWords } from "./plan-words.js";
import { staticWords } from "./static-words.js";
import { formatDay } from "./times.js";

/** The words of a finding, made from its code and arguments. */
export function wordsOf(finding: Finding): FindingWords {
  switch (finding.rule) {
    case "accepted-invite": {
      const { acceptedAt, email = "the person" } = finding.arguments;
      const when = acceptedAt === undefined ? "" : ` on ${formatDay(acceptedAt)}`;
      return {
        title: "an accepted invite can only be forgotten",
        detail: `${email} accepted it${when}; ${usedDetail(finding.arguments)}`,
      };
    }
    case "joined-invite": {
      const { email = "the person" } = finding.arguments;
      return {
        title: "this invite reads pending, but the person is a member",
        detail: `${email} has joined and the status lags behind; ${usedDetail(finding.arguments)}`,
      };
    }
    case "departed-invite": {
      const { email = "the person", acceptedAt } = finding.arguments;
      const when = acceptedAt === undefined ? "" : ` on ${formatDay(acceptedAt)}`;
      return {
        title: "an accepted invite of somebody who has left",
        detail: `${email} accepted it${when} and is no longer a member; ${usedDetail(finding.arguments)}`,
      };
    }
    case "expired-invite": {
      const { email = "the person", expiresAt } = finding.arguments;
      const when = expiresAt === undefined ? "" : ` on ${formatDay(expiresAt)}`;
      if (finding.arguments.isMember) {
        return {
          title: "an expired invite of somebody who is a member",
          detail: `it expired${when}, and ${email} joined in another way; it can still be deleted, but not sent again`,
        };
      }
      return {
        title: "this invite ran out before it was accepted",
        detail: `it expired${when}, and ${email} cannot use it any more`,
      };
    }
    case "missing-invite":
      return {
        title: "OpenAI does not know this invite any more",
        detail: missingDetail(finding.arguments),
      };
    case "member-invited": {
      const { email = "the person" } = finding.arguments;
      return {
        title: "this invites somebody who is a member already",
        detail: `${email} belongs to the organization, and OpenAI refuses to invite a member: the apply that sends it fails`,
      };
    }
    case "project-drift": {
      const { projects, provider, isUsed } = finding.arguments;
      const then = isUsed ? "which fails, since it is accepted" : "which mails the person again";
      return {
        title: "OpenAI gave this invite projects that the configuration lacks",
        detail: `it has ${listOf(projects)}, and its block names none: ${provider.label} replaces it at the next plan, with no edit, ${then}`,
      };
    }
    case "destroy-will-fail":
    case "replace-will-fail":
    case "update-will-fail":
    case "create-will-fail":
    case "read-will-fail":
    case "destroy-is-silent":
    case "membership-survives":
    case "resend":
    case "too-many-reads":
      return planWords(finding);
    case "project-scoped-invite":
      return { title: "projects assigned through an invite", detail: projectsDetail(finding.arguments) };
    default:
      return staticWords(finding);
  }
}

/** The finding in one line, for formats that have no more room. */
export function messageOf(finding: Finding): string {
  const { title, detail } = wordsOf(finding);
  return `${title}: ${detail}`;
}

function usedDetail({ provider, inConfig, deposed }: InviteArguments): string {
  if (deposed !== undefined) return deposedDetail(deposed, provider);
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

/** Terraform tries to delete deposed objects at every apply, whatever else the plan holds. */
function deposedDetail(key: string, provider: InviteArguments["provider"]): string {
  const tries = `it is a deposed object (${key}), which every apply tries to delete`;
  return provider.dialect.destroyAccepted === "reports-success"
    ? `${tries}; ${provider.label} reports that as done though OpenAI refuses it`
    : `${tries}, and OpenAI refuses`;
}

function missingDetail({ provider, inConfig, email = "the person" }: InviteArguments): string {
  if (provider.dialect.readMissing === "fails") {
    return `it was revoked or deleted elsewhere, and ${provider.label} fails every plan until it is out of the state`;
  }
  if (inConfig === false) return "it was revoked or deleted elsewhere, and the next refresh drops it from the state";
  return `it was revoked or deleted elsewhere, and the next apply mails ${email} again`;
}

/** What this provider makes of the projects; where versions of it differ, what holds for all that are allowed. */
function projectsDetail({ provider }: Extract<Finding, { rule: "project-scoped-invite" }>["arguments"]): string {
  const { label, candidates } = provider;
  const agreed = <K extends "projects" | "omittedProjects" | "unaskedProject">(key: K) => {
    const [first, ...others] = candidates;
    return first !== undefined && others.every((row) => row[key] === first[key]) ? first[key] : undefined;
  };
  if (agreed("projects") === "none") {
    return `${label} has no "projects" on an invite, so the plan fails; add the person to projects once they are a member`;
  }
  const change =
    agreed("unaskedProject") === "replaces" ? "change of them, also one that OpenAI makes," : "change of them";
  const notes = [
    `they are reported not to arrive reliably, and any later ${change} replaces the invite, which fails once it is accepted`,
  ];
  if (agreed("projects") === "required-block") {
    notes.push(`${label} insists on the block, and from 2.0.0 on it may be left out`);
  }
  if (agreed("omittedProjects") === "empty-list") {
    notes.push("without them, the person starts with no project, not even the default one");
  }
  if (candidates.some(({ id }) => id === "fjcorp")) {
    notes.push("some builds of it do not send them, but add the person if they join within half a minute");
  }
  return notes.join("; ");
}

/** What to change in the configuration, in one line without the place. */
export function stepWords(step: ConfigurationStep): string {
  switch (step.kind) {
    case "delete-block":
      if (step.shared) return "delete the block; other root modules that call its module lose it, too";
      return step.collection === undefined
        ? "delete the block"
        : `delete the block, or empty ${step.collection} and keep the block for the next ones`;
    case "drop-keys":
      return dropWords(step);
    case "exclude-keys":
      return `leave ${step.keys.join(", ")} out of this for_each only, not out of its collection: ${step.staying} is declared by the same place there, and stays`;
    case "lower-count":
      return step.computed === undefined ? `lower the count to ${step.to}` : computedCountWords(step.to, step.computed);
    case "rework-count":
      return `the count numbers its instances, so ${step.indexes.map((index) => `[${index}]`).join(", ")} cannot go alone: use for_each over those that stay${movesWords(step)}`;
    case "change-call":
      return changeCallWords(step);
    case "delete-import":
      return step.whole ? "delete the import block" : `drop ${step.resource} from the for_each of the import block`;
    case "undo-edit":
      return step.computed
        ? `see that ${step.attribute} comes out as "${step.value}" again`
        : `set ${step.attribute} back to "${step.value}"`;
    case "find-key":
      return `find what declares ${step.names.join(", ")} and drop it there: its keys could not be worked out`;
  }
}

type StepOf<K extends ConfigurationStep["kind"]> = Extract<ConfigurationStep, { kind: K }>;

function dropWords({ keys, via, ofCall }: StepOf<"drop-keys">): string {
  const drop = `drop ${keys.join(", ")}${via === undefined ? "" : ` from ${via}`}`;
  return ofCall
    ? `${drop}; whatever else the module declares for ${keys.length === 1 ? "it" : "them"} goes, too`
    : drop;
}

function computedCountWords(to: number, { expression, list }: NonNullable<StepOf<"lower-count">["computed"]>): string {
  const must = `${expression === undefined ? "the count" : `count = ${expression}`} must come out as ${to}`;
  if (list === undefined) return must;
  return `${must}: ${to === 0 ? `empty ${list}` : `keep only the first ${to} of ${list}`}`;
}

function movesWords({ moves, moreMoves }: StepOf<"rework-count">): string {
  if (moves.length === 0) return "";
  const shown = moves.map(({ from, to }) => `from ${from} to ${to}`);
  const more = moreMoves > 0 ? `, and ${moreMoves} more` : "";
  return `, each with a moved block (${shown.join(", ")}${more}), or the next apply destroys them and mails again`;
}

function changeCallWords({ names, whole, fetchedFrom }: StepOf<"change-call">): string {
  const them = names.join(", ");
  const what = whole
    ? `delete this call and what reads it, if it is there for nothing else; or else have its module leave out ${them}`
    : `have its module leave out ${them}, and nothing that others need`;
  return fetchedFrom === undefined
    ? what
    : `${what}, by what is passed here: the module comes from ${fetchedFrom === "" ? "elsewhere" : fetchedFrom}`;
}

/** What to do about a place that reads a forgotten invite. */
export function dependentWords({ from, target, staying }: Dependent): string {
  const reads = `${from} reads ${target}`;
  switch (staying) {
    case undefined:
      return `${reads}: delete it, or write the invite's id there`;
    case 0:
      return `${reads}, of which none stays: see that it does without`;
    case "unknown":
      return `${reads}, of which some may stay: change it only if it singles out one that goes`;
    default:
      return `${reads}, of which ${staying} ${staying === 1 ? "stays" : "stay"}: change it only if it singles out one that goes`;
  }
}

/** A status as shown to people. */
export function statusWords(status: InviteStatus): string {
  return status === "joined" ? "joined (status lags)" : status;
}
