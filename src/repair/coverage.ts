import type { InviteEntry } from "../invites/inventory.js";
import { resourcePath } from "../invites/remedies/forget-blocks.js";
import type { Configuration } from "../terraform/configuration/configuration.js";
import { destroySetting, literalBoolean, type Refactoring } from "../terraform/configuration/refactorings.js";
import { fileAndLine } from "../terraform/source-range.js";

/** What blocks that are there already make of an invite that is to be forgotten. */
export type Coverage = { readonly entry: InviteEntry } & (
  | { readonly kind: "none" }
  /** They forget it with the next apply. */
  | { readonly kind: "covered" }
  /** They do something else with it. */
  | { readonly kind: "refused"; readonly why: string }
);

/** Looks for the `moved` and `removed` blocks of the root module that speak of these invites. */
export function coverageOf(
  entries: readonly InviteEntry[],
  { refactorings }: Configuration,
  tool: "terraform" | "tofu",
): Coverage[] {
  const own = refactorings.filter(({ modulePath }) => modulePath.length === 0);
  const byOrigin = (kind: "removed" | "moved") =>
    new Map(own.flatMap((one) => (one.kind === kind && one.from !== undefined ? [[one.from, one]] : [])));
  const [removed, moved] = [byOrigin("removed"), byOrigin("moved")];
  return entries.map((entry): Coverage => {
    const move = moved.get(entry.name);
    const target = move === undefined ? resourcePath(entry.address) : (move.to ?? "").replace(/\[.*$/s, "");
    const calls = entry.address.module.map(({ name }) => `module.${name}`);
    const modules = calls.map((_, depth) => calls.slice(0, depth + 1).join("."));
    const removal = [target, ...(move === undefined ? modules : [])].flatMap((from) => removed.get(from) ?? [])[0];
    if (removal !== undefined && keeps(removal, tool)) return { entry, kind: "covered" };
    const refused = (why: string): Coverage => ({ entry, kind: "refused", why });
    if (removal !== undefined)
      return refused(`the removed block at ${fileAndLine(removal.block.headerRange)} destroys it: tfinvite lint --fix`);
    if (move !== undefined)
      return refused(`the moved block at ${fileAndLine(move.block.headerRange)} takes it elsewhere: apply that first`);
    return { entry, kind: "none" };
  });
}

/** OpenTofu forgets unless it is told otherwise. */
function keeps({ block }: Refactoring, tool: "terraform" | "tofu"): boolean {
  const setting = destroySetting(block);
  return setting === undefined ? tool === "tofu" : literalBoolean(setting) === false;
}
