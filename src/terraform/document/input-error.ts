import type { JsonPosition } from "./json-scanner.js";
import type { ForeignInput } from "./sniff-input.js";

/** The reason why a state or a plan could not be read. No field ever quotes the document. */
export interface InputError {
  readonly kind: InputErrorKind;
  /** What happened and where, as one sentence without a full stop. */
  readonly message: string;
  /** What to do next, as whole sentences. */
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
  /** Compressed, or not text for another reason. */
  | "binary"
  /** UTF-16 or UTF-32. */
  | "encoding"
  /** HCL in place of JSON: configuration, or the output of `terraform show` without `-json`. */
  | "hcl"
  /** Text that is neither JSON nor HCL. */
  | "text"
  | "truncated"
  | "invalid-json"
  | "too-large"
  | "no-terraform"
  | "aborted"
  /** A plan saved by `terraform plan -out`: `showPlan` can read it. */
  | "saved-plan"
  /** The other document of the two, in JSON. */
  | "plan"
  | "state"
  /** JSON of another kind. */
  | "not-a-state"
  | "not-a-plan"
  /** The log that `terraform plan -json` prints, one JSON object a line. */
  | "plan-log"
  /** The form that HCP Terraform gives to users who may not see the whole plan. */
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

/** The input that an error is about. */
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

/** A position for messages: lines and bytes count from 1. */
export function describePosition(position: JsonPosition): string {
  return `line ${position.line} (byte ${position.offset + 1})`;
}

/** How to get a plan in JSON. */
export const PRINT_PLAN_HINT =
  "Save a plan with `terraform plan -out FILE`, and pass the output of `terraform show -json FILE`.";

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
        "An empty output of `terraform state pull` means that this workspace has no state yet. Check in which directory and workspace you ran it.",
      plan: "`terraform show -json FILE` has probably failed. Read its error, and make the pipeline stop there.",
    },
  },
  zip: {
    kind: "saved-plan",
    what: {
      state: "it is a zip archive, like a saved plan",
      plan: "it is a zip archive, like a plan saved by `terraform plan -out`, which only Terraform can read",
    },
    hint: {
      state: "Pass the output of `terraform state pull` or `terraform show -json`.",
      plan: "Pass the file's path to --plan, or run `terraform show -json FILE` in the root module and pass its output.",
    },
  },
  "wide-text": {
    kind: "encoding",
    what: {
      state: "it is encoded in UTF-16 or UTF-32, but a state must be UTF-8",
      plan: "it is encoded in UTF-16 or UTF-32, but a plan in JSON must be UTF-8",
    },
    hint: {
      state:
        "Windows PowerShell's `>` writes UTF-16. Omit --state, and tfinvite pulls the state itself; or write the file with `| Out-File -Encoding utf8 FILE`.",
      plan: "Windows PowerShell's `>` writes UTF-16. Write the file with `| Out-File -Encoding utf8 FILE`, or pass the saved plan itself to --plan.",
    },
  },
  binary: {
    kind: "binary",
    what: "it is binary data",
    hint: { state: "Pass the output of `terraform state pull`.", plan: PRINT_PLAN_HINT },
  },
  markup: {
    kind: "text",
    what: "it is an HTML or XML page",
    hint: {
      state:
        "The download probably returned a login or error page. Run `terraform state pull` in the root module instead.",
      plan: "The download probably returned a login or error page. Open it in a browser, and check the token.",
    },
  },
  "git-lfs": { kind: "text", what: "it is a Git LFS pointer", hint: "Run `git lfs pull` first." },
  hcl: {
    kind: "hcl",
    what: "it is HCL: a configuration file, or the output of `terraform show` without -json",
    hint: {
      state:
        "Pass the output of `terraform state pull` or `terraform show -json` to --state, and name the configuration's directory as an argument.",
      plan: PRINT_PLAN_HINT,
    },
  },
  text: {
    kind: "text",
    what: {
      state: "it is text, but a state must be JSON",
      plan: "it is text, perhaps the output of `terraform plan`, but a plan must be JSON or a saved plan",
    },
    hint: {
      state: "Pass the output of `terraform state pull`. If a wrapper prints text before it, remove that text.",
      plan: `${PRINT_PLAN_HINT} If a wrapper prints text before it, remove that text.`,
    },
  },
};

/** The error for an input that cannot be JSON, such as a saved plan, which only Terraform can read. */
export function refuseForeign(name: InputName, input: ForeignInput): InputError {
  if (input.kind !== "compressed") return inputError(name, inWordsOf(name.document, FOREIGN[input.kind]));
  return inputError(name, { kind: "binary", what: `it is ${input.format}-compressed`, hint: "Decompress it first." });
}

const NO_PERMISSION: WordedFault = {
  kind: "no-permission",
  what: "permission denied",
  hint: {
    state: "Run tfinvite as a user who can read it, or omit --state, and tfinvite pulls the state itself.",
    plan: "Run tfinvite as a user who can read it.",
  },
};

/** Faults by the error code of the file system. */
const READ_FAILURES: Readonly<Record<string, WordedFault>> = {
  ENOENT: {
    kind: "missing",
    what: "no such file",
    hint: {
      state: "Check the path, or omit --state, and tfinvite pulls the state itself.",
      plan: "Check the path. `terraform plan -out FILE` saves a plan, and `terraform show -json FILE` prints it as JSON.",
    },
  },
  ENOTDIR: { kind: "missing", what: "a part of the path is not a directory", hint: "Check the path." },
  EISDIR: {
    kind: "directory",
    what: "it is a directory",
    hint: {
      state: "Pass the state file in it to --state, or name the directory as an argument instead.",
      plan: "Pass the plan file in it to --plan.",
    },
  },
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  ELOOP: { kind: "unreadable", what: "its symbolic links form a loop", hint: "Name the file itself." },
  ABORT_ERR: { kind: "aborted", what: "it was interrupted", hint: "Run it again." },
};

/** The error for an exception that was thrown while the input was opened or read. */
export function explainReadFailure(name: InputName, cause: unknown): InputError {
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  const known = code === undefined ? undefined : READ_FAILURES[code];
  if (known !== undefined) return inputError(name, inWordsOf(name.document, known));
  return inputError(name, {
    kind: "unreadable",
    what: `reading failed${code === undefined ? "" : ` (${code})`}`,
    hint: "Try again, or copy the file to a local disk first.",
  });
}
