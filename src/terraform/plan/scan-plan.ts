import { describePosition } from "../document/input-error.js";
import { JsonPruner, type Keep, type PruneFault } from "../document/prune-json.js";
import type { DocumentScan, ScanOptions } from "../document/read-document.js";
import { keepPlan } from "./keep-plan.js";
import type { PlanResult } from "./plan.js";
import { type PlanError, type PlanErrorKind, planError } from "./plan-error.js";
import { readPlanDocument } from "./read-document.js";

/** How a plan in JSON is made. */
export const PRINT_HINT =
  "save a plan with `terraform plan -out FILE`, and give the output of `terraform show -json FILE`";

/** Fields that at least one of is in every plan, and in no other document. */
const PLAN_FIELDS: readonly string[] = ["planned_values", "resource_changes", "prior_state"];

/** What a document is that has this field, and what to do. */
const FOREIGN_FIELDS: ReadonlyMap<string, readonly [PlanErrorKind, string, string]> = new Map<
  string,
  readonly [PlanErrorKind, string, string]
>([
  ...["serial", "lineage", "resources"].map(
    (field) => [field, ["state", "it is a state as it is stored, not a plan", PRINT_HINT]] as const,
  ),
  ["values", ["state", "it is a state as `terraform show -json` prints it, not a plan", PRINT_HINT]],
  ...["@level", "@message"].map(
    (field) =>
      [
        field,
        ["plan-log", "it is the log that `terraform plan -json` prints, which lacks the values", PRINT_HINT],
      ] as const,
  ),
  [
    "plan_format_version",
    [
      "redacted-plan",
      "it is the redacted form that HCP Terraform gives of a plan, without the prior state",
      "get the run's `json-output`, which needs a token with admin access to the workspace",
    ],
  ],
  [
    "remote_plan_format",
    [
      "saved-plan",
      "it is a saved plan of HCP Terraform, which only names the run",
      "give the output of `terraform show -json FILE`, run in the root module",
    ],
  ],
  [
    "encrypted_data",
    [
      "saved-plan",
      "OpenTofu has encrypted it",
      "give the output of `tofu show -json FILE`, run in the root module, which prints it in clear",
    ],
  ],
]);

/** Reads one plan document piece by piece; only what concerns wanted types is ever parsed. */
export class PlanScan implements DocumentScan<PlanResult> {
  readonly #wanted: (type: string) => boolean;
  readonly #origin: string;
  readonly #pruner: JsonPruner;
  readonly #seen = new Set<string>();
  #error: PlanError | undefined;

  constructor(options: ScanOptions) {
    this.#wanted = options.wanted;
    this.#origin = options.origin;
    const fields = keepPlan(options.wanted);
    const members = (field: string): Keep => {
      this.#seen.add(field);
      const foreign = FOREIGN_FIELDS.get(field);
      if (foreign !== undefined) this.#fail(...foreign);
      return fields.get(field) ?? "nothing";
    };
    this.#pruner = new JsonPruner({ members }, options.skipped);
  }

  push(piece: Buffer): boolean {
    const fault = this.#pruner.push(piece);
    if (fault !== undefined) this.#failAt(fault);
    return this.#error === undefined;
  }

  end(): PlanResult {
    if (this.#error === undefined && !this.#pruner.scanner.done) this.#failTruncated();
    if (this.#error === undefined) this.#checkFields();
    if (this.#error !== undefined) return { ok: false, error: this.#error };
    const read = readPlanDocument(this.#pruner.value, this.#wanted);
    if (read.ok) return read;
    const hint =
      read.kind === "new-version"
        ? "update tfinvite, or print the plan with a Terraform of format version 1"
        : "print it anew with `terraform show -json FILE`; if that does not help, update tfinvite";
    return { ok: false, error: planError(read.kind, this.#origin, read.what, hint) };
  }

  #checkFields(): void {
    const { value } = this.#pruner;
    if (Array.isArray(value)) this.#failForeign("a JSON array");
    else if (typeof value !== "object" || value === null) this.#failForeign("a lone JSON value");
    else if (this.#seen.size === 0) this.#failForeign("an empty JSON object");
    else if (!this.#seen.has("format_version")) this.#failForeign("JSON without a plan's format version");
    else if (this.#seen.size <= 2 && [...this.#seen].every((field) => /^(?:format|terraform)_version$/.test(field))) {
      this.#fail("state", "it is an empty state as `terraform show -json` prints it, not a plan", PRINT_HINT);
    } else if (!PLAN_FIELDS.some((field) => this.#seen.has(field))) {
      this.#failForeign("JSON that Terraform prints for another purpose");
    }
  }

  #fail(kind: PlanErrorKind, what: string, hint: string, position?: PlanError["position"]): void {
    this.#error ??= planError(kind, this.#origin, what, hint, position);
  }

  #failForeign(what: string): void {
    this.#fail("not-a-plan", `it is ${what}, not a plan`, PRINT_HINT);
  }

  #failAt(fault: PruneFault): void {
    if (fault.kind === "too-large") {
      const size = Math.round(fault.length / 1e6);
      this.#fail("too-large", `one piece of it is too large to parse (${size} MB)`, "make the plan of fewer resources");
      return;
    }
    const { offset, line, reason } = fault;
    const place = describePosition(fault);
    this.#fail("invalid-json", `its JSON is broken at ${place}: ${reason}`, PRINT_HINT, { offset, line });
  }

  #failTruncated(): void {
    const { position, depth } = this.#pruner.scanner;
    if (depth === 0 && this.#pruner.value === undefined && this.#seen.size === 0) {
      this.#fail("empty", "it holds nothing but white space", PRINT_HINT);
      return;
    }
    const place = describePosition({ ...position, offset: Math.max(0, position.offset - 1) });
    this.#fail(
      "truncated",
      `it breaks off at ${place}`,
      "the copy or the pipe was cut short: print it anew, and check the disk space where it was written",
      position,
    );
  }
}
