import { isBelow } from "../../terraform/addresses/address.js";
import { destroySetting, literalBoolean, type Refactoring } from "../../terraform/configuration/refactorings.js";
import type { State } from "../../terraform/state/state.js";
import { isInviteType } from "../inventory.js";
import { oncePerPlace, refactoredAddress } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** A `removed` block that destroys invites instead of forgetting them. */
export const removedWithoutKeep = defineRule({
  id: "removed-without-keep",
  severity: "error",
  fixable: true,
  needs: "static",
  find({ inventory: { configuration, state } }) {
    const found = configuration.refactorings.flatMap((refactoring) => {
      const { kind, from, block } = refactoring;
      if (kind !== "removed" || from === undefined || !removesInvites(refactoring, state)) return [];
      const setting = destroySetting(block);
      // Terraform destroys by default.
      const destroy = setting === undefined ? "omitted" : literalBoolean(setting) === true ? "true" : undefined;
      // OpenTofu forgets where nothing is said, with a warning since 1.10: https://opentofu.org/docs/language/resources/syntax/#removing-resources
      if (destroy === undefined || (destroy === "omitted" && configuration.settings.tool === "tofu")) return [];
      const range = setting?.range ?? block.headerRange;
      return [{ address: refactoredAddress(refactoring), range, arguments: { from, destroy } as const }];
    });
    return oncePerPlace(found);
  },
});

/** For a module only the state can tell, since its files may be gone. */
function removesInvites({ type, from, modulePath }: Refactoring, state: State | undefined): boolean {
  if (type !== undefined) return isInviteType(type);
  // `a`, `b` of `module.a.module.b`.
  const named = [...(from ?? "").matchAll(/(?:^|\.)module\.([\w-]+)/g)].map(([, name = ""]) => name);
  const names = [...modulePath, ...named];
  return state?.instances.some(({ address }) => isInviteType(address.type) && isBelow(address.module, names)) === true;
}
