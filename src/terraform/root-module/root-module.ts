import path from "node:path";
import { Failure } from "../../base/failure.js";
import { isMissing } from "../files/file-system.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_WORKSPACE = "default";

/** Where `terraform init` keeps what it has set up. `TF_DATA_DIR` is relative to the root module. */
export function dataDirectory(directory: string, env: Environment): string {
  return path.resolve(directory, env["TF_DATA_DIR"] || ".terraform");
}

/** The file in which `terraform init` records the backend; there is none without a backend. */
export function backendRecordFile(directory: string, env: Environment): string {
  return path.join(dataDirectory(directory, env), "terraform.tfstate");
}

/**
 * The workspace that `TF_WORKSPACE` names, which Terraform takes as it is, else the one that was selected last;
 * undefined where none ever was. `read` throws as the disk does where there is no such file; any other error is a Failure.
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
    // Another workspace has another state, so the default one must not be guessed.
    const what = `the selected workspace is not known: ${note} cannot be read`;
    throw new Failure(what, "Name the workspace by TF_WORKSPACE, or select it again by terraform workspace select.", {
      cause: error,
    });
  }
}

/** The last part of a program's path of either kind, without an extension. */
export function programName(word = ""): string {
  return (word.split(/[\\/]/).pop() ?? "").toLowerCase().replace(/\.(?:exe|cmd|bat|com)$/, "");
}

/** What makes a directory a unit of Terragrunt. */
export const TERRAGRUNT_FILE = "terragrunt.hcl";

/** Terragrunt writes the backend, and perhaps more of the configuration, only when it runs. */
export function isTerragrunt(argv: readonly string[]): boolean {
  return programName(argv[0]).startsWith("terragrunt");
}
