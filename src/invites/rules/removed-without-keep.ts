import type { Configuration } from "../../terraform/configuration/configuration.js";
import type { State } from "../../terraform/state/state.js";
import type { Refactoring } from "../../terraform/statements/refactorings.js";
import { isInviteType } from "../inventory.js";
import { destroySetting, literalBoolean, oncePerPlace, refactoredAddress } from "./about-blocks.js";
import { defineRule, type Found } from "./rule.js";

export interface RemovedArguments {
  readonly from: string;
  /** `omitted`: Terraform destroys by default; `true`: it says so. */
  readonly destroy: "omitted" | "true";
}

/** A `removed` block that destroys invites instead of forgetting them. */
export const removedWithoutKeep = defineRule({
  id: "removed-without-keep",
  severity: "error",
  fixable: true,
  needs: "static",
  find({ inventory: { configuration, state } }): Found<RemovedArguments>[] {
    const found = configuration.refactorings.flatMap((refactoring) => {
      const { kind, from, block } = refactoring;
      if (kind !== "removed" || from === undefined || !removesInvites(refactoring, state)) return [];
      const setting = destroySetting(block);
      const destroy = setting === undefined ? "omitted" : literalBoolean(setting) === true ? "true" : undefined;
      if (destroy === undefined || (destroy === "omitted" && forgetsByItself(configuration))) return [];
      const range = setting?.range ?? block.headerRange;
      return [{ address: refactoredAddress(refactoring), range, arguments: { from, destroy } as const }];
    });
    return oncePerPlace(found);
  },
});

/** OpenTofu forgets where nothing is said, with a warning since 1.10: https://opentofu.org/docs/language/resources/syntax/#removing-resources */
function forgetsByItself({ settings }: Configuration): boolean {
  return settings.tool === "tofu";
}

/** For a module only the state can tell, since its files may be gone. */
function removesInvites({ type, from, modulePath }: Refactoring, state: State | undefined): boolean {
  if (type !== undefined) return isInviteType(type);
  const names = [...modulePath, ...modulesIn(from ?? "")];
  return (
    state?.instances.some(
      ({ address }) => isInviteType(address.type) && names.every((name, index) => address.module[index]?.name === name),
    ) === true
  );
}

/** `a`, `b` of `module.a.module.b`. */
function modulesIn(address: string): string[] {
  return [...address.matchAll(/(?:^|\.)module\.([\w-]+)/g)].map(([, name = ""]) => name);
}
