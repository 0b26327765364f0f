import path from "node:path";
import type { Assessment } from "../invites/planned/assessment.js";
import type { TreeFileSystem } from "../terraform/files/file-system.js";
import { backendRecordFile, type Environment } from "../terraform/root-module/root-module.js";

/** Where Terraform keeps a state, or the record of where one is, beside the files of a root module. */
const TRACES = ["terraform.tfstate", "terraform.tfstate.d"];

/** Whether something beside a root module tells of a state that was not read: another workspace's, a backend's, a large one. */
export function stateMayBeElsewhere(
  { inventory }: Assessment,
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
  fileSystem: Pick<TreeFileSystem, "kind">,
): boolean {
  if (!inventory.stateUnread) return false;
  const directory = path.resolve(cwd, inventory.directory);
  const traces = TRACES.map((name) => path.join(directory, name));
  return [...traces, backendRecordFile(directory, env)].some((trace) => {
    try {
      return fileSystem.kind(trace) !== undefined;
    } catch {
      // What cannot even be looked at may be one.
      return true;
    }
  });
}
