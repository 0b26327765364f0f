import { count, listOf } from "../base/phrases.js";
import { countDistinct } from "../invites/planned/assessment.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import type { RemovalResult } from "../report/repair-outcome.js";
import type { PreparedRepair } from "./prepare.js";

/** Exits of a repair in which nothing was changed. */
export const NOTHING_CHANGED: ExitStatus = { code: EXIT.failed, reason: "nothing was changed" };
export const DECLINED: ExitStatus = { code: EXIT.failed, reason: "nothing was changed, since the answer was no" };

type Prepared = Pick<PreparedRepair, "plans" | "gaps">;

/** The exit status of a repair that was emitted, not done. */
export function exitOfEmitted({ plans, gaps }: Prepared): ExitStatus {
  const unread = "some of the input could not be read";
  if (plans.length === 0 && gaps.unread > 0) return { code: EXIT.failed, reason: unread };
  const number = skippedIn(plans);
  if (number > 0) return incomplete(number);
  // What was emitted is right all the same; what else declares those invites may not have been seen.
  if (gaps.unread > 0) return { code: EXIT.incomplete, reason: `incomplete, ${unread}` };
  const { unlisted = 0, unresolved = 0 } = gaps;
  const notKnown = [count(unlisted, "block"), count(unresolved, "module")].filter((text) => !text.startsWith("0"));
  if (notKnown.length > 0)
    return { code: EXIT.incomplete, reason: `incomplete, what ${listOf(notKnown)} declares is not known` };
  return { code: EXIT.ok };
}

/** The exit status of `--apply`, from what became of each root module. */
export function exitOfApply(results: readonly RemovalResult[], { gaps, plans }: Prepared): ExitStatus {
  const changed = results.filter(({ outcome: { kind } }) => kind === "done" || kind === "partly").length;
  const failed = results.filter(({ outcome: { kind } }) => kind === "unchanged").length + gaps.unread;
  if (results.some(({ outcome: { kind } }) => kind === "partly"))
    return { code: EXIT.incomplete, reason: "stopped part-way: see above" };
  if (failed > 0 && changed === 0) return NOTHING_CHANGED;
  if (failed > 0)
    return { code: EXIT.incomplete, reason: `done in ${count(changed, "root module")}, not in ${failed}: see above` };
  // What is gone already was to go anyway.
  const left = results.flatMap(({ outcome }) => outcome.skipped).filter(({ reason }) => reason.kind !== "absent");
  const unedited = results.flatMap(({ outcome }) =>
    "edited" in outcome ? (outcome.edited?.left ?? []).flatMap(({ entries }) => entries) : [],
  );
  const all = left.length + skippedIn(plans);
  const toEdit = countDistinct(unedited);
  if (all + toEdit === 0) return { code: EXIT.ok };
  return changed === 0 && left.length > 0 ? NOTHING_CHANGED : incomplete(all, toEdit);
}

function skippedIn(plans: Prepared["plans"]): number {
  return plans.reduce((sum, plan) => sum + plan.skipped.length, 0);
}

function incomplete(number: number, toEdit = 0): ExitStatus {
  const were = number === 1 ? "was" : "were";
  const parts = [
    ...(number === 0 ? [] : [`${number} of the selected invites ${were} left alone`]),
    ...(toEdit === 0 ? [] : [`${count(toEdit, "invite")} left to you in the configuration`]),
  ];
  return { code: EXIT.incomplete, reason: `incomplete, ${listOf(parts)}` };
}
