import semver from "semver";
import { toSemverRange } from "../providers/dialects.js";
import { moduleResource } from "../references.js";
import { destroySetting, managedInvites, oncePerPlace } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** The first versions with `lifecycle { destroy = false }` on a resource. */
const SINCE = { terraform: "1.16.0", tofu: "1.12.0" } as const;

/** Nothing keeps an invite from being destroyed, though the required program could. */
export const missingDestroyGuard: Rule = {
  id: "missing-destroy-guard",
  severity: "notice",
  title: "an invite that nothing keeps from being destroyed",
  fixable: true,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const { requiredVersion, tool } = configuration.settings;
    const since = SINCE[tool];
    if (!excludesOlder(requiredVersion, since)) return [];
    const found = managedInvites(configuration)
      .filter(({ block }) => destroySetting(block) === undefined)
      .map((resource) => ({
        rule: "missing-destroy-guard" as const,
        directory,
        address: moduleResource(resource),
        range: resource.block.headerRange,
        arguments: { tool, since: since.replace(/\.0$/, "") },
      }));
    return oncePerPlace(found);
  },
};

/** Whether a program older than that is refused by one of the constraints. */
function excludesOlder(constraints: readonly string[], version: string): boolean {
  return constraints.some((constraint) => {
    const range = toSemverRange(constraint);
    return range !== undefined && !semver.intersects(range, `<${version}-0`, { includePrerelease: true });
  });
}
