import type { ForeignInput } from "../document/sniff-input.js";
import { type PlanError, planError } from "./plan-error.js";
import { PRINT_HINT } from "./scan-plan.js";

/** The error for an input that cannot be JSON. A saved plan is among them: it takes Terraform to read it. */
export function refusePlanInput(input: ForeignInput, origin: string): PlanError {
  switch (input.kind) {
    case "empty":
      return planError(
        "empty",
        origin,
        "it is empty (0 bytes)",
        "`terraform show -json FILE` has probably failed: see what it says, and let the pipeline stop there",
      );
    case "zip":
      return planError(
        "saved-plan",
        origin,
        "it is a zip archive, as `terraform plan -out` saves a plan, and only Terraform can read it",
        "give the file by its path, or the output of `terraform show -json FILE`, run in the root module",
      );
    case "compressed":
      return planError("binary", origin, `it is ${input.format}-compressed`, "unpack it first");
    case "wide-text":
      return planError(
        "encoding",
        origin,
        "it is encoded as UTF-16 or UTF-32, and a plan in JSON is UTF-8",
        "Windows PowerShell's `>` writes UTF-16: use `| Out-File -Encoding utf8 FILE`, or give the saved plan itself",
      );
    case "binary":
      return planError("binary", origin, "it is binary data", PRINT_HINT);
    case "markup":
      return planError(
        "text",
        origin,
        "it is an HTML or XML page",
        "the download probably ended at a login or error page: look at it in a browser, and check the token",
      );
    case "git-lfs":
      return planError("text", origin, "it is a Git LFS pointer", "run `git lfs pull` first");
    case "hcl":
      return planError(
        "hcl",
        origin,
        "it is HCL: a configuration, or the output of `terraform show` without -json",
        PRINT_HINT,
      );
    case "text":
      return planError(
        "text",
        origin,
        "it is text, perhaps what `terraform plan` prints for people, and a plan here is JSON",
        `${PRINT_HINT}; if a wrapper prints anything in front of it, keep that out of the way`,
      );
  }
}
