import path from "node:path";
import { formatInstanceKey } from "../../terraform/address.js";
import type { Configuration, ConfiguredResource } from "../../terraform/configuration/configuration.js";
import { configuredAt, type Inventory, type InviteEntry, resourceName } from "../inventory.js";
import { moduleResource } from "../references.js";
import type { ConfigurationStep, Dependent } from "./remedy.js";

/** What must change in the configuration so that these invites of a root module are no longer declared. */
export function configurationSteps(going: readonly InviteEntry[], inventory: Inventory): ConfigurationStep[] {
  const steps: ConfigurationStep[] = [];
  for (const [block, entries] of groupByBlock(going)) {
    const declared = inventory.entries.filter(
      (entry) => blockKey(entry.resource) === block && entry.inConfig !== false,
    );
    const complete = inventory.configuration.resources.every(
      (resource) => blockKey(resource) !== block || resource.complete,
    );
    steps.push(...stepsOfBlock(entries, declared, complete));
  }
  return steps.sort(inReadingOrder);
}

function inReadingOrder(a: ConfigurationStep, b: ConfigurationStep): number {
  if (a.range.file !== b.range.file) return a.range.file < b.range.file ? -1 : 1;
  return a.range.start.offset - b.range.start.offset;
}

function stepsOfBlock(
  going: readonly InviteEntry[],
  declared: readonly InviteEntry[],
  complete: boolean,
): ConfigurationStep[] {
  const [first] = going;
  const range = first && configuredAt(first);
  if (first?.resource === undefined || range === undefined) return [];
  const { repetition } = first.resource;
  const resource = moduleResource(first.resource);
  const names = new Set(going.map((entry) => entry.name));
  const staying = declared.filter((entry) => !names.has(entry.name));
  if (complete && staying.length === 0) return [{ kind: "delete-block", resource, range }];
  if (repetition.kind === "count") return countSteps(resource, going, staying, repetition.range, complete);
  return keySteps(resource, going, range);
}

/** Keys of one collection are dropped together; a key whose place is not known is named with the block. */
function keySteps(
  resource: string,
  going: readonly InviteEntry[],
  blockRange: ConfigurationStep["range"],
): ConfigurationStep[] {
  const collections = new Map<string, { keys: string[]; via?: string; range: ConfigurationStep["range"] }>();
  const lost: string[] = [];
  for (const { declared, name } of going) {
    const key = repetitionKey(declared?.address.key, declared?.address.module.at(-1)?.key);
    if (declared?.keySource === undefined || key === undefined) {
      lost.push(name);
      continue;
    }
    const at = `${declared.keySource.file}\0${declared.keyVia ?? ""}`;
    const known = collections.get(at);
    if (known === undefined) {
      // A variable of a child module is no name for a place in the module that calls it.
      const sameModule = path.posix.dirname(declared.keySource.file) === path.posix.dirname(blockRange.file);
      collections.set(at, {
        keys: [key],
        range: declared.keySource,
        ...(sameModule && declared.keyVia !== undefined && { via: declared.keyVia }),
      });
    } else if (!known.keys.includes(key)) {
      known.keys.push(key);
    }
  }
  const drops = [...collections.values()].map(
    (collection): ConfigurationStep => ({ kind: "drop-keys", resource, ...collection }),
  );
  return lost.length === 0 ? drops : [...drops, { kind: "find-key", resource, names: lost, range: blockRange }];
}

function countSteps(
  resource: string,
  going: readonly InviteEntry[],
  staying: readonly InviteEntry[],
  range: ConfigurationStep["range"],
  complete: boolean,
): ConfigurationStep[] {
  const indexes = going.flatMap((entry) => (typeof entry.address.key === "number" ? [entry.address.key] : []));
  const kept = staying.flatMap((entry) => (typeof entry.address.key === "number" ? [entry.address.key] : []));
  const lowest = Math.min(...indexes);
  if (complete && kept.every((index) => index < lowest)) return [{ kind: "lower-count", resource, to: lowest, range }];
  return [{ kind: "rework-count", resource, indexes, range }];
}

function repetitionKey(own: string | number | undefined, ofModule: string | number | undefined): string | undefined {
  const key = own ?? ofModule;
  return key === undefined ? undefined : formatInstanceKey(key).slice(1, -1);
}

function groupByBlock(entries: readonly InviteEntry[]): Map<string, InviteEntry[]> {
  const groups = new Map<string, InviteEntry[]>();
  for (const entry of entries) {
    const key = blockKey(entry.resource);
    // What the configuration is known not to declare needs no change there.
    if (key === undefined || entry.inConfig === false) continue;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}

/** A block is shared by every module instance that reaches it, and so is the decision to delete it. */
function blockKey(resource: ConfiguredResource | undefined): string | undefined {
  const range = resource?.block.headerRange;
  return range === undefined ? undefined : `${range.file}:${range.start.offset}`;
}

/** Who reads the invites that go, so that nothing is left pointing at nothing. */
export function dependentsOf(going: readonly InviteEntry[], configuration: Configuration): Dependent[] {
  const dependents: Dependent[] = [];
  for (const reference of configuration.references) {
    const read = going.find(
      (entry) =>
        reference.target.mode === "managed" &&
        entry.address.type === reference.target.type &&
        entry.address.name === reference.target.name &&
        (reference.target.key === undefined || reference.target.key === entry.address.key) &&
        samePath(entry, reference.modulePath),
    );
    if (read !== undefined)
      dependents.push({ from: reference.from, range: reference.range, target: resourceName(read) });
  }
  return dependents;
}

function samePath(entry: InviteEntry, path: readonly string[]): boolean {
  return (
    entry.address.module.length === path.length &&
    path.every((name, index) => entry.address.module[index]?.name === name)
  );
}
