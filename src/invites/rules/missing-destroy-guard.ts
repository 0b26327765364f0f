import semver from "semver";
import { destroySetting } from "../../terraform/configuration/refactorings.js";
import { toSemverRange } from "../../terraform/version-constraint.js";
import { findInBlocks } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** The first versions with `lifecycle { destroy = false }` on a resource. */
const SINCE = { terraform: "1.16.0", tofu: "1.12.0" } as const;

/** Nothing keeps an invite from being destroyed, though the required program could. */
export const missingDestroyGuard = defineRule({
  id: "missing-destroy-guard",
  severity: "notice",
  fixable: true,
  needs: "static",
  find(assessment) {
    const { requiredVersion, tool } = assessment.inventory.configuration.settings;
    if (!excludesOlder(requiredVersion, SINCE[tool])) return [];
    const since = SINCE[tool].replace(/\.0$/, "");
    return findInBlocks(assessment, ({ block }) =>
      destroySetting(block) === undefined ? [{ range: block.headerRange, arguments: { tool, since } }] : [],
    );
  },
});

/** Whether a program older than that is refused by one of the constraints. */
function excludesOlder(constraints: readonly string[], version: string): boolean {
  return constraints.some((constraint) => {
    const range = toSemverRange(constraint);
    return range !== undefined && !semver.intersects(range, `<${version}-0`, { includePrerelease: true });
  });
}
