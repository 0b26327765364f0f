import { emailKey } from "../../base/email.js";
import { formatResourceAddress } from "../../terraform/addresses/address.js";
import { whyUnaddressable } from "../../terraform/shell/address-argument.js";
import { type Inventory, type InviteEntry, storedAddress, storedName } from "../inventory.js";
import { failsEveryPlan, inviteKey, type ReportedInvite } from "../planned/assessment.js";
import { type InviteStatus, isUsed } from "../status.js";
import { blockSupport } from "./block-support.js";
import { type ConfigurationChange, configurationChanges } from "./configuration-steps.js";
import { dependentsOf } from "./dependents.js";
import { type NextApply, nextApply } from "./next-apply.js";
import type { Dependent } from "./remedy.js";

/** Why a selected invite is not removed from the state. */
export type SkipReason = "unknown" | "deposed-alive" | "deposed-used" | "unaddressable" | "whole-resource";

/** What `repair` would do to one root module. */
export interface RepairPlan {
  readonly directory: string;
  readonly inventory: Inventory;
  /** To be removed from the state, in the order of the state. */
  readonly forget: readonly ReportedInvite[];
  /** Selected, and not removed. */
  readonly skipped: readonly { readonly invite: ReportedInvite; readonly reason: SkipReason }[];
  /** Selected, and forgotten by the next apply: blocks or the state say so already. */
  readonly settled: readonly ReportedInvite[];
  /** Configured for members whose invite no state holds: what is left of a repair that was done by half. */
  readonly halfDone: readonly ReportedInvite[];
  /** In no state, and it is not known whether they are such ones. */
  readonly unsure: readonly ReportedInvite[];
  /** Configured elsewhere for the same people, and not in the state: the next apply sends these. */
  readonly again: readonly InviteEntry[];
  /** What still declares them, or invites the same people again. */
  readonly changes: readonly ConfigurationChange[];
  /** What still declares the half-done ones. */
  readonly halfDoneChanges: readonly ConfigurationChange[];
  /** Whether removed blocks can do it: the tool has them, and a plan gets as far as them. */
  readonly worksAsBlocks: boolean;
  /** What the next apply does for each invite that is configured, once no state has it. */
  readonly nextApply: ReadonlyMap<InviteEntry, NextApply>;
  /** What reads them, and would break. */
  readonly dependents: readonly Dependent[];
}

/** Which invites `repair` is asked to remove. */
export interface Selection {
  readonly matches?: (invite: ReportedInvite) => boolean;
  /** Without it, the used ones, and those that fail every plan. */
  readonly statuses?: ReadonlySet<InviteStatus>;
}

/** Decides what can be forgotten in one root module, and what the configuration needs for it. */
export function planRepair(
  report: { readonly invites: readonly ReportedInvite[] },
  inventory: Inventory,
  selection: Selection,
): RepairPlan {
  const forget: ReportedInvite[] = [];
  const skipped: RepairPlan["skipped"][number][] = [];
  const settled: ReportedInvite[] = [];
  const halfDone: ReportedInvite[] = [];
  const unsure: ReportedInvite[] = [];
  for (const invite of report.invites) {
    const { directory, inState } = invite.entry;
    if (directory !== inventory.directory || selection.matches?.(invite) === false) continue;
    if (!inState) {
      const isLeft = isHalfDone(invite);
      if (isLeft !== false) (isLeft === "unknown" ? unsure : halfDone).push(invite);
      continue;
    }
    const decision = decide(invite, selection);
    const isSettled = invite.entry.statement?.kind === "forgotten" && !failsEveryPlan(invite);
    if (decision === "forget" && isSettled) settled.push(invite);
    else if (decision === "forget") forget.push(invite);
    else if (decision !== "keep") skipped.push({ invite, reason: decision });
  }
  for (const invite of namingWholeResource(forget, report.invites)) {
    forget.splice(forget.indexOf(invite), 1);
    skipped.push({ invite, reason: "whole-resource" });
  }
  const entries = forget.map(({ entry }) => entry);
  const again = sentAgain([...entries, ...settled.map(({ entry }) => entry)], inventory);
  const isAmongThose = new Set(again);
  return {
    directory: inventory.directory,
    inventory,
    forget,
    skipped,
    settled,
    halfDone,
    unsure,
    again,
    changes: configurationChanges([...entries, ...again], inventory),
    halfDoneChanges: configurationChanges(
      // Those that invite the same people again are among the other changes.
      halfDone.map(({ entry }) => entry).filter((entry) => !isAmongThose.has(entry)),
      inventory,
    ),
    worksAsBlocks: blockSupport(inventory.configuration.settings).ok && !forget.some(failsEveryPlan),
    nextApply: new Map(report.invites.map((invite) => [invite.entry, nextApply(invite)])),
    dependents: dependentsOf(entries, inventory),
  };
}

/** Whether the next apply would invite a member, whose used invite is out of the state already. */
function isHalfDone({ entry, status: { status, isMember } }: ReportedInvite): boolean | "unknown" {
  if (entry.inConfig === false || entry.importing === true) return false;
  return status === "unknown" || isMember === undefined ? "unknown" : status === "not-sent" && isMember;
}

/** What the next apply sends to the people of these invites, under any address. */
export function sentAgain(of: readonly InviteEntry[], { entries }: Inventory): InviteEntry[] {
  const keyOf = ({ email, providerConfiguration }: InviteEntry) =>
    email && `${providerConfiguration} ${emailKey(email)}`;
  const people = new Set(of.map(keyOf));
  const isSent = ({ inState, inConfig, importing }: InviteEntry) => !inState && inConfig !== false && !importing;
  return entries.filter((entry) => isSent(entry) && entry.email !== undefined && people.has(keyOf(entry)));
}

/**
 * Invites without a key whose resource has others in the state that stay. Terraform takes such an address for the whole
 * resource: `state rm openai_invite.team` takes `openai_invite.team["a"]` along.
 */
function namingWholeResource(forget: readonly ReportedInvite[], all: readonly ReportedInvite[]): ReportedInvite[] {
  const goes = new Set(forget);
  const staying = new Set(
    all
      .filter((invite) => invite.entry.inState && !goes.has(invite))
      .map(({ entry }) => inviteKey(entry.directory, formatResourceAddress(storedAddress(entry)))),
  );
  return forget.filter(
    ({ entry }) => storedAddress(entry).key === undefined && staying.has(inviteKey(entry.directory, storedName(entry))),
  );
}

/** Whether one invite can be forgotten, by its own status. */
export function decide({ entry, status }: ReportedInvite, selection: Selection): "forget" | "keep" | SkipReason {
  const isStuck = failsEveryPlan({ entry, status });
  const wanted = (each: InviteStatus) =>
    selection.statuses?.has(each) ?? (isUsed(each) || (each === "missing" && isStuck));
  if (status.status === "unknown") return "unknown";
  if (!wanted(status.status)) return status.objects.some((object) => wanted(object.status)) ? "deposed-used" : "keep";
  if (whyUnaddressable(storedAddress(entry)) !== undefined) return "unaddressable";
  // `terraform state rm` takes deposed objects along, so each of them must be one to go, too.
  return status.objects.every((object) => wanted(object.status)) ? "forget" : "deposed-alive";
}
