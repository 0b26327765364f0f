import { compareText } from "../../base/compare-text.js";
import { groupBy } from "../../base/group-by.js";
import { compareKeys } from "../addresses/address.js";
import { sameObjects } from "./compare-states.js";
import {
  objectId,
  objectsByAddress,
  type StoredObject,
  type StoredState,
  writeResource,
  writeStoredState,
} from "./stored-state.js";

/** What the current state has at the addresses of instances that are to be restored. */
export interface Vacancy {
  /** Addresses without an object. */
  readonly free: readonly string[];
  /** Addresses with exactly the same objects. */
  readonly back: readonly string[];
  /** Addresses with other objects. */
  readonly taken: readonly string[];
  /** Addresses whose resource now has another provider configuration. */
  readonly elsewhere: readonly string[];
  /** Addresses whose object is now at another one, as `ADDRESS (now ADDRESS)`. */
  readonly moved: readonly string[];
  /** Addresses that the backup does not have. */
  readonly lost: readonly string[];
}

/** Checks whether instances of a backup can be restored into the current state. */
export function vacancyFor(names: readonly string[], backup: StoredState, current: StoredState): Vacancy {
  const [old, now] = [objectsByAddress(backup), objectsByAddress(current)];
  const providers = new Map(current.resources.map(({ place, provider }) => [place, provider]));
  const origins = new Map(backup.resources.flatMap((resource) => resource.objects.map(({ name }) => [name, resource])));
  const holders = holdersOf(current);
  const elsewhere = (name: string) =>
    (old.get(name) ?? [])
      .flatMap((object) => holders.get(objectId(object) ?? "") ?? [])
      .find((other) => other !== name);
  const whatIsAt = (name: string): keyof Vacancy => {
    const origin = origins.get(name);
    const there = now.get(name);
    if (origin === undefined) return "lost";
    if (there !== undefined) return sameObjects(old.get(name) ?? [], there) ? "back" : "taken";
    if (elsewhere(name) !== undefined) return "moved";
    return providers.has(origin.place) && providers.get(origin.place) !== origin.provider ? "elsewhere" : "free";
  };
  const found: Record<keyof Vacancy, string[]> = { free: [], back: [], taken: [], elsewhere: [], moved: [], lost: [] };
  for (const name of names) {
    const kind = whatIsAt(name);
    found[kind].push(kind === "moved" ? `${name} (now ${elsewhere(name)})` : name);
  }
  return found;
}

/** The addresses of managed objects by their ids. */
function holdersOf({ resources }: StoredState): ReadonlyMap<string, readonly string[]> {
  const managed = resources.flatMap(({ objects }) => objects).filter(({ address }) => address.mode === "managed");
  const holders = groupBy(managed, objectId);
  return new Map([...holders].map(([id, objects]) => [id, objects.map(({ name }) => name)]));
}

/**
 * The state with instances of a backup restored, byte for byte, at the places where Terraform would write them. It has
 * the next serial, so that the backend rejects a push if another run has written in between.
 */
export function withRestored(names: ReadonlySet<string>, backup: StoredState, current: StoredState): Buffer {
  const resources = current.resources.map(({ place, json }) => ({ place, json }));
  for (const old of backup.resources) {
    const back = old.objects.filter(({ name }) => names.has(name));
    if (back.length === 0) continue;
    const there = current.resources.find(({ place }) => place === old.place);
    const objects = [...(there?.objects ?? []), ...back].toSorted(compareObjects).map(({ json }) => json);
    const at = resources.findIndex(({ place }) => (there === undefined ? place > old.place : place === old.place));
    const restored = { place: old.place, json: writeResource(there ?? old, objects) };
    resources.splice(at === -1 ? resources.length : at, there === undefined ? 0 : 1, restored);
  }
  return writeStoredState(current, { serial: current.serial + 1, resources: resources.map(({ json }) => json) });
}

/** Terraform's order: by key, a current object before deposed ones. */
function compareObjects(a: StoredObject, b: StoredObject): number {
  return compareKeys(a.address.key, b.address.key) || compareText(a.deposed ?? "", b.deposed ?? "");
}
