import type { ForeignInput } from "../document/sniff-input.js";
import { type StateError, stateError } from "./state-error.js";

/** The error for an input that cannot be JSON, and so no state. */
export function refuseStateInput(input: ForeignInput, origin: string): StateError {
  switch (input.kind) {
    case "empty":
      return stateError(
        "empty",
        origin,
        "it is empty (0 bytes)",
        "an empty `terraform state pull` means that this workspace has no state yet: check the directory and the workspace it was run in",
      );
    case "zip":
      return stateError(
        "saved-plan",
        origin,
        "it is a zip archive, as a saved plan is",
        "for a state, give the output of `terraform state pull` or `terraform show -json`",
      );
    case "compressed":
      return stateError("binary", origin, `it is ${input.format}-compressed`, "unpack it first");
    case "wide-text":
      return stateError(
        "encoding",
        origin,
        "it is encoded as UTF-16 or UTF-32, and a state is UTF-8",
        "Windows PowerShell's `>` writes UTF-16: leave --state out to have the state pulled, or use `| Out-File -Encoding utf8 FILE`",
      );
    case "binary":
      return stateError("binary", origin, "it is binary data", "give the output of `terraform state pull`");
    case "markup":
      return stateError(
        "text",
        origin,
        "it is an HTML or XML page",
        "the download probably ended at a login or error page: use `terraform state pull` in the root module",
      );
    case "git-lfs":
      return stateError("text", origin, "it is a Git LFS pointer", "run `git lfs pull` first");
    case "hcl":
      return stateError(
        "hcl",
        origin,
        "it is HCL: a configuration, or the output of `terraform show` without -json",
        "give the output of `terraform state pull` or `terraform show -json`, and the configuration's directory as an argument",
      );
    case "text":
      return stateError(
        "text",
        origin,
        "it is text, and a state is JSON",
        "give the output of `terraform state pull`; if a wrapper prints anything in front of it, keep that out of the way",
      );
  }
}
