import { compareText } from "../../base/compare-text.js";
import { compareKeys } from "../addresses/address.js";
import { sameObjects } from "./compare-states.js";
import {
  objectsByAddress,
  type StoredObject,
  type StoredState,
  writeResource,
  writeStoredState,
} from "./stored-state.js";

/** What stands where instances are to be put back. */
export interface Vacancy {
  /** Addresses that nothing is at. */
  readonly free: readonly string[];
  /** Addresses that hold the very same objects. */
  readonly back: readonly string[];
  /** Addresses that hold something else by now. */
  readonly taken: readonly string[];
  /** Addresses whose resource is with another provider configuration by now. */
  readonly elsewhere: readonly string[];
  /** Addresses that the backup does not hold. */
  readonly lost: readonly string[];
}

/** Looks whether instances of a backup can be put back into the state as it is now. */
export function vacancyFor(names: readonly string[], backup: StoredState, current: StoredState): Vacancy {
  const [old, now] = [objectsByAddress(backup), objectsByAddress(current)];
  const providers = new Map(current.resources.map(({ place, provider }) => [place, provider]));
  const origins = new Map(backup.resources.flatMap((resource) => resource.objects.map(({ name }) => [name, resource])));
  const whatIsAt = (name: string): keyof Vacancy => {
    const origin = origins.get(name);
    const there = now.get(name);
    if (origin === undefined) return "lost";
    if (there !== undefined) return sameObjects(old.get(name) ?? [], there) ? "back" : "taken";
    return providers.has(origin.place) && providers.get(origin.place) !== origin.provider ? "elsewhere" : "free";
  };
  const found = { free: [], back: [], taken: [], elsewhere: [], lost: [] } as Record<keyof Vacancy, string[]>;
  for (const name of names) found[whatIsAt(name)].push(name);
  return found;
}

/**
 * The state with instances of a backup put back, byte for byte as they were, at the places where Terraform would write
 * them. Its serial is the next one, so that a push is refused where somebody else has written in between.
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
