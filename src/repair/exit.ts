import { count, listOf } from "../base/phrases.js";
import { countDistinct } from "../invites/planned/assessment.js";
import { EXIT, type ExitStatus, failureIn } from "../policy/exit-code.js";
import type { RemovalResult } from "../report/repair-outcome.js";
import type { PreparedRepair } from "./prepare.js";

/** Exits of a repair in which nothing was changed. */
export const NOTHING_CHANGED: ExitStatus = { code: EXIT.failed, reason: "nothing was changed" };
export const DECLINED: ExitStatus = { code: EXIT.failed, reason: "aborted; nothing was changed" };

type Prepared = Pick<PreparedRepair, "plans" | "gaps">;

/** The exit status of a repair that was emitted, not done. */
export function exitOfEmitted({ plans, gaps }: Prepared): ExitStatus {
  const unread = failureIn(gaps);
  if (plans.length === 0 && gaps.unread > 0) return { code: EXIT.failed, reason: unread };
  const number = skippedIn(plans);
  if (number > 0) return incomplete(leftAlone(number));
  // What was emitted is still right; what else declares those invites may not have been seen.
  return gaps.unread > 0 ? incomplete(unread) : exitOfNotKnown(gaps);
}

/** The exit status of a repair that is complete but for declarations that could not be worked out. */
function exitOfNotKnown({ unlisted = 0, unresolved = 0 }: Prepared["gaps"]): ExitStatus {
  const notKnown = [count(unlisted, "block"), count(unresolved, "module")].filter((text) => !text.startsWith("0"));
  return notKnown.length > 0 ? incomplete(`what ${listOf(notKnown)} declares is not known`) : { code: EXIT.ok };
}

/** The exit status of `--apply`, from what became of each root module. */
export function exitOfApply(results: readonly RemovalResult[], { gaps, plans }: Prepared): ExitStatus {
  const changed = results.filter(({ outcome: { kind } }) => kind === "done" || kind === "partly").length;
  const failed = results.filter(({ outcome: { kind } }) => kind === "unchanged").length + gaps.unread;
  if (results.some(({ outcome: { kind } }) => kind === "partly"))
    return { code: EXIT.incomplete, reason: "stopped before the end: see above" };
  if (failed > 0 && changed === 0) return NOTHING_CHANGED;
  if (failed > 0)
    return { code: EXIT.incomplete, reason: `done in ${count(changed, "root module")}, not in ${failed}: see above` };
  // What is gone already was to go anyway.
  const left = results.flatMap(({ outcome }) => outcome.skipped).filter(({ reason }) => reason.kind !== "absent");
  const unedited = results.flatMap(({ outcome }) =>
    "edited" in outcome ? (outcome.edited?.left ?? []).flatMap(({ entries }) => entries) : [],
  );
  if (changed === 0 && left.length > 0) return NOTHING_CHANGED;
  const status = incompleteFor(left.length + skippedIn(plans), countDistinct(unedited));
  return status ?? exitOfNotKnown(gaps);
}

function skippedIn(plans: Prepared["plans"]): number {
  return plans.reduce((sum, plan) => sum + plan.skipped.length, 0);
}

/** What is not done though it was selected, if anything is. */
function incompleteFor(alone: number, toEdit: number): ExitStatus | undefined {
  const parts = [
    ...(alone === 0 ? [] : [leftAlone(alone)]),
    ...(toEdit === 0 ? [] : [`${count(toEdit, "invite")} not edited in the configuration`]),
  ];
  return parts.length === 0 ? undefined : incomplete(listOf(parts));
}

function leftAlone(number: number): string {
  return `${number} of the selected invites ${number === 1 ? "was" : "were"} skipped`;
}

function incomplete(what: string): ExitStatus {
  return { code: EXIT.incomplete, reason: `incomplete, ${what}` };
}
