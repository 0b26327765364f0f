import { asPredicate, readDocument, readPieces, type WantedTypes } from "../document/read-document.js";
import type { PlanResult } from "./plan.js";
import { planReadFailure } from "./plan-error.js";
import { refusePlanInput } from "./refuse-input.js";
import { PlanScan } from "./scan-plan.js";

export interface ReadPlanOptions {
  /** Which resource types become changes; all others are only counted. */
  readonly wantedTypes: WantedTypes;
  /** How messages name the input: a path, `standard input`. */
  readonly origin: string;
}

/**
 * Reads a plan as `terraform show -json PLAN` prints it, from pieces of any size; of a plan of any size, only what
 * concerns the wanted types is held. A piece may be reused once the next one is asked for. Never throws: whatever is
 * wrong, with the input or with getting it, is a value.
 */
export async function readPlan(source: AsyncIterable<Uint8Array>, options: ReadPlanOptions): Promise<PlanResult> {
  const { origin } = options;
  const wanted = asPredicate(options.wantedTypes);
  return await readDocument<PlanResult>(source, {
    begin: (skipped) => new PlanScan({ wanted, origin, skipped }),
    refuse: (input) => ({ ok: false, error: refusePlanInput(input, origin) }),
    fail: (cause) => ({ ok: false, error: planReadFailure(cause, origin) }),
  });
}

/**
 * `readPlan` of a file; messages name it by its path as given, unless `origin` says otherwise. A plan as
 * `terraform plan -out` saves it is an error of the kind `saved-plan`: `loadPlan` takes both.
 */
export async function readPlanFile(
  path: string,
  options: Omit<ReadPlanOptions, "origin"> & { readonly origin?: string },
): Promise<PlanResult> {
  return await readPlan(readPieces(path), { ...options, origin: options.origin ?? path });
}
