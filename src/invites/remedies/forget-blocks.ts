import { groupBy } from "../../base/group-by.js";
import { type Address, formatAddress, type InstanceKey, isBelow } from "../../terraform/addresses/address.js";

/** A block that makes Terraform forget something. Addresses are the root module's, as Terraform prints them. */
export type ForgetBlock =
  | { readonly kind: "removed"; readonly from: string }
  /** To a target that nothing declares, and that a `removed` block forgets. */
  | { readonly kind: "moved"; readonly from: string; readonly to: string };

/** What decides which blocks are right. Paths are addresses without any keys: `module.squads.openai_invite.member`. */
export interface ForgetFacts {
  /** Every invite that the state holds. */
  readonly held: readonly Address[];
  /** Whether the edited configuration still has a block of that path, with any instances. */
  isDeclared(path: string): boolean;
  /** Whether the configuration still calls the module at that path of names. */
  isCalled(modulePath: readonly string[]): boolean;
  /** Whether the state holds nothing but invites. */
  readonly holdsOnlyInvites: boolean;
  /** Whether a resource of the root module, or one that a block speaks of, has that name. */
  isTaken(type: string, name: string): boolean;
}

/** A resource with the calls that lead to it, but no keys. */
export function resourcePath({ module, type, name }: Pick<Address, "module" | "type" | "name">): string {
  return [...module.map((step) => `module.${step.name}`), type, name].join(".");
}

/**
 * Blocks that forget these invites and nothing else. `removed` takes no instance keys
 * (https://developer.hashicorp.com/terraform/language/block/removed), so one of several instances is first moved to a
 * resource that nothing declares; https://github.com/hashicorp/terraform/issues/34439 calls that the way.
 */
export function forgetBlocks(going: readonly Address[], facts: ForgetFacts): ForgetBlock[] {
  const goes = new Set(going.map(formatAddress));
  const held = groupBy(facts.held, resourcePath);
  const moved: ForgetBlock[] = [];
  const removed = new Map<string, ForgetBlock>();
  const names = new Set<string>();
  for (const [path, all] of groupBy(going, resourcePath)) {
    const others = (held.get(path) ?? []).filter((address) => !goes.has(formatAddress(address)));
    if (others.length === 0 && !facts.isDeclared(path)) {
      const from = wholeModule(all[0], goes, facts) ?? path;
      removed.set(from, { kind: "removed", from });
      continue;
    }
    // Keys of one kind each, so that the target looks like something that could have been declared.
    for (const alike of groupBy(all, keyKinds).values()) {
      const target = targetOf(alike, facts, names);
      moved.push(...target.moves);
      removed.set(target.name, { kind: "removed", from: target.name });
    }
  }
  return [...moved, ...removed.values()];
}

/** The outermost module that is no longer called and goes as a whole, if that is certain and says more than its one resource. */
function wholeModule(address: Address | undefined, goes: ReadonlySet<string>, facts: ForgetFacts): string | undefined {
  if (address === undefined || !facts.holdsOnlyInvites) return undefined;
  const names = address.module.map(({ name }) => name);
  const path = names.map((_, depth) => names.slice(0, depth + 1)).find((one) => !facts.isCalled(one));
  if (path === undefined) return undefined;
  const below = facts.held.filter(({ module }) => isBelow(module, path));
  const several = new Set(below.map(resourcePath)).size > 1;
  return several && below.every((one) => goes.has(formatAddress(one)))
    ? path.map((name) => `module.${name}`).join(".")
    : undefined;
}

interface Target {
  readonly name: string;
  readonly moves: readonly ForgetBlock[];
}

function targetOf(going: readonly Address[], facts: ForgetFacts, names: Set<string>): Target {
  const [first] = going;
  if (first === undefined) throw new Error("no invite goes there");
  const { module, type, name } = first;
  const base = ["forgotten", ...module.map((step) => step.name), name].join("_");
  const target = unused(base, "_", (text) => facts.isTaken(type, text) || names.has(`${type}.${text}`));
  const root = { module: [], mode: "managed", type, name: target } as const;
  names.add(`${type}.${target}`);
  const keys = new Set<InstanceKey>();
  const moves = going.map((address): ForgetBlock => {
    const key = targetKey(keysOf(address), keys);
    keys.add(key);
    return { kind: "moved", from: formatAddress(address), to: formatAddress({ ...root, key }) };
  });
  return { name: `${type}.${target}`, moves };
}

/** The key of the instance, or those of its modules and its own in one text. */
function targetKey(keys: readonly (string | number)[], taken: ReadonlySet<InstanceKey>): InstanceKey {
  const [only, ...others] = keys;
  if (only === undefined) return undefined;
  if (others.length === 0 && !taken.has(only)) return only;
  return unused(keys.join("/"), " ", (text) => taken.has(text));
}

function unused(base: string, separator: string, isTaken: (text: string) => boolean): string {
  let text = base;
  for (let number = 2; isTaken(text); number += 1) text = `${base}${separator}${number}`;
  return text;
}

function keysOf({ module, key }: Address): (string | number)[] {
  return [...module.map((step) => step.key), key].filter((one) => one !== undefined);
}

function keyKinds(address: Address): string {
  return [...address.module.map((step) => step.key), address.key].map((key) => typeof key).join(" ");
}
