import { type Keep, type KeepMembers, keepMembers } from "../document/prune-json.js";
import { type Wanted, wholeIfWanted } from "../document/read-document.js";
import { keepShowState } from "../state/show-state.js";

function keepConfiguration(wholeIf: Required<KeepMembers>["wholeIf"]): Keep {
  const resources: Keep = { elements: { ...keepMembers(["type"]), wholeIf } };
  const call: Keep = { members: (key) => (key === "module" ? module : "nothing") };
  const calls: Keep = { members: () => call };
  const module: Keep = {
    members: (key) => (key === "resources" ? resources : key === "module_calls" ? calls : "nothing"),
  };
  // Its `expressions` may hold keys in clear, so they are not even parsed.
  const provider = keepMembers(["name", "full_name", "version_constraint", "alias"]);
  return keepMembers([], { provider_config: { members: () => provider }, root_module: module });
}

/**
 * What is needed of a plan, after the plan representation of
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 * Planned values are left out: they are in the changes.
 */
export function keepPlan(wanted: Wanted): KeepMembers {
  const wholeIf = wholeIfWanted(wanted);
  const change: Keep = { ...keepMembers(["type"], { change: keepMembers(["actions"]) }), wholeIf };
  return keepMembers(["format_version", "terraform_version", "timestamp", "applyable", "complete", "errored"], {
    resource_changes: { elements: change },
    resource_drift: { elements: change },
    deferred_changes: { elements: keepMembers(["reason"], { resource_change: change }) },
    prior_state: keepShowState(wanted),
    configuration: keepConfiguration(wholeIf),
    variables: { members: () => "key" },
  });
}
