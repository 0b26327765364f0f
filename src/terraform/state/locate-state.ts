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
  /** `default`, or the name of the selected one. */
  readonly workspace: string;
  /** Joined to the directory as it was given. */
  readonly path: string;
  readonly exists: boolean;
}

/** Where a `local` backend keeps its files, where that is not the usual place; relative to the root module. */
interface LocalPlace {
  readonly path?: string;
  readonly workspaceDir?: string;
}

/** A root module as far as the place of its state goes. */
interface StateHolder {
  /** Absolute. */
  readonly directory: string;
  /** The configuration's backend block. */
  readonly backend?: { readonly localPlace?: LocalPlace } | undefined;
  /** The program that runs it, where that is known. */
  readonly argv?: readonly string[];
}

/** Whether only Terraform can read the state: because of the configuration, a record of `init`, or Terragrunt. */
export function isHeldByBackend({ directory, backend, argv = [] }: StateHolder, env: Environment): boolean {
  const isRecorded = existsSync(backendRecordFile(directory, env));
  return isTerragrunt(argv) || isRecorded || (backend !== undefined && backend.localPlace === undefined);
}

/** The workspace of a root module on the disk. */
export function workspaceOf(directory: string, env: Environment): string {
  return selectedWorkspace(directory, env, diskFileSystem.read) ?? DEFAULT_WORKSPACE;
}

/** Terraform's own rule: a name that stands for itself in a URL path. Dots alone would lead out of the folder. */
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
    const what = "the selected workspace has a name that no workspace can have";
    const hint = env["TF_WORKSPACE"] ? "correct TF_WORKSPACE" : "select another one: terraform workspace select NAME";
    const name = { document: "state", origin: directory } as const;
    return { ok: false, error: inputError(name, { kind: "workspace", what, hint }) };
  }
  const file =
    workspace === DEFAULT_WORKSPACE
      ? path.resolve(directory, main)
      : path.resolve(directory, workspaceDir, workspace, "terraform.tfstate");
  let exists = true;
  try {
    // What lies in the tree may be anybody's: a pipe is only waited for where the user has named it.
    const found = await stat(file);
    if (!found.isFile() && !found.isDirectory()) {
      const what = "it is not a regular file";
      const hint = "see what has put it there, or name the state by --state";
      return { ok: false, error: inputError({ document: "state", origin: file }, { kind: "unreadable", what, hint }) };
    }
  } catch (error) {
    // A file that is there but can't be read must fail when it is read, with its reason.
    exists = !isMissing(error);
  }
  return { ok: true, local: { workspace, path: file, exists } };
}
