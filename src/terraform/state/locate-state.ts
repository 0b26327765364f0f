import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { inputError } from "../document/input-error.js";
import type { Refused } from "../document/read-document.js";
import { diskFileSystem, isMissing } from "../files/file-system.js";
import {
  backendRecordFile,
  DEFAULT_WORKSPACE,
  type Environment,
  isTerragrunt,
  selectedWorkspace,
} from "../root-module/root-module.js";

interface LocalState {
  /** The name of the workspace, such as `default`. */
  readonly workspace: string;
  /** The path joined to the directory as it was given. */
  readonly path: string;
  readonly exists: boolean;
}

/** The paths of a `local` backend where they differ from the usual ones; relative to the root module. */
interface LocalPlace {
  readonly path?: string;
  readonly workspaceDir?: string;
}

/** The parts of a root module that decide where its state is. */
interface StateHolder {
  /** Absolute. */
  readonly directory: string;
  /** The configuration's backend block. */
  readonly backend?: { readonly localPlace?: LocalPlace } | undefined;
  /** The program that runs it, if known. */
  readonly argv?: readonly string[];
}

/** Whether only Terraform can read the state: because of the configuration, the record of `init`, or Terragrunt. */
export function isHeldByBackend({ directory, backend, argv = [] }: StateHolder, env: Environment): boolean {
  const isRecorded = existsSync(backendRecordFile(directory, env));
  return isTerragrunt(argv) || isRecorded || (backend !== undefined && backend.localPlace === undefined);
}

/** The selected workspace of a root module on the disk. */
export function workspaceOf(directory: string, env: Environment): string {
  return selectedWorkspace(directory, env, diskFileSystem.read) ?? DEFAULT_WORKSPACE;
}

/** Terraform's own rule: a name that needs no escape in a URL path. Dots alone would lead out of the folder. */
const WORKSPACE_NAME = /^(?!\.{1,2}$)[\w.~$&+:=@-]+$/;

/**
 * Finds the state file of a root module without a backend: `terraform.tfstate`, or
 * `terraform.tfstate.d/WORKSPACE/terraform.tfstate` where `TF_WORKSPACE` or the data directory selects a workspace.
 * https://developer.hashicorp.com/terraform/cli/workspaces#workspace-internals
 */
export async function locateLocalState(
  directory: string,
  env: Environment,
  { path: main = "terraform.tfstate", workspaceDir = "terraform.tfstate.d" }: LocalPlace = {},
): Promise<{ readonly ok: true; readonly local: LocalState } | Refused> {
  const workspace = workspaceOf(directory, env);
  if (!WORKSPACE_NAME.test(workspace)) {
    const what = "the selected workspace has an invalid name";
    const hint = env["TF_WORKSPACE"] ? "Correct TF_WORKSPACE." : "Select another one: terraform workspace select NAME.";
    const name = { document: "state", origin: directory } as const;
    return { ok: false, error: inputError(name, { kind: "workspace", what, hint }) };
  }
  const file =
    workspace === DEFAULT_WORKSPACE
      ? path.resolve(directory, main)
      : path.resolve(directory, workspaceDir, workspace, "terraform.tfstate");
  let exists = true;
  try {
    // A pipe in the tree is untrusted, and reading it could wait forever; only a pipe that the user names is read.
    const found = await stat(file);
    if (!found.isFile() && !found.isDirectory()) {
      const what = "it is not a regular file";
      const hint = "Replace it by a regular file, or pass the state to --state.";
      return { ok: false, error: inputError({ document: "state", origin: file }, { kind: "unreadable", what, hint }) };
    }
  } catch (error) {
    // An existing file that can't be read must fail when it is read, with its reason.
    exists = !isMissing(error);
  }
  return { ok: true, local: { workspace, path: file, exists } };
}
