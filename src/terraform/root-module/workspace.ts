import path from "node:path";
import { stringValue, unknown, type Value } from "../configuration/evaluation/value.js";
import type { FileSystem } from "../configuration/file-system.js";
import type { ModuleDefinition } from "../configuration/module-definition.js";

/** `terraform.workspace`: what `TF_WORKSPACE` says, else what was selected last, else the default where there is one. */
export function selectedWorkspace(
  root: ModuleDefinition,
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
  fileSystem: FileSystem,
): Value {
  const asked = env["TF_WORKSPACE"];
  if (asked) return stringValue(asked);
  try {
    const selected = fileSystem.read(path.join(dataDir, "environment")).trim();
    if (selected !== "") return stringValue(selected);
  } catch {
    // No workspace was ever selected.
  }
  // HCP Terraform and the remote backend have no default workspace to rely on.
  const remote = root.cloud !== undefined || root.backend?.labels[0]?.value === "remote";
  return remote ? unknown("which workspace is selected is not known here") : stringValue("default");
}
