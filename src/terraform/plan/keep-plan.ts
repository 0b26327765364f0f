import { type Keep, type KeepMembers, keepMembers } from "../document/prune-json.js";
import { type Wanted, wholeIfWanted } from "../document/read-document.js";
import { keepShowState } from "../state/show-state.js";

const NAMES: Keep = { members: () => "key" };

function keepConfiguration(wholeIf: Required<KeepMembers>["wholeIf"]): Keep {
  const resources: Keep = { elements: { ...keepMembers({ type: "everything" }), wholeIf } };
  const call: Keep = { members: (key) => (key === "module" ? module : "nothing") };
  const calls: Keep = { members: () => call };
  const module: Keep = {
    members: (key) => (key === "resources" ? resources : key === "module_calls" ? calls : "nothing"),
  };
  // Its `expressions` may hold keys in clear, so they are not even parsed.
  const provider = keepMembers({
    name: "everything",
    full_name: "everything",
    version_constraint: "everything",
    module_address: "everything",
    alias: "everything",
  });
  return keepMembers({ provider_config: { members: () => provider }, root_module: module });
}

/**
 * What is needed of each field of a plan, after the plan representation of
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 * Planned values are left out: they are in the changes.
 */
export function keepPlan(wanted: Wanted): ReadonlyMap<string, Keep> {
  const wholeIf = wholeIfWanted(wanted);
  const change: Keep = {
    ...keepMembers({ type: "everything", change: keepMembers({ actions: "everything" }) }),
    wholeIf,
  };
  const deferred = keepMembers({ reason: "everything", resource_change: change });
  return new Map<string, Keep>([
    ["format_version", "everything"],
    ["terraform_version", "everything"],
    ["timestamp", "everything"],
    ["applyable", "everything"],
    ["complete", "everything"],
    ["errored", "everything"],
    ["resource_changes", { elements: change }],
    ["resource_drift", { elements: change }],
    ["deferred_changes", { elements: deferred }],
    ["prior_state", keepShowState(wanted)],
    ["configuration", keepConfiguration(wholeIf)],
    ["relevant_attributes", { elements: keepMembers({ resource: "everything", attribute: "everything" }) }],
    ["variables", NAMES],
    ["output_changes", NAMES],
  ]);
}
