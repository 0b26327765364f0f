import { type InputFault, PRINT_PLAN_HINT } from "../document/input-error.js";
import { type Keep, type KeepMembers, keepMembers } from "../document/prune-json.js";
import {
  DocumentScan,
  notAnObject,
  type ReadFileOptions,
  type ReadOptions,
  type Refused,
  readDocument,
  readPieces,
  type ScanContext,
  type Wanted,
  wholeIfWanted,
} from "../document/read-document.js";
import { keepShowState } from "../state/show-state.js";
import type { PlanRead } from "./plan.js";
import { readPlanDocument } from "./read-document.js";

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
function keepPlan(wanted: Wanted): KeepMembers {
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

/** At least one of these is in every plan, and none in another document. */
const PLAN_FIELDS: readonly string[] = ["planned_values", "resource_changes", "prior_state"];

const STORED_STATE: InputFault = {
  kind: "state",
  what: "it is a state as it is stored, not a plan",
  hint: PRINT_PLAN_HINT,
};
const PLAN_LOG: InputFault = {
  kind: "plan-log",
  what: "it is the log that `terraform plan -json` prints, which lacks the values",
  hint: PRINT_PLAN_HINT,
};

/** What a document is that has this field, and what to do. */
const FOREIGN_FIELDS: ReadonlyMap<string, InputFault> = new Map(
  Object.entries<InputFault>({
    serial: STORED_STATE,
    lineage: STORED_STATE,
    resources: STORED_STATE,
    values: {
      kind: "state",
      what: "it is a state as `terraform show -json` prints it, not a plan",
      hint: PRINT_PLAN_HINT,
    },
    "@level": PLAN_LOG,
    "@message": PLAN_LOG,
    plan_format_version: {
      kind: "redacted-plan",
      what: "it is the redacted form that HCP Terraform gives of a plan, without the prior state",
      hint: "get the run's `json-output`, which needs a token with admin access to the workspace",
    },
    remote_plan_format: {
      kind: "saved-plan",
      what: "it is a saved plan of HCP Terraform, which only names the run",
      hint: "give the output of `terraform show -json FILE`, run in the root module",
    },
    encrypted_data: {
      kind: "saved-plan",
      what: "OpenTofu has encrypted it",
      hint: "give the output of `tofu show -json FILE`, run in the root module, which prints it in clear",
    },
  }),
);

function notAPlan(what: string): InputFault {
  return { kind: "not-a-plan", what: `it is ${what}, not a plan`, hint: PRINT_PLAN_HINT };
}

class PlanScan extends DocumentScan<PlanRead> {
  readonly #keep: KeepMembers;

  constructor(context: ScanContext) {
    super(
      "plan",
      {
        invalid: PRINT_PLAN_HINT,
        tooLarge: "make the plan of fewer resources",
        truncated: "the copy or the pipe was cut short: print it anew, and check the disk space where it was written",
        blank: PRINT_PLAN_HINT,
      },
      context,
    );
    this.#keep = keepPlan(context.wanted);
  }

  protected keepField(field: string): Keep {
    const foreign = FOREIGN_FIELDS.get(field);
    if (foreign !== undefined) this.fail(foreign);
    return this.#keep.members(field);
  }

  protected finish(value: unknown): PlanRead | InputFault {
    const other = notAnObject(value);
    if (other !== undefined) return notAPlan(other);
    const fields = [...this.seen];
    if (fields.length === 0) return notAPlan("an empty JSON object");
    if (!this.seen.has("format_version")) return notAPlan("JSON without a plan's format version");
    if (fields.every((field) => /^(?:format|terraform)_version$/.test(field))) {
      const what = "it is an empty state as `terraform show -json` prints it, not a plan";
      return { kind: "state", what, hint: PRINT_PLAN_HINT };
    }
    if (!PLAN_FIELDS.some((field) => this.seen.has(field))) {
      return notAPlan("JSON that Terraform prints for another purpose");
    }
    const read = readPlanDocument(value, this.wanted);
    if (read.ok) return read;
    const hint =
      read.kind === "new-version"
        ? "update tfinvite, or print the plan with a Terraform of format version 1"
        : "print it anew with `terraform show -json FILE`; if that does not help, update tfinvite";
    return { kind: read.kind, what: read.what, hint };
  }
}

export type PlanResult = PlanRead | Refused;

/**
 * Reads a plan as `terraform show -json PLAN` prints it, from pieces of any size; of a plan of any size, only what
 * concerns the wanted types is held. A piece may be reused once the next one is asked for. Never throws: whatever is
 * wrong, with the input or with getting it, is a value.
 */
export async function readPlan(source: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<PlanResult> {
  return await readDocument(source, "plan", options, (context) => new PlanScan(context));
}

/** A plan as `terraform plan -out` saves it is an error of the kind `saved-plan`: `loadPlan` takes both. */
export async function readPlanFile(path: string, options: ReadFileOptions): Promise<PlanResult> {
  return await readPlan(readPieces(path), { origin: path, ...options });
}
