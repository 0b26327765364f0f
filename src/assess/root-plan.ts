import { isInviteType } from "../invites/inventory.js";
import type { ReportError } from "../report/report.js";
import { formatAddress } from "../terraform/addresses/address.js";
import type { Plan } from "../terraform/plan/plan.js";
import { readPlan } from "../terraform/plan/read-plan.js";
import { isStale, type StateDifference } from "../terraform/plan/staleness.js";
import { commandText } from "../terraform/run/run-terraform.js";
import { loadPlan } from "../terraform/run/show-plan.js";
import type { State } from "../terraform/state/state.js";
import { endedBy, inputProblem, pipedInput, processOptions, type RootRequest } from "./root-request.js";

/** Reads the plan that `--plan` names: JSON as it is, a saved one through Terraform. */
export async function readRootPlan(request: RootRequest, given: string): Promise<Plan | ReportError> {
  if (given === "-") {
    const input = pipedInput("--plan", "terraform show -json PLAN | tfinvite check --plan -", request.context);
    const read = await readPlan(input, { wantedTypes: isInviteType, origin: "standard input" });
    return read.ok ? read.plan : inputProblem(read.error);
  }
  const read = await loadPlan({ ...processOptions(request), file: given });
  if (read.ok) return read.plan;
  const command = commandText({ argv: request.tool.argv, args: ["show", "-json", given] });
  return inputProblem(endedBy(read.error, command, request));
}

/** Whether what came is a plan, and not why there is none. */
export function isPlan(read: Plan | ReportError): read is Plan {
  return "changes" in read;
}

/** Why nothing should be concluded from a plan, whatever is found in it. */
export function planDoubts(plan: Plan, given: string, state: State | undefined): ReportError[] {
  const doubts: ReportError[] = [];
  if (plan.errored) {
    doubts.push({
      message: `the plan in ${given} broke off with an error, and what it holds may be half of what was meant`,
      hint: "Terraform does not apply it. Put right what `terraform plan` reports, and plan anew.",
    });
  }
  if (!plan.complete) {
    doubts.push({
      message: `the plan in ${given} is incomplete: ${incompleteness(plan)}`,
      hint: "Nothing is said of what it leaves out. Check a plan of everything (no -target, nothing deferred) as well.",
    });
  }
  if (state === undefined) return doubts;
  const staleness = isStale(plan, state);
  if (staleness.stale === true) {
    doubts.push({
      message: `the plan in ${given} was made from another state than the one given: ${differenceWords(staleness.differences)}`,
      hint: "Terraform refuses to apply a stale plan. Plan anew, or give the state that it was made from.",
    });
  }
  return doubts;
}

function incompleteness({ deferred }: Plan): string {
  if (deferred.length === 0) return "another one has to follow for all to be done";
  const names = deferred.map(({ change, reason }) => `${formatAddress(change.address)} (${reason})`);
  return `it puts off ${names.slice(0, MOST_NAMED).join(", ")}${names.length > MOST_NAMED ? " and more" : ""}`;
}

const MOST_NAMED = 3;

const DIFFERENCES: Readonly<Record<StateDifference["kind"], string>> = {
  "only-in-plan": "is in the plan's only",
  "only-in-state": "is in the given one only",
  "other-id": "is another invite there",
  "already-moved": "has been moved there since",
  "other-taint": "was tainted or untainted since",
};

function differenceWords(differences: readonly StateDifference[]): string {
  const shown = differences.slice(0, MOST_NAMED).map(({ address, deposed, kind }) => {
    const name = `${formatAddress(address)}${deposed === undefined ? "" : ` (deposed ${deposed})`}`;
    return `${name} ${DIFFERENCES[kind]}`;
  });
  const more = differences.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}
