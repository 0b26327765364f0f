import {
  explainReadFailure,
  type InputError,
  type InputErrorKind,
  inputError,
  type ReadFailureHints,
} from "../document/input-error.js";
import type { JsonPosition } from "../document/json-scanner.js";

export type PlanErrorKind =
  | InputErrorKind
  /** A plan as `terraform plan -out` saves it: `showPlan` can read it. */
  | "saved-plan"
  /** A state, raw or as `terraform show -json` prints it. */
  | "state"
  /** The log that `terraform plan -json` prints, one JSON object a line. */
  | "plan-log"
  /** What HCP Terraform gives to those who may not see the whole plan. */
  | "redacted-plan"
  /** JSON of another kind. */
  | "not-a-plan"
  | "new-version"
  /** A plan that no Terraform writes. */
  | "invalid-plan"
  /** `terraform show` said no. */
  | "show-failed";

/** Why no plan could be read. No field ever quotes the plan. */
export type PlanError = InputError<PlanErrorKind>;

/** An error with the beginning that all of them share; `origin` names the input as the user would. */
export function planError(
  kind: PlanErrorKind,
  origin: string,
  what: string,
  hint: string,
  position?: JsonPosition,
): PlanError {
  return inputError("plan", kind, origin, what, hint, position);
}

const HINTS: ReadFailureHints = {
  missing: "check the path: `terraform plan -out FILE` writes a plan, and `terraform show -json FILE` prints it",
  directory: "name the plan file in it",
  permission: "run as a user who may read it",
};

/** The error for an exception that came up while the input was opened or read. */
export function planReadFailure(cause: unknown, origin: string): PlanError {
  const { kind, what, hint } = explainReadFailure(cause, HINTS);
  return planError(kind, origin, what, hint);
}
