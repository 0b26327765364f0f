import type { JsonPosition } from "./json-scanner.js";

/** Why a document of Terraform's could not be read. No field ever quotes the document. */
export interface InputError<Kind extends string> {
  readonly kind: Kind;
  /** What happened and where, as one sentence without a full stop. */
  readonly message: string;
  /** What to do next, as one sentence without a full stop. */
  readonly hint: string;
  /** Where in the input, if anywhere. */
  readonly position?: JsonPosition;
  /** What Terraform itself had to say, over several lines. */
  readonly detail?: string;
}

/** Failures that any input may have, whatever is expected in it. */
export type InputErrorKind =
  /** No such file. */
  | "missing"
  | "directory"
  | "no-permission"
  /** Another failure of the file system or of a pipe. */
  | "unreadable"
  /** Zero bytes, or nothing but white space. */
  | "empty"
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
  | "too-large"
  /** The program could not be started. */
  | "no-terraform"
  | "aborted";

/** An error with the beginning that all of one document share; `origin` names the input as the user would. */
export function inputError<Kind extends string>(
  document: "state" | "plan",
  kind: Kind,
  origin: string,
  what: string,
  hint: string,
  position?: JsonPosition,
): InputError<Kind> {
  const message = `cannot read the ${document} from ${origin}: ${what}`;
  return position === undefined ? { kind, message, hint } : { kind, message, hint, position };
}

/** A place as people count: lines and bytes from 1. */
export function describePosition(position: JsonPosition): string {
  return `line ${position.line} (byte ${position.offset + 1})`;
}

type ReadFailureKind = "missing" | "directory" | "no-permission" | "unreadable" | "aborted";

/** What to do about a failure of the file system, where it depends on the document that is wanted. */
export interface ReadFailureHints {
  readonly missing: string;
  readonly directory: string;
  readonly permission: string;
}

export interface ReadFailure {
  readonly kind: ReadFailureKind;
  readonly what: string;
  readonly hint: string;
}

/** What an exception means that came up while the input was opened or read. */
export function explainReadFailure(cause: unknown, hints: ReadFailureHints): ReadFailure {
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  switch (code) {
    case "ENOENT":
      return { kind: "missing", what: "there is no such file", hint: hints.missing };
    case "ENOTDIR":
      return { kind: "missing", what: "a part of the path is no directory", hint: "check the path" };
    case "EISDIR":
      return { kind: "directory", what: "it is a directory", hint: hints.directory };
    case "EACCES":
    case "EPERM":
      return { kind: "no-permission", what: "permission denied", hint: hints.permission };
    case "ELOOP":
      return {
        kind: "unreadable",
        what: "its symbolic links go round in a circle",
        hint: "name the file itself",
      };
    case "ABORT_ERR":
      return { kind: "aborted", what: "it was interrupted", hint: "run it again" };
    default:
      return {
        kind: "unreadable",
        what: `reading failed${code === undefined ? "" : ` (${code})`}`,
        hint: "try again, or copy the file to a local disk first",
      };
  }
}
