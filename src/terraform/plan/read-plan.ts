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
  // Its `expressions` may contain keys in plain text, so they are not even parsed.
  const provider = keepMembers(["name", "full_name", "version_constraint", "alias"]);
  return keepMembers([], { provider_config: { members: () => provider }, root_module: module });
}

/**
 * The parts of a plan that are needed, after the plan representation of
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 * Planned values are not read: the changes have them.
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

/** Fields that only a plan has; every plan has at least one of them. */
const PLAN_FIELDS: readonly string[] = ["planned_values", "resource_changes", "prior_state"];

const STORED_STATE: InputFault = {
  kind: "state",
  what: "it is a state file, not a plan",
  hint: PRINT_PLAN_HINT,
};
const PLAN_LOG: InputFault = {
  kind: "plan-log",
  what: "it is the log of `terraform plan -json`, which doesn't contain the values",
  hint: PRINT_PLAN_HINT,
};

/** What a document with this field is, and what to do. */
const FOREIGN_FIELDS: ReadonlyMap<string, InputFault> = new Map(
  Object.entries<InputFault>({
    serial: STORED_STATE,
    lineage: STORED_STATE,
    resources: STORED_STATE,
    values: {
      kind: "state",
      what: "it is a state (the output of `terraform show -json`), not a plan",
      hint: PRINT_PLAN_HINT,
    },
    "@level": PLAN_LOG,
    "@message": PLAN_LOG,
    plan_format_version: {
      kind: "redacted-plan",
      what: "it is HCP Terraform's redacted plan, which doesn't contain the prior state",
      hint: "Download the run's `json-output`, which requires a token with admin access to the workspace.",
    },
    remote_plan_format: {
      kind: "saved-plan",
      what: "it is a saved plan of HCP Terraform, which only contains the run's ID",
      hint: "Run `terraform show -json FILE` in the root module, and pass its output.",
    },
    encrypted_data: {
      kind: "saved-plan",
      what: "it is encrypted by OpenTofu",
      hint: "Run `tofu show -json FILE` in the root module, which prints the decrypted plan, and pass its output.",
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
        tooLarge: "Plan fewer resources at a time.",
        truncated:
          "The copy or the pipe was cut off. Print the plan again, and check the disk space where it was written.",
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
      const what = "it is an empty state (the output of `terraform show -json`), not a plan";
      return { kind: "state", what, hint: PRINT_PLAN_HINT };
    }
    if (!PLAN_FIELDS.some((field) => this.seen.has(field))) {
      return notAPlan("another JSON output of Terraform");
    }
    const read = readPlanDocument(value, this.wanted);
    if (read.ok) return read;
    const hint =
      read.kind === "new-version"
        ? "Update tfinvite, or print the plan with a Terraform version that uses format version 1."
        : "Print it again with `terraform show -json FILE`. If that doesn't help, update tfinvite.";
    return { kind: read.kind, what: read.what, hint };
  }
}

export type PlanResult = PlanRead | Refused;

/**
 * Reads the output of `terraform show -json PLAN` from pieces of any size. Only what concerns the wanted types is kept
 * in memory. A piece may be reused once the next one is asked for. Never throws: errors of the input, and of reading
 * it, are values.
 */
export async function readPlan(source: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<PlanResult> {
  return await readDocument(source, "plan", options, (context) => new PlanScan(context));
}

/** A plan saved by `terraform plan -out` gives an error of the kind `saved-plan`; `loadPlan` takes both. */
export async function readPlanFile(path: string, options: ReadFileOptions): Promise<PlanResult> {
  return await readPlan(readPieces(path), { origin: path, ...options });
}
