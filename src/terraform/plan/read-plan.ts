import {
  type ReadFileOptions,
  type ReadOptions,
  type Refused,
  readDocument,
  readPieces,
} from "../document/read-document.js";
import type { PlanRead } from "./plan.js";
import { PlanScan } from "./scan-plan.js";

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
