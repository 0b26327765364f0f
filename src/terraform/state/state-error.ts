import type { JsonPosition } from "./json-scanner.js";

export type StateErrorKind =
  /** No such file. */
  | "missing"
  | "directory"
  | "no-permission"
  /** Another failure of the file system or of a pipe. */
  | "unreadable"
  /** Zero bytes, or nothing but white space. */
  | "empty"
  /** A plan as `terraform plan -out` saves it. */
  | "saved-plan"
  /** Compressed, or otherwise no text. */
  | "binary"
  /** UTF-16 or UTF-32. */
  | "encoding"
  /** HCL in place of JSON: configuration, or what `terraform show` prints for people. */
  | "hcl"
  /** Text that is neither JSON nor HCL. */
  | "text"
  | "truncated"
  | "invalid-json"
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
  | "too-large"
  /** The selected workspace has a name that Terraform would refuse. */
  | "workspace"
  /** The program could not be started. */
  | "no-terraform"
  /** `terraform state pull` said no. */
  | "pull-failed"
  | "aborted";

/** Why no state could be read. No field ever quotes the state. */
export interface StateError {
  readonly kind: StateErrorKind;
  /** What happened and where, as one sentence without a full stop. */
  readonly message: string;
  /** What to do next, as one sentence without a full stop. */
  readonly hint: string;
  /** Where in the input, if anywhere. */
  readonly position?: JsonPosition;
  /** What Terraform itself had to say, over several lines. */
  readonly detail?: string;
}

/** An error with the beginning that all of them share; `origin` names the input as the user would. */
export function stateError(
  kind: StateErrorKind,
  origin: string,
  what: string,
  hint: string,
  position?: JsonPosition,
): StateError {
  const message = `cannot read the state from ${origin}: ${what}`;
  return position === undefined ? { kind, message, hint } : { kind, message, hint, position };
}

/** A place as people count: lines and bytes from 1. */
export function describePosition(position: JsonPosition): string {
  return `line ${position.line} (byte ${position.offset + 1})`;
}

const SYSTEM_ERRORS: Readonly<Record<string, readonly [StateErrorKind, string, string]>> = {
  ENOENT: ["missing", "there is no such file", "check the path, or leave --state out to have the state pulled"],
  ENOTDIR: ["missing", "a part of the path is no directory", "check the path"],
  EISDIR: [
    "directory",
    "it is a directory",
    "name the state file in it, or give the directory as a root module instead",
  ],
  EACCES: [
    "no-permission",
    "permission denied",
    "run as a user who may read it, or pull the state through its backend",
  ],
  EPERM: ["no-permission", "permission denied", "run as a user who may read it, or pull the state through its backend"],
  ELOOP: ["unreadable", "its symbolic links go round in a circle", "name the file itself"],
  ABORT_ERR: ["aborted", "it was interrupted", "run it again"],
};

/** The error for an exception that came up while the input was opened or read. */
export function readFailure(cause: unknown, origin: string): StateError {
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  const known = code === undefined ? undefined : SYSTEM_ERRORS[code];
  if (known !== undefined) return stateError(known[0], origin, known[1], known[2]);
  return stateError(
    "unreadable",
    origin,
    `reading failed${code === undefined ? "" : ` (${code})`}`,
    "try again, or copy the file to a local disk first",
  );
}
