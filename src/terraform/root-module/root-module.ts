import path from "node:path";
import { Failure } from "../../base/failure.js";
import { isMissing } from "../files/file-system.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_WORKSPACE = "default";

/** The directory in which `terraform init` keeps its data. `TF_DATA_DIR` is relative to the root module. */
export function dataDirectory(directory: string, env: Environment): string {
  return path.resolve(directory, env["TF_DATA_DIR"] || ".terraform");
}

/** The file in which `terraform init` records the backend; it is missing without a backend. */
export function backendRecordFile(directory: string, env: Environment): string {
  return path.join(dataDirectory(directory, env), "terraform.tfstate");
}

/**
 * The workspace in `TF_WORKSPACE`, which Terraform uses unchecked, else the last selected one; undefined where none was
 * ever selected. `read` throws like the disk if there is no such file; any other error is a Failure.
 */
export function selectedWorkspace(
  directory: string,
  env: Environment,
  read: (file: string) => string,
): string | undefined {
  if (env["TF_WORKSPACE"]) return env["TF_WORKSPACE"];
  const note = path.join(dataDirectory(directory, env), "environment");
  try {
    return read(note).trim() || undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    // Another workspace has another state, so the default one must not be assumed.
    const what = `the selected workspace is not known: ${note} can't be read`;
    throw new Failure(
      what,
      "Set TF_WORKSPACE to the workspace, or select it again with `terraform workspace select`.",
      {
        cause: error,
      },
    );
  }
}

/** The last part of a program's path (Unix or Windows), without an extension. */
export function programName(word = ""): string {
  return (word.split(/[\\/]/).pop() ?? "").toLowerCase().replace(/\.(?:exe|cmd|bat|com)$/, "");
}

/** The file that makes a directory a Terragrunt unit. */
export const TERRAGRUNT_FILE = "terragrunt.hcl";

/**
 * Whether the tool is Terragrunt, which writes the backend, and perhaps more of the configuration, only when it runs.
 */
export function isTerragrunt(argv: readonly string[]): boolean {
  return programName(argv[0]).startsWith("terragrunt");
}
