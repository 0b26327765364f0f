import { count } from "../base/phrases.js";
import type { PlannedChange } from "../invites/planned/planned.js";
import type { FindingArguments } from "../invites/rules/finding.js";
import type { Report } from "./report.js";

/** What will become of a planned action on an invite. */
type Fate = "fails" | "may-fail" | "unknown" | "in-name-only" | "sends" | "succeeds";

/** What can be said about a whole plan, as far as it is about invites. */
export interface PlanVerdict {
  /** `in-doubt`: nothing should be concluded from the plan. `untouched`: it has no action on an invite. */
  readonly kind: "in-doubt" | "untouched" | "fails" | "may-fail" | "unknown" | "succeeds";
  /** How many actions on invites there are, no-ops not counted. */
  readonly total: number;
  readonly fates: Readonly<Record<Fate, number>>;
  /** Data sources that the apply reads, of an invite that will not be there. */
  readonly failingReads: number;
  /** What the provider does where OpenAI's rate limit refuses some of the requests; absent where none is to be expected. */
  readonly overLimit?: "fails" | "silent" | undefined;
  /** Invites that are sent to someone who was invited before. */
  readonly resends: number;
  /** True where the state keeps an invite that no later plan can read. */
  readonly nextFails: boolean;
}

/** The verdict on the plan that a report is about. Silenced findings count: they are as true as the others. */
export function planVerdict({ invites, findings, silenced, planInDoubt }: Report): PlanVerdict {
  const fates = { fails: 0, "may-fail": 0, unknown: 0, "in-name-only": 0, sends: 0, succeeds: 0 };
  const changes = invites.flatMap(({ planned }) => planned).filter(({ operation }) => operation !== "no-op");
  for (const change of changes) fates[fateOf(change)] += 1;
  const all = [...findings, ...silenced.map(({ finding }) => finding)];
  const reads = all.flatMap((finding) => (finding.rule === "read-will-fail" ? [finding.arguments] : []));
  const failingReads = reads.filter(({ data }) => data !== undefined).length;
  const facts = {
    total: changes.length,
    fates,
    failingReads,
    overLimit: overLimit(all.flatMap((finding) => (finding.rule === "too-many-writes" ? [finding.arguments] : []))),
    resends: all.filter(({ rule }) => rule === "resend").length,
    nextFails: failingReads < reads.length,
  };
  return { ...facts, kind: planInDoubt === true ? "in-doubt" : kindOf(facts) };
}

function overLimit(given: readonly FindingArguments["too-many-writes"][]): PlanVerdict["overLimit"] {
  const fails = given.some(
    ({ sends, limit, providers }) =>
      sends > limit ||
      providers.some(({ candidates }) => !candidates.every((row) => row.destroyAccepted === "reports-success")),
  );
  return fails ? "fails" : given.length > 0 ? "silent" : undefined;
}

function kindOf({ total, fates, failingReads, overLimit }: Omit<PlanVerdict, "kind">): PlanVerdict["kind"] {
  if (fates.fails + failingReads > 0) return "fails";
  if (total === 0) return "untouched";
  if (fates["may-fail"] > 0 || overLimit === "fails") return "may-fail";
  return fates.unknown > 0 ? "unknown" : "succeeds";
}

function fateOf({ outcomes }: PlannedChange): Fate {
  const having = (result: string) => outcomes.filter(({ outcome }) => outcome.result === result).length;
  const fails = having("fails");
  if (outcomes.length === 0 || having("unknown") > 0) return "unknown";
  if (fails > 0) return fails === outcomes.length ? "fails" : "may-fail";
  if (having("in-name-only") > 0) return "in-name-only";
  return outcomes.some(({ outcome }) => outcome.sendsInvitation) ? "sends" : "succeeds";
}

/** The verdict in a sentence: `This plan will fail: 3 of 12 invite actions can't be done.` */
export function verdictWords(verdict: PlanVerdict): string {
  const { kind, total, fates } = verdict;
  const all = total === 1 ? "its only invite action" : `all ${total} invite actions`;
  const some = (number: number) => (number === total ? all : `${number} of ${total} invite actions`);
  switch (kind) {
    case "in-doubt":
      return "This plan can't be relied on, so what its apply will do is not known: see the errors.";
    case "untouched":
      return `Nothing in this plan touches an invite${verdict.nextFails ? ", but the next plan will fail" : ""}.`;
    case "fails":
      return `This plan will fail: ${failWords(verdict, some)}.`;
    case "may-fail":
      return `This plan may fail: ${mayFailWords(verdict, some)}.`;
    case "unknown":
      return `Whether this plan succeeds is not known: no verdict on ${some(fates.unknown)}.`;
    case "succeeds":
      return `${total === 1 ? "The only invite action" : `All ${total} invite actions`} of this plan will succeed${buts(verdict)}.`;
  }
}

type Some = (number: number) => string;

function failWords({ fates, failingReads }: PlanVerdict, some: Some): string {
  const reads = `${count(failingReads, "data source")} can't be read`;
  if (fates.fails === 0) return reads;
  return `${some(fates.fails)} can't be done${failingReads > 0 ? `, and ${reads}` : ""}`;
}

function mayFailWords({ fates }: PlanVerdict, some: Some): string {
  if (fates["may-fail"] > 0) return `${some(fates["may-fail"])} may be refused`;
  return "it makes more requests at once than OpenAI has been observed to allow";
}

function buts({ fates, overLimit, resends, nextFails }: PlanVerdict): string {
  const silent = fates["in-name-only"];
  const stay = overLimit === "silent" ? `${silent} or more invites` : count(silent, "invite");
  const parts = [
    silent > 0 && `${stay} will stay at OpenAI although Terraform reports success`,
    silent === 0 && overLimit === "silent" && "some invites may stay at OpenAI although Terraform reports success",
    resends > 0 && `${resends === 1 ? "1 person gets" : `${resends} people get`} another invitation`,
    nextFails && "the next plan will fail",
  ].filter((part) => part !== false);
  return parts.length === 0 ? "" : `, but ${parts.join(", and ")}`;
}

const FATE_WORDS: Readonly<Record<Fate, (number: number) => string>> = {
  fails: (number) => `${number} ${number === 1 ? "fails" : "fail"}`,
  "may-fail": (number) => `${number} may fail`,
  unknown: (number) => `${number} without a verdict`,
  "in-name-only": (number) => `${number} only ${number === 1 ? "reports" : "report"} success`,
  succeeds: (number) => `${number} ${number === 1 ? "succeeds" : "succeed"}`,
  sends: (number) => (number === 1 ? "1 sends an invitation" : `${number} send invitations`),
};

/** What the plan does with invites, counted: `3 invite actions: 1 fails, 1 succeeds, 1 sends an invitation`. */
export function planActions({ total, fates }: PlanVerdict): string {
  if (total === 0) return "no invite actions";
  const order = ["fails", "may-fail", "unknown", "in-name-only", "succeeds", "sends"] as const;
  const counted = order.filter((fate) => fates[fate] > 0).map((fate) => FATE_WORDS[fate](fates[fate]));
  return `${count(total, "invite action")}: ${counted.join(", ")}`;
}
