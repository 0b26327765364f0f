import {
  explainReadFailure,
  type InputError,
  type InputErrorKind,
  inputError,
  type ReadFailureHints,
} from "../document/input-error.js";
import type { JsonPosition } from "../document/json-scanner.js";

export type StateErrorKind =
  | InputErrorKind
  /** A plan as `terraform plan -out` saves it. */
  | "saved-plan"
  /** JSON of another kind. */
  | "not-a-state"
  /** What `terraform show -json` prints of a plan. */
  | "plan"
  /** `.terraform/terraform.tfstate`, where `init` notes the backend. */
  | "backend-record"
  /** OpenTofu's encrypted state. */
  | "encrypted"
  | "old-version"
  | "new-version"
  /** A state that Terraform would refuse as well. */
  | "invalid-state"
  /** The selected workspace has a name that Terraform would refuse. */
  | "workspace"
  /** `terraform state pull` said no. */
  | "pull-failed";

/** Why no state could be read. No field ever quotes the state. */
export type StateError = InputError<StateErrorKind>;

/** An error with the beginning that all of them share; `origin` names the input as the user would. */
export function stateError(
  kind: StateErrorKind,
  origin: string,
  what: string,
  hint: string,
  position?: JsonPosition,
): StateError {
  return inputError("state", kind, origin, what, hint, position);
}

const HINTS: ReadFailureHints = {
  missing: "check the path, or leave --state out to have the state pulled",
  directory: "name the state file in it, or give the directory as a root module instead",
  permission: "run as a user who may read it, or pull the state through its backend",
};

/** The error for an exception that came up while the input was opened or read. */
export function readFailure(cause: unknown, origin: string): StateError {
  const { kind, what, hint } = explainReadFailure(cause, HINTS);
  return stateError(kind, origin, what, hint);
}
