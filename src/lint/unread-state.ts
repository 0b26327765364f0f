import path from "node:path";
import type { Assessment } from "../invites/assessment.js";
import type { TreeFileSystem } from "../terraform/configuration/file-system.js";

/** Where Terraform keeps a state, or the record of where one is, beside the files of a root module. */
const TRACES = ["terraform.tfstate", "terraform.tfstate.d"];

/** Whether something beside a root module tells of a state that was not read: another workspace's, a backend's, a large one. */
export function stateMayBeElsewhere(
  { inventory }: Assessment,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
  fileSystem: Pick<TreeFileSystem, "kind">,
): boolean {
  if (!inventory.stateUnread) return false;
  const record = path.join(env["TF_DATA_DIR"] || ".terraform", "terraform.tfstate");
  return [...TRACES, record].some((trace) => {
    try {
      return fileSystem.kind(path.resolve(cwd, inventory.directory, trace)) !== undefined;
    } catch {
      // What cannot even be looked at may be one.
      return true;
    }
  });
}
