import semver from "semver";
import { destroySetting } from "../../terraform/configuration/refactorings.js";
import { allowedVersions } from "../../terraform/version-constraint.js";
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
    const { settings } = assessment.inventory.configuration;
    const { tool } = settings;
    const allowed = allowedVersions(settings);
    const older = { includePrerelease: true };
    if (allowed === undefined || semver.intersects(allowed, `<${SINCE[tool]}-0`, older)) return [];
    const since = SINCE[tool].replace(/\.0$/, "");
    return findInBlocks(assessment, ({ block }) =>
      destroySetting(block) === undefined ? [{ range: block.headerRange, arguments: { tool, since } }] : [],
    );
  },
});
