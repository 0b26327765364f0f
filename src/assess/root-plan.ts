import { someOf } from "../base/phrases.js";
import { ID_ATTRIBUTES, idOf, isInviteType } from "../invites/inventory.js";
import type { ReportError } from "../report/report.js";
import { formatAddress, formatModulePath } from "../terraform/addresses/address.js";
import {
  type Configuration,
  type ConfiguredResource,
  type DeclaredInstance,
  shownName,
} from "../terraform/configuration/configuration.js";
import { shownText } from "../terraform/configuration/evaluation/marking.js";
import type { Plan } from "../terraform/plan/plan.js";
import { readPlan } from "../terraform/plan/read-plan.js";
import { isStale, type StateDifference } from "../terraform/plan/staleness.js";
import { commandText } from "../terraform/run/run-terraform.js";
import { loadPlan } from "../terraform/run/show-plan.js";
import type { Tool } from "../terraform/run/tool.js";
import { fileAndLine } from "../terraform/source-range.js";
import type { State, StateInstance } from "../terraform/state/state.js";
import { endedBy, inputProblem, pipedInput, processOptions, type RootRequest } from "./root-request.js";

/** Reads the plan that `--plan` names: JSON as it is, a saved one through Terraform. */
export async function readRootPlan(request: RootRequest, given: string): Promise<Plan | ReportError> {
  if (given === "-") {
    const input = pipedInput("--plan", "terraform show -json PLAN | tfinvite check --plan -", request.context);
    const read = await readPlan(input, { wantedTypes: isInviteType, origin: "standard input" });
    return read.ok ? read.plan : inputProblem(read.error, request.tool);
  }
  const command = commandText({ argv: request.tool.argv, args: ["show", "-json", given] });
  request.onStep?.(`reading ${given} (${command} where it is a saved plan)`);
  const read = await loadPlan({ ...processOptions(request), file: given });
  if (read.ok) return read.plan;
  return inputProblem(endedBy(read.error, command, request), request.tool);
}

/** Whether a plan was read. */
export function isPlan(read: Plan | ReportError): read is Plan {
  return "changes" in read;
}

/** A plan with what it was made from, as far as that is known. */
export interface PlanInputs {
  /** How the user named the plan. */
  readonly given: string;
  readonly tool: Tool;
  readonly configuration: Configuration;
  /** The state that was given beside the plan. */
  readonly state: State | undefined;
}

/** Why no conclusion can be drawn from a plan, whichever findings it has. */
export function planDoubts(plan: Plan, { given, tool, configuration, state }: PlanInputs): ReportError[] {
  const doubts: ReportError[] = [];
  if (plan.errored) {
    const unread = dataNotRead(plan, configuration);
    const where = unread.length === 0 ? "" : `; it has no result of ${someOf(unread)}`;
    const command = commandText({ argv: tool.argv, args: ["plan"] });
    doubts.push({
      message: `the plan in ${given} is errored: it stopped early, and may contain a part of the changes only${where}`,
      hint: `Terraform can't apply it. Fix what \`${command}\` reports, and plan again.`,
    });
  }
  if (!plan.complete) {
    doubts.push({
      message: `the plan in ${given} is incomplete: ${incompleteness(plan)}`,
      hint: "Also check a plan of everything: without -target, and with nothing deferred.",
    });
  }
  if (state === undefined) return doubts;
  const staleness = isStale(plan, state);
  if (staleness.stale === true) {
    doubts.push({
      message: `the plan in ${given} is stale: it was made from another state than the one given: ${differenceWords(staleness.differences)}`,
      hint: "Terraform refuses to apply a stale plan. Plan again, or pass the state that it was made from with --state.",
    });
  }
  return doubts;
}

/** Data sources of invites that the plan has not read: it may have stopped at one of them. */
function dataNotRead(plan: Plan, configuration: Configuration): string[] {
  const held = plan.priorState?.instances ?? [];
  const read = new Set([...held, ...plan.changes].map(({ address }) => formatAddress(address)));
  return configuration.resources.flatMap((resource) => {
    if (resource.mode !== "data" || !isInviteType(resource.type)) return [];
    return resource.instances.flatMap((instance) => {
      const name = formatAddress(instance.address);
      if (read.has(name)) return [];
      const id = idRead(resource, instance, held, configuration);
      const what = id === undefined ? "" : `, which reads ${id}`;
      return `${shownName(instance)} (${fileAndLine(resource.block.headerRange)})${what}`;
    });
  });
}

/** The id that a data source reads: written out, or of the one invite that it refers to. */
function idRead(
  { type, name, modulePath }: ConfiguredResource,
  { address, arguments: values }: DeclaredInstance,
  held: readonly StateInstance[],
  { references }: Configuration,
): string | undefined {
  const written = ID_ATTRIBUTES.map((attribute) => values.get(attribute)).find((value) => value?.kind === "string");
  if (written?.kind === "string") {
    const { text, hidden } = shownText(written);
    return text ?? hidden;
  }
  const from = `data.${type}.${name}`;
  const targets = references.filter((one) => one.from === from && one.modulePath.join(".") === modulePath.join("."));
  const module = formatModulePath(address.module);
  const invites = held.filter(({ address: one }) =>
    targets.some(
      ({ target: { mode, type, name, key } }) =>
        one.mode === mode && one.type === type && one.name === name && (key === undefined || one.key === key),
    ),
  );
  const [only, ...others] = invites.filter((one) => formatModulePath(one.address.module) === module);
  return only === undefined || others.length > 0 ? undefined : idOf(only.attributes);
}

function incompleteness({ deferred }: Plan): string {
  if (deferred.length === 0) return "another plan is needed for the rest";
  const names = deferred.map(({ change, reason }) => `${formatAddress(change.address)} (${reason})`);
  return `it defers ${names.slice(0, MOST_NAMED).join(", ")}${names.length > MOST_NAMED ? " and more" : ""}`;
}

const MOST_NAMED = 3;

const DIFFERENCES: Readonly<Record<StateDifference["kind"], string>> = {
  "only-in-plan": "is only in the plan's state",
  "only-in-state": "is only in the given state",
  "other-id": "is another invite in the given state",
  "already-moved": "was moved since the plan",
  "other-taint": "was tainted or untainted since the plan",
};

function differenceWords(differences: readonly StateDifference[]): string {
  const shown = differences.slice(0, MOST_NAMED).map(({ address, deposed, kind }) => {
    const name = `${formatAddress(address)}${deposed === undefined ? "" : ` (deposed ${deposed})`}`;
    return `${name} ${DIFFERENCES[kind]}`;
  });
  const more = differences.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}
