import { defined } from "../base/defined.js";
import { count, someOf } from "../base/phrases.js";
import { tfinviteCommand } from "./commands.js";
import { escapeControls } from "./escape.js";
import { statementWords, statusBrief, statusPhrase, statusWord } from "./messages/status-words.js";
import type { NextStep } from "./next-steps.js";
import type { Report } from "./report.js";
import { type HiddenRows, INVITE_KINDS, type InviteKind, type InviteRow, type StatusView } from "./status-view.js";
import type { CommandContext } from "./style.js";

const KIND_WORDS: Readonly<Record<InviteKind, string>> = {
  used: "used",
  member: "for members",
  deposed: "with a used deposed object",
  missing: "missing",
  expired: "expired",
  unknown: "unknown",
  pending: "pending",
  "not-sent": "not sent",
  forgotten: "forgotten by the next apply",
};

function countOf(kind: InviteKind, number: number): string {
  return `${number} ${kind === "member" && number === 1 ? "for a member" : KIND_WORDS[kind]}`;
}

/** What is true of the invites, in one or two sentences: what is used, and what else needs a look. */
export function verdictText(report: Report, view: StatusView): string {
  const sentences = report.invites.length === 0 ? [noInvites(report)] : findings(report, view);
  return [...(report.mode === "offline" ? [OFFLINE] : []), ...sentences].join(" ");
}

const OFFLINE = "Offline: OpenAI was not asked, so statuses are as the state recorded them, or unknown.";

function findings(report: Report, { counts }: StatusView): string[] {
  const total = report.invites.length;
  const noun = report.leftOut > 0 ? "selected invite" : "invite";
  const many = (number: number) => `${number} of ${count(total, noun)}`;
  const numberOf = (kind: InviteKind) => counts.get(kind) ?? 0;
  const [used, members, unknown] = [numberOf("used"), numberOf("member"), numberOf("unknown")];
  const others = numberOf("deposed") + numberOf("missing") + numberOf("expired") + unknown;
  const sentences: string[] = [];
  /** The subject of the next sentence, with the form of its verb. */
  const subject = (number: number, one: string, several: string) => {
    const verb = number === 1 ? one : several;
    if (sentences.length > 0) return `${number} more ${verb}`;
    if (number < total) return `${many(number)} ${verb}`;
    return number === 1 ? `The ${noun} ${verb}` : `All ${total} ${noun}s ${verb}`;
  };
  if (used > 0) {
    const why =
      used === 1 || used < total
        ? "the person has accepted, and OpenAI no longer lets the invite be deleted"
        : "the people have accepted, and OpenAI no longer lets the invites be deleted";
    sentences.push(`${subject(used, "is", "are")} used: ${why}.`);
  }
  if (members > 0) {
    const whom = members === 1 ? "someone who is already a member" : "people who are already members";
    const it = members === 1 ? "it" : "them";
    sentences.push(`${subject(members, "is", "are")} for ${whom}: OpenAI refuses to send ${it}.`);
  }
  if (others > 0 && others === unknown && sentences.length === 0) {
    const whose = others < total ? many(others) : total === 1 ? `the ${noun}` : `all ${total} ${noun}s`;
    sentences.push(`The status of ${whose} is unknown.`);
  } else if (others > 0) sentences.push(`${subject(others, "needs", "need")} a look.`);
  if (sentences.length > 0) return sentences;
  const seen = report.errors.length > 0 ? " that could be read" : "";
  // What happened since the state was written is not known.
  if (report.mode === "offline")
    return [
      total === 1 ? `The ${noun} is not recorded as used.` : `None of the ${total} ${noun}s is recorded as used.`,
    ];
  return [total === 1 ? `The ${noun}${seen} needs no action.` : `None of the ${total} ${noun}s${seen} needs action.`];
}

/** None is said to be there only where all was read. */
function noInvites({ leftOut, errors, otherInvites }: Report): string {
  if (leftOut > 0) return `None of ${count(leftOut, "invite")} is selected.`;
  if (errors.length > 0) return "No invites seen, but not everything could be read.";
  return otherInvites === 0 ? "No invites." : "No invites of a type that tfinvite knows.";
}

/** `13 invites: 7 used, 1 expired, 1 missing, 4 pending (--all shows them) · 2 requests`, as its parts. */
export function summaryParts(report: Report, { counts, quiet }: StatusView): string[] {
  const { invites, leftOut, directories } = report;
  const asked = report.mode === "offline" ? "offline" : count(report.requests, "request");
  if (invites.length === 0) return [asked];
  const loud = INVITE_KINDS.filter((kind) => counts.has(kind) && !quiet.has(kind));
  const words = (kinds: readonly InviteKind[]) => kinds.map((kind) => countOf(kind, counts.get(kind) ?? 0));
  const hidden = INVITE_KINDS.filter((kind) => quiet.has(kind));
  const shows = hidden.length === 0 ? "" : ` (--all shows ${invites.length === 1 ? "it" : "them"})`;
  const all =
    leftOut > 0
      ? `${invites.length} of ${count(invites.length + leftOut, "invite")} selected`
      : count(invites.length, "invite");
  const where = directories.length > 1 ? ` in ${count(directories.length, "root module")}` : "";
  const listed = [...words(loud), ...words(hidden)].join(", ");
  return [`${all}${where}${listed === "" ? "" : `: ${listed}`}${shows}`, asked];
}

/** What is said below the rows. */
export function statusNotes(report: Report, view: StatusView): string[] {
  return [...unknownReasons(report), ...silentText(view, report)];
}

/** Why statuses are unknown, each reason once, the most frequent first. */
export function unknownReasons({ invites }: Report): string[] {
  const reasons = new Map<string, number>();
  for (const { status } of invites) {
    if (status.status !== "unknown") continue;
    const reason = status.reason ?? "the reason is not known";
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const sorted = [...reasons].toSorted(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, MOST_REASONS).map(([reason, number]) => `Unknown (${number}): ${reason}`);
  const more = sorted.length - shown.length;
  return [...shown, ...(more > 0 ? [`Unknown for ${count(more, "other reason")}: see --format json`] : [])].map(
    escapeControls,
  );
}

const MOST_REASONS = 3;

/** The root modules without a row. */
function silentText({ silent }: StatusView, { directories }: Report): string[] {
  if (directories.length < 2 || silent.length === 0) return [];
  return [escapeControls(`Nothing to show for ${someOf(silent, 10)}.`)];
}

/** The status of a row in words, with what else is the matter with it. Why it is unknown is said below, where it is the same for all. */
export function rowPhrase({ invite }: InviteRow, report: Report, reasons: number): string {
  const { entry, status } = invite;
  const deposed = entry.objects.filter((object) => object.deposed !== undefined).length;
  const known = status.status === "unknown" && reasons === 1 ? "unknown" : statusPhrase(status, report.now);
  const parts = [
    known,
    entry.tainted && "tainted",
    deposed > 0 && `and ${count(deposed, "deposed object")}`,
    entry.statement && statementWords(entry.statement, entry.name),
  ];
  return escapeControls(parts.filter(Boolean).join(", "));
}

/** The status of a row where there is less room. */
export function rowWords({ invite, kind }: InviteRow, now: number): readonly [brief: string, word: string] {
  if (kind === "member") return ["already a member", "a member"];
  return [statusBrief(invite.status, now), statusWord(invite.status.status)];
}

/** `… and 440 more used (--all shows them)`. */
export function hiddenText({ kind, count: number, elsewhere }: HiddenRows): string {
  const where =
    elsewhere === undefined ? "" : elsewhere === "resources" ? " in other resources" : ` in ${elsewhere.module}`;
  return escapeControls(`and ${number} more ${KIND_WORDS[kind]}${where} (--all shows them)`);
}

/** The one or two commands that come next; none where nothing needs a look, or where nothing was looked up. */
export function statusSteps(report: Report, { counts }: StatusView, context: CommandContext): NextStep[] {
  const used = counts.get("used") ?? 0;
  const needsLook = (["member", "deposed", "missing", "expired"] as const).some((kind) => counts.has(kind));
  if (used === 0 && !needsLook) return [];
  const { repairFlags = [], roots } = context.selection ?? {};
  const { given } = context;
  const where = given !== undefined && roots !== undefined ? { ...given, named: roots, recursive: true } : given;
  const command = (name: string, flags: readonly string[]) =>
    tfinviteCommand(name, report, flags, defined({ given: where }));
  const repair = {
    command: command("repair", repairFlags),
    purpose: `shows how to remove the ${used === 1 ? "used invite" : `${used} used invites`} from state`,
  };
  const check = { command: command("check", []), purpose: "what will go wrong, and how to fix it" };
  return [...(used > 0 ? [repair] : []), check];
}
