import path from "node:path";
import { groupBy } from "../../base/group-by.js";
import { memoize } from "../../base/memoize.js";
import { type Address, formatAddress, isBelow } from "../../terraform/addresses/address.js";
import type {
  Configuration,
  ConfiguredResource,
  DeclaredInstance,
  ModuleCall,
  ResourceReference,
} from "../../terraform/configuration/configuration.js";
import { mentions } from "../../terraform/edit/term.js";
import { rangeKey, type SourceRange } from "../../terraform/source-range.js";
import type { Inventory, InviteEntry } from "../inventory.js";

/** What declares which invites, to find out what else a change of some place removes. */
export interface Declarations {
  /** The managed resource of that type and name in the module at a call path. */
  resourceAt(modulePath: readonly string[], name: string): ConfiguredResource | undefined;
  /** The calls that lead to a resource, the outermost first. */
  callsTo(modulePath: readonly string[]): readonly ModuleCall[];
  /** Whether its block is one resource: no other call leads to it, and none of those that do repeats. */
  isReachedOnce(resource: ConfiguredResource): boolean;
  /** The calls that are one block, likewise. */
  callBlock(call: ModuleCall): readonly ModuleCall[];
  /** Every resource that is reached through a call. */
  below(call: ModuleCall): readonly ConfiguredResource[];
  /** The places that read a resource, each with what it reads. */
  readersOf(resource: ConfiguredResource): readonly ReadingPlace[];
  /** Instances whose key is written at that place. */
  instancesAt(place: SourceRange): readonly DeclaredInstance[];
  /** False for a file of a fetched module. */
  isOwn(file: string): boolean;
  /** True where a call below could not be followed, so what it declares is unknown. */
  isUnresolvedBelow(call: ModuleCall): boolean;
}

/** What one place reads: the same by name, for each call path that reaches it. */
export type ReadingPlace = readonly {
  readonly reference: ResourceReference;
  readonly resource: ConfiguredResource;
}[];

/** Indexes a configuration, once. */
export const declarationsOf = memoize((configuration: Configuration): Declarations => {
  const { resources, references, modules, unresolvedModules } = configuration;
  const managed = resources.filter(({ mode }) => mode === "managed");
  const blocks = groupBy(managed, ({ block }) => rangeKey(block.headerRange));
  const instances = groupBy(
    managed.flatMap((resource) => resource.instances),
    ({ keySource }) => keySource && rangeKey(keySource),
  );
  const callBlocks = groupBy(modules, ({ range }) => rangeKey(range));
  const calls = new Map(modules.map((call) => [call.path.join("."), call]));
  const byName = new Map(managed.map((one) => [nameKey(one.modulePath, `${one.type}.${one.name}`), one]));
  const resourceAt = (modulePath: readonly string[], name: string) => byName.get(nameKey(modulePath, name));
  const reading = references.flatMap((reference) => {
    const { mode, type, name } = reference.target;
    const resource = mode === "managed" ? resourceAt(reference.modulePath, `${type}.${name}`) : undefined;
    return resource === undefined ? [] : [{ reference, resource }];
  });
  const readers = new Map<ConfiguredResource, ReadingPlace[]>();
  for (const place of groupBy(reading, ({ reference }) => rangeKey(reference.range)).values()) {
    for (const { resource } of place) {
      const known = readers.get(resource);
      if (known === undefined) readers.set(resource, [place]);
      else known.push(place);
    }
  }
  const fetched = new Set(modules.filter(({ local }) => !local).map(({ directory }) => directory));
  const callsTo = (modulePath: readonly string[]) =>
    modulePath.flatMap((_, index) => calls.get(modulePath.slice(0, index + 1).join(".")) ?? []);
  const blockOf = ({ block }: ConfiguredResource) => blocks.get(rangeKey(block.headerRange)) ?? [];
  return {
    resourceAt,
    readersOf: (resource) => readers.get(resource) ?? [],
    callsTo,
    isReachedOnce: (resource) => {
      const way = callsTo(resource.modulePath);
      return (
        blockOf(resource).length === 1 &&
        way.length === resource.modulePath.length &&
        way.every(({ withinRoot, repetition }) => withinRoot && repetition.kind === "single")
      );
    },
    callBlock: ({ range }) => callBlocks.get(rangeKey(range)) ?? [],
    below: (call) => managed.filter(({ modulePath }) => isBelow(modulePath, call.path)),
    instancesAt: (place) => instances.get(rangeKey(place)) ?? [],
    isOwn: (file) => !fetched.has(path.posix.dirname(file)),
    isUnresolvedBelow: (call) => unresolvedModules.some((unresolved) => isBelow(unresolved.path, call.path)),
  };
});

function nameKey(modulePath: readonly string[], name: string): string {
  return [...modulePath, name].join("/");
}

/** `module.squads.module.leads`. */
export function callName({ path: names }: Pick<ModuleCall, "path">): string {
  return names.map((name) => `module.${name}`).join(".");
}

/** The invites that are about to go. */
export interface Going {
  /** Whether it is one of them. */
  has(address: Address): boolean;
  /** Whether everything that resources declare goes, as far as that can be known for certain. */
  all(resources: readonly ConfiguredResource[]): boolean;
}

export function goingOf(
  entries: readonly Pick<InviteEntry, "address">[],
  { givenOtherwise }: Pick<Inventory, "givenOtherwise">,
): Going {
  const names = new Set(entries.map(({ address }) => nameOf(address)));
  const has = (address: Address) => names.has(nameOf(address));
  const isWhole = (resource: ConfiguredResource) =>
    resource.complete && !givenOtherwise.has(resource) && resource.instances.every(({ address }) => has(address));
  return { has, all: (resources) => resources.every(isWhole) };
}

/** The same addresses are asked about for every invite. */
const nameOf = memoize(formatAddress);

/**
 * Whether the block itself is what has to be deleted. In a called module that is so only where no other call reaches
 * it, and where the block, rather than what the call passes, says who is invited.
 */
export function isBlockDeleted(resource: ConfiguredResource, goes: Going, declarations: Declarations): boolean {
  if (!declarations.isReachedOnce(resource) || !goes.all([resource])) return false;
  return resource.modulePath.length === 0 || !isGivenByCall(resource);
}

/** Whether a variable of its module decides whom the block invites. */
function isGivenByCall({ block }: ConfiguredResource): boolean {
  return ["for_each", "count", "email"].some((name) => {
    const value = block.body.attribute(name)?.value;
    return value !== undefined && mentions(value, ["var"]);
  });
}
