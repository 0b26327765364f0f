import { compareText } from "../../base/compare-text.js";

export type ToolName = "terraform" | "tofu";

/** The files of a module, in the order in which they are read. */
export interface ModuleFileNames {
  readonly primary: readonly string[];
  /** Override files: what stands in them replaces what the primary files say. */
  readonly overrides: readonly string[];
}

const TERRAFORM_EXTENSIONS = [".tf", ".tf.json"] as const;
const TOFU_EXTENSIONS = [".tofu", ".tofu.json"] as const;

/**
 * Which of a directory's files belong to the module in it, as
 * [Terraform](https://github.com/hashicorp/terraform/blob/main/internal/configs/parser_config_dir.go) and
 * [OpenTofu](https://github.com/opentofu/opentofu/blob/main/internal/configs/parser_config_dir.go) choose:
 * OpenTofu takes `a.tofu` and leaves `a.tf`, Terraform does not see `a.tofu`.
 */
export function moduleFileNames(names: readonly string[], tool: ToolName): ModuleFileNames {
  const extensions = tool === "tofu" ? [...TERRAFORM_EXTENSIONS, ...TOFU_EXTENSIONS] : TERRAFORM_EXTENSIONS;
  const all = new Set(names);
  const primary: string[] = [];
  const overrides: string[] = [];
  for (const name of names) {
    const extension = extensions.find((candidate) => name.endsWith(candidate));
    if (extension === undefined || isIgnored(name)) continue;
    const base = name.slice(0, -extension.length);
    if (tool === "tofu" && all.has(base + extension.replace(/^\.tf/, ".tofu")) && extension.startsWith(".tf")) continue;
    if (base === "override" || base.endsWith("_override")) overrides.push(name);
    else primary.push(name);
  }
  return { primary: primary.toSorted(compareText), overrides: overrides.toSorted(compareText) };
}

/** Hidden files and editors' backups. */
function isIgnored(name: string): boolean {
  return name.startsWith(".") || name.endsWith("~") || (name.startsWith("#") && name.endsWith("#"));
}
