import { type Address, isBelow } from "../../terraform/addresses/address.js";
import { parseAddress } from "../../terraform/addresses/address-parser.js";
import type { Configuration, ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { Refactoring } from "../../terraform/configuration/refactorings.js";
import type { State } from "../../terraform/state/state.js";
import { isInviteType } from "../inventory.js";
import { managedInvites, oncePerPlace, refactoredAddress } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** `done`: the state holds nothing of it any more; `declared-again`: the invite is back, and the plan fails. */
type Why = "done" | "declared-again";

/** A `moved` or `removed` block that forgot an invite and stands in the way of the next one there. */
export const leftoverForgetBlock = defineRule({
  id: "leftover-forget-block",
  severity: "warning",
  fixable: true,
  needs: "static",
  find({ inventory: { configuration, state } }) {
    const found = configuration.refactorings.flatMap((refactoring) => {
      const { kind, from, block } = refactoring;
      if (kind === "import" || from === undefined) return [];
      const why = leftover(refactoring, configuration, state);
      if (why === undefined) return [];
      const address = refactoredAddress(refactoring);
      return [{ address, range: block.headerRange, arguments: { block: kind, from, why } }];
    });
    return oncePerPlace(found);
  },
});

/** Why a block is left over, or undefined where it is not, as far as that is known. */
export function leftover(
  refactoring: Refactoring,
  configuration: Configuration,
  state: State | undefined,
): Why | undefined {
  const { type } = refactoring;
  // What else a module holds is not read, so nothing can be said of its having gone.
  if (type === undefined) return isModuleCalled(refactoring, configuration) ? "declared-again" : undefined;
  const move = moveOf(refactoring);
  if (!isInviteType(type) || move === undefined) return undefined;
  const { from, to } = move;
  if (isDeclared(from, refactoring.kind, configuration)) return "declared-again";
  // A rename of an invite that is still declared may stay: other states may be waiting for it.
  if (refactoring.kind === "moved" && (to === undefined || blockAt(to, configuration) !== undefined)) return undefined;
  if (state === undefined || isInState(from, state) || (to !== undefined && isInState(to, state))) return undefined;
  return isMoveAhead(from, configuration, state) ? undefined : "done";
}

/** What one end of a block names: instances of the module that the block is in, and what it says relative to them. */
interface BlockEnd {
  /** Calls that lead to the module, each with whatever key. */
  readonly outer: readonly string[];
  readonly relative: Address;
  /** True where it means every instance of the resource, and not the one without a key. */
  readonly whole: boolean;
  /** True where module keys are left out because there cannot be any. */
  readonly anyModuleKey: boolean;
}

/**
 * Two ends without keys mean the whole resource; with a key at one of them, each means one instance
 * (https://github.com/hashicorp/terraform/blob/main/internal/addrs/move_endpoint.go). `removed` takes no keys at all.
 */
function moveOf({ kind, from, to, modulePath }: Refactoring) {
  const source = parseAddress(from ?? "");
  const target = to === undefined ? undefined : parseAddress(to);
  if (!source.ok || target?.ok === false) return undefined;
  const removed = kind === "removed";
  const whole = removed || (source.address.key === undefined && target?.address.key === undefined);
  const end = (relative: Address): BlockEnd => ({ outer: modulePath, relative, whole, anyModuleKey: removed });
  return { from: end(source.address), to: target && end(target.address) };
}

function isAt({ module, type, name, key }: Address, { outer, relative, whole, anyModuleKey }: BlockEnd): boolean {
  return (
    type === relative.type &&
    name === relative.name &&
    (whole || key === relative.key) &&
    module.length === outer.length + relative.module.length &&
    isBelow(module, outer) &&
    relative.module.every((call, depth) => {
      const step = module[outer.length + depth];
      return step?.name === call.name && (anyModuleKey || step.key === call.key);
    })
  );
}

/** Whether the plan would find it declared, as far as that is surely known. */
function isDeclared(end: BlockEnd, kind: Refactoring["kind"], configuration: Configuration): boolean {
  const resource = blockAt(end, configuration);
  if (resource === undefined) return false;
  // A block counts as declared even where it has no instance, in the root module and for `removed`.
  if (kind === "removed" || (end.whole && resource.modulePath.length === 0)) return true;
  return resource.instances.some(({ address }) => isAt(address, end));
}

/** The block that would declare it, whatever the keys. */
function blockAt(end: BlockEnd, { resources }: Configuration): ConfiguredResource | undefined {
  return resources.find(
    ({ mode, type, name, modulePath }) => mode === "managed" && [...modulePath, type, name].join(".") === pathOf(end),
  );
}

function isInState(end: BlockEnd, { instances }: State): boolean {
  return instances.some(({ address }) => address.mode === "managed" && isAt(address, end));
}

/** Whether a `moved` block is still to bring something there. */
function isMoveAhead(target: BlockEnd, configuration: Configuration, state: State): boolean {
  return configuration.refactorings.some((other) => {
    const move = other.kind === "moved" && other.type !== undefined ? moveOf(other) : undefined;
    if (move?.to === undefined || !isInState(move.from, state)) return false;
    return pathOf(move.to) === pathOf(target);
  });
}

/** The resource without any keys. */
function pathOf({ outer, relative }: BlockEnd): string {
  return [...outer, ...relative.module.map(({ name }) => name), relative.type, relative.name].join(".");
}

/** Whether a module that was moved away or removed is called again, and has invites. Keys of calls are not looked at. */
function isModuleCalled({ kind, from = "", to, modulePath }: Refactoring, configuration: Configuration): boolean {
  const names = /^module\.([\w-]+)$/.exec(from);
  const isWhole = kind === "removed" || /^module\.[\w-]+$/.test(to ?? "");
  if (names?.[1] === undefined || !isWhole) return false;
  const path = [...modulePath, names[1]];
  return managedInvites(configuration).some((resource) => isBelow(resource.modulePath, path));
}
