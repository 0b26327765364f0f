import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { type StateError, stateError } from "../state/state-error.js";

export interface LocalState {
  /** `default`, or the name of the selected one. */
  readonly workspace: string;
  /** Joined to the directory as it was given. */
  readonly path: string;
  readonly exists: boolean;
}

export type LocalStateResult =
  | { readonly ok: true; readonly local: LocalState }
  | { readonly ok: false; readonly error: StateError };

export const DEFAULT_WORKSPACE = "default";

/** The workspace that `TF_WORKSPACE` names, else the one that was selected last in the root module. */
export async function selectedWorkspaceName(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const dataDirectory = path.resolve(directory, env["TF_DATA_DIR"] || ".terraform");
  const selected =
    env["TF_WORKSPACE"] || (await readFile(path.join(dataDirectory, "environment"), "utf8").catch(() => ""));
  return selected.trim() || DEFAULT_WORKSPACE;
}

/** Terraform's own rule: a name that stands for itself in a URL path. Dots alone would lead out of the folder. */
function isWorkspaceName(name: string): boolean {
  return /^[\w.~$&+:=@-]+$/.test(name) && name !== "." && name !== "..";
}

/**
 * Finds the state file of a root module without a backend: `terraform.tfstate`, or
 * `terraform.tfstate.d/WORKSPACE/terraform.tfstate` where `TF_WORKSPACE` or the data directory selects a workspace.
 * https://developer.hashicorp.com/terraform/cli/workspaces#workspace-internals
 */
export async function locateLocalState(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LocalStateResult> {
  const workspace = await selectedWorkspaceName(directory, env);
  if (!isWorkspaceName(workspace)) {
    return {
      ok: false,
      error: stateError(
        "workspace",
        directory,
        "the selected workspace has a name that no workspace can have",
        env["TF_WORKSPACE"] ? "correct TF_WORKSPACE" : "select another one: terraform workspace select NAME",
      ),
    };
  }
  const file =
    workspace === DEFAULT_WORKSPACE
      ? path.join(directory, "terraform.tfstate")
      : path.join(directory, "terraform.tfstate.d", workspace, "terraform.tfstate");
  // What is there but not to be read shall fail at reading, with its reason.
  const exists = await stat(file).then(
    () => true,
    (cause: unknown) =>
      !(cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")),
  );
  return { ok: true, local: { workspace, path: file, exists } };
}
