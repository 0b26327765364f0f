import path from "node:path";
import { compareText } from "../../base/compare-text.js";

export type ToolName = "terraform" | "tofu";

/** The name of the lock file, which has the provider versions that `init` selected. */
export const LOCK_FILE = ".terraform.lock.hcl";

/** Whether a file can be part of a module; only OpenTofu reads some of them. */
export function isModuleFile(file: string): boolean {
  return /\.(?:tf|tofu)(?:\.json)?$/.test(file);
}

/** Whether it is a module's file that only OpenTofu reads. */
export function isOpenTofuFile(file: string): boolean {
  return /\.tofu(?:\.json)?$/.test(file);
}

export function isVariableFile(file: string): boolean {
  return /\.tfvars(?:\.json)?$/.test(file);
}

/** Whether it is a file of a Terraform Stack: components with their providers, or deployments with their inputs. */
export function isStackFile(file: string): boolean {
  return /\.tf(?:component|deploy)\.hcl$/.test(file);
}

/** Whether it is a module's file, a variable file or the lock file. */
export function isConfigurationFile(file: string): boolean {
  return isModuleFile(file) || isVariableFile(file) || path.basename(file) === LOCK_FILE;
}

/** Whether it contains only values: a variable file, or a data file that a module reads. */
export function isValueFile(file: string): boolean {
  return isVariableFile(file) || !isConfigurationFile(file);
}

/** Whether it is in JSON syntax, not in native syntax. */
export function isJsonFile(file: string): boolean {
  return /\.json$/i.test(file);
}

/** The files of a module, in the order in which they are read. */
export interface ModuleFileNames {
  readonly primary: readonly string[];
  /** Whether it is an override file, whose contents replace parts of the primary files. */
  readonly overrides: readonly string[];
}

/**
 * The files of a directory that belong to its module, as
 * [Terraform](https://github.com/hashicorp/terraform/blob/main/internal/configs/parser_config_dir.go) and
 * [OpenTofu](https://github.com/opentofu/opentofu/blob/main/internal/configs/parser_config_dir.go) choose:
 * OpenTofu reads `a.tofu` instead of `a.tf`, Terraform ignores `a.tofu`.
 */
export function moduleFileNames(names: readonly string[], tool: ToolName): ModuleFileNames {
  const all = new Set(names);
  const isRead = (name: string) => {
    if (!isModuleFile(name) || isIgnored(name)) return false;
    if (isOpenTofuFile(name)) return tool === "tofu";
    return tool === "terraform" || !all.has(name.replace(/\.tf(?=(?:\.json)?$)/, ".tofu"));
  };
  const isOverride = (name: string) => /(?:^|_)override\.(?:tf|tofu)(?:\.json)?$/.test(name);
  const read = names.filter(isRead).toSorted(compareText);
  return { primary: read.filter((name) => !isOverride(name)), overrides: read.filter(isOverride) };
}

/** The files of a root module with values for its variables, in the order in which they are read. */
export function automaticVariableFiles(names: readonly string[]): readonly string[] {
  return [
    ...["terraform.tfvars", "terraform.tfvars.json"].filter((name) => names.includes(name)),
    ...names.filter((name) => /\.auto\.tfvars(?:\.json)?$/.test(name)).toSorted(compareText),
  ];
}

/** Whether it is a hidden file or an editor's backup. */
function isIgnored(name: string): boolean {
  return name.startsWith(".") || name.endsWith("~") || (name.startsWith("#") && name.endsWith("#"));
}
