import type { JsonPosition } from "./json-scanner.js";
import type { ForeignInput } from "./sniff-input.js";

/** Why a document of Terraform's could not be read. No field ever quotes the document. */
export interface InputError {
  readonly kind: InputErrorKind;
  /** What happened and where, as one sentence without a full stop. */
  readonly message: string;
  /** What to do next, as one sentence without a full stop. */
  readonly hint: string;
  /** Where in the input, if anywhere. */
  readonly position?: JsonPosition;
  /** What Terraform itself had to say, over several lines. */
  readonly detail?: string;
}

export type InputErrorKind =
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
  | "no-terraform"
  | "aborted"
  /** A plan as `terraform plan -out` saves it: `showPlan` can read it. */
  | "saved-plan"
  /** The other document of the two, in JSON. */
  | "plan"
  | "state"
  /** JSON of another kind. */
  | "not-a-state"
  | "not-a-plan"
  /** The log that `terraform plan -json` prints, one JSON object a line. */
  | "plan-log"
  /** What HCP Terraform gives to those who may not see the whole plan. */
  | "redacted-plan"
  /** `.terraform/terraform.tfstate`, where `init` records the backend. */
  | "backend-record"
  /** OpenTofu's encrypted state. */
  | "encrypted"
  | "old-version"
  | "new-version"
  /** A document that Terraform would refuse as well. */
  | "invalid-state"
  | "invalid-plan"
  /** The selected workspace has a name that Terraform would refuse. */
  | "workspace"
  | "pull-failed"
  | "show-failed";

export type DocumentName = "state" | "plan";

/** The input that errors are about. */
export interface InputName {
  readonly document: DocumentName;
  /** As the user would name it: a path, `standard input`. */
  readonly origin: string;
}

/** What is wrong with the input, as a sentence about it, and what to do. */
export interface InputFault {
  readonly kind: InputErrorKind;
  readonly what: string;
  readonly hint: string;
  readonly position?: JsonPosition;
}

export function inputError({ document, origin }: InputName, { kind, what, ...rest }: InputFault): InputError {
  return { kind, message: `cannot read the ${document} from ${origin}: ${what}`, ...rest };
}

/** A place as people count: lines and bytes from 1. */
export function describePosition(position: JsonPosition): string {
  return `line ${position.line} (byte ${position.offset + 1})`;
}

/** How a plan in JSON is made. */
export const PRINT_PLAN_HINT =
  "save a plan with `terraform plan -out FILE`, and give the output of `terraform show -json FILE`";

type Wording = string | Readonly<Record<DocumentName, string>>;

/** A fault in the words of either document. */
interface WordedFault {
  readonly kind: InputErrorKind;
  readonly what: Wording;
  readonly hint: Wording;
}

function inWordsOf(document: DocumentName, { kind, what, hint }: WordedFault): InputFault {
  const pick = (words: Wording) => (typeof words === "string" ? words : words[document]);
  return { kind, what: pick(what), hint: pick(hint) };
}

const FOREIGN: Readonly<Record<Exclude<ForeignInput["kind"], "compressed">, WordedFault>> = {
  empty: {
    kind: "empty",
    what: "it is empty (0 bytes)",
    hint: {
      state:
        "an empty `terraform state pull` means that this workspace has no state yet: check the directory and the workspace it was run in",
      plan: "`terraform show -json FILE` has probably failed: see what it says, and let the pipeline stop there",
    },
  },
  zip: {
    kind: "saved-plan",
    what: {
      state: "it is a zip archive, as a saved plan is",
      plan: "it is a zip archive, as `terraform plan -out` saves a plan, and only Terraform can read it",
    },
    hint: {
      state: "for a state, give the output of `terraform state pull` or `terraform show -json`",
      plan: "give the file by its path, or the output of `terraform show -json FILE`, run in the root module",
    },
  },
  "wide-text": {
    kind: "encoding",
    what: {
      state: "it is encoded as UTF-16 or UTF-32, and a state is UTF-8",
      plan: "it is encoded as UTF-16 or UTF-32, and a plan in JSON is UTF-8",
    },
    hint: {
      state:
        "Windows PowerShell's `>` writes UTF-16: leave --state out to have the state pulled, or use `| Out-File -Encoding utf8 FILE`",
      plan: "Windows PowerShell's `>` writes UTF-16: use `| Out-File -Encoding utf8 FILE`, or give the saved plan itself",
    },
  },
  binary: {
    kind: "binary",
    what: "it is binary data",
    hint: { state: "give the output of `terraform state pull`", plan: PRINT_PLAN_HINT },
  },
  markup: {
    kind: "text",
    what: "it is an HTML or XML page",
    hint: {
      state: "the download probably ended at a login or error page: use `terraform state pull` in the root module",
      plan: "the download probably ended at a login or error page: look at it in a browser, and check the token",
    },
  },
  "git-lfs": { kind: "text", what: "it is a Git LFS pointer", hint: "run `git lfs pull` first" },
  hcl: {
    kind: "hcl",
    what: "it is HCL: a configuration, or the output of `terraform show` without -json",
    hint: {
      state:
        "give the output of `terraform state pull` or `terraform show -json`, and the configuration's directory as an argument",
      plan: PRINT_PLAN_HINT,
    },
  },
  text: {
    kind: "text",
    what: {
      state: "it is text, and a state is JSON",
      plan: "it is text, perhaps what `terraform plan` prints for people, and a plan here is JSON",
    },
    hint: {
      state:
        "give the output of `terraform state pull`; if a wrapper prints anything in front of it, keep that out of the way",
      plan: `${PRINT_PLAN_HINT}; if a wrapper prints anything in front of it, keep that out of the way`,
    },
  },
};

/** The error for an input that cannot be JSON. A saved plan is among them: it takes Terraform to read it. */
export function refuseForeign(name: InputName, input: ForeignInput): InputError {
  if (input.kind !== "compressed") return inputError(name, inWordsOf(name.document, FOREIGN[input.kind]));
  return inputError(name, { kind: "binary", what: `it is ${input.format}-compressed`, hint: "unpack it first" });
}

const NO_PERMISSION: WordedFault = {
  kind: "no-permission",
  what: "permission denied",
  hint: {
    state: "run as a user who may read it, or pull the state through its backend",
    plan: "run as a user who may read it",
  },
};

/** By the error code of the file system. */
const READ_FAILURES: Readonly<Record<string, WordedFault>> = {
  ENOENT: {
    kind: "missing",
    what: "there is no such file",
    hint: {
      state: "check the path, or leave --state out to have the state pulled",
      plan: "check the path: `terraform plan -out FILE` writes a plan, and `terraform show -json FILE` prints it",
    },
  },
  ENOTDIR: { kind: "missing", what: "a part of the path is no directory", hint: "check the path" },
  EISDIR: {
    kind: "directory",
    what: "it is a directory",
    hint: {
      state: "name the state file in it, or give the directory as a root module instead",
      plan: "name the plan file in it",
    },
  },
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  ELOOP: { kind: "unreadable", what: "its symbolic links go round in a circle", hint: "name the file itself" },
  ABORT_ERR: { kind: "aborted", what: "it was interrupted", hint: "run it again" },
};

/** The error for an exception that came up while the input was opened or read. */
export function explainReadFailure(name: InputName, cause: unknown): InputError {
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  const known = code === undefined ? undefined : READ_FAILURES[code];
  if (known !== undefined) return inputError(name, inWordsOf(name.document, known));
  return inputError(name, {
    kind: "unreadable",
    what: `reading failed${code === undefined ? "" : ` (${code})`}`,
    hint: "try again, or copy the file to a local disk first",
  });
}
