import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { RuleId } from "../invites/rules/finding.js";

/** The page of a rule, as it is published with the package: Markdown. Undefined where the installation lacks it. */
export async function rulePage(id: RuleId): Promise<string | undefined> {
  try {
    return await readFile(rulePageFile(id), "utf8");
  } catch {
    return undefined;
  }
}

/** Where the page of a rule is. */
export function rulePageFile(id: RuleId): string {
  return path.join(packageFolder(), "docs", "rules", `${id}.md`);
}

/** The folder of the package, whether this runs from its sources or from the bundle. */
function packageFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, "package.json"))) {
    const above = path.dirname(folder);
    if (above === folder) return folder;
    folder = above;
  }
  return folder;
}
