import { defined } from "../../base/defined.js";
import { formatAddress, isBelow } from "../../terraform/addresses/address.js";
import { parseAddress } from "../../terraform/addresses/address-parser.js";
import type { Refactoring } from "../../terraform/configuration/refactorings.js";
import { selects } from "../../terraform/statements/replay-moves.js";
import { type Inventory, isInviteType, isManagedInvite } from "../inventory.js";
import { oncePerPlace, refactoredAddress } from "./about-blocks.js";
import { endsOf } from "./leftover-forget-block.js";
import { defineRule } from "./rule.js";

/** A `moved` or `removed` block about invites that fails every plan, or whose outcome is left to chance. */
export const invalidForgetBlock = defineRule({
  id: "invalid-forget-block",
  severity: "error",
  fixable: true,
  needs: "static",
  find({ inventory }) {
    const { configuration, join } = inventory;
    const found = join.faults.flatMap(({ statement, fault }) => {
      const { kind, from = "", to, type, block } = statement;
      if (kind === "import" || !isAboutInvites(statement, inventory)) return [];
      const range = block.body.attribute("from")?.value.range ?? block.headerRange;
      const of = type === undefined ? ("module" as const) : ("invite" as const);
      const tool = configuration.settings.tool;
      const given = { block: kind, from, fault, of, tool, ...defined({ to }) };
      return [{ address: refactoredAddress(statement), range, arguments: given }];
    });
    return oncePerPlace(found);
  },
});

function isAboutInvites({ type, from, to, modulePath }: Refactoring, { configuration, state }: Inventory): boolean {
  if (type !== undefined && isInviteType(type)) return true;
  return [from, to].some((text = "") => {
    const parsed = parseAddress(text);
    if (parsed.ok) return isManagedInvite(parsed.address);
    // `a`, `b` of `module.a.module.b`.
    const names = [...text.matchAll(/(?:^|\.)module\.([\w-]+)/g)].map(([, name = ""]) => name);
    const path = [...modulePath, ...names];
    const isHeld = state?.instances.some(({ address }) => isManagedInvite(address) && isBelow(address.module, path));
    const isWritten = configuration.resources.some((one) => isManagedInvite(one) && isBelow(one.modulePath, path));
    return names.length > 0 && (isHeld === true || isWritten);
  });
}

/** Why a block that speaks of what is still declared cannot be deleted as if it had never been there. */
export function whyNeeded(statement: Refactoring, { configuration, state, join }: Inventory): string | undefined {
  const [from] = endsOf(statement);
  if (state === undefined || from === undefined)
    return "its state was not read, and what it holds there might be destroyed";
  if (from.resource === undefined) return "what else the module holds in the state is not known";
  const declared = new Set(
    configuration.resources.flatMap(({ instances }) => instances.map(({ address }) => formatAddress(address))),
  );
  const held = state.instances.map(({ address }) => address).filter(isManagedInvite);
  const lost = held.find((stored) => {
    const { address } = join.of(stored);
    const isThere = selects(from, stored) || selects(from, address);
    return isThere && !declared.has(formatAddress(address));
  });
  return lost && `without the block, the next apply would destroy ${formatAddress(lost)}, which the state holds`;
}
