import { sameObject } from "./compare-states.js";
import {
  objectsByAddress,
  type ResourcePlace,
  type StoredObject,
  type StoredResource,
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
  const old = objectsByAddress(backup);
  const now = objectsByAddress(current);
  const providers = new Map(current.resources.map(({ place, provider }) => [placeText(place), provider]));
  const found = { free: [], back: [], taken: [], elsewhere: [], lost: [] } as Record<keyof Vacancy, string[]>;
  const oldResources = resourceOfAddress(backup);
  for (const name of names) {
    const objects = old.get(name);
    const resource = oldResources.get(name);
    const there = now.get(name);
    if (objects === undefined || resource === undefined) found.lost.push(name);
    else if (there !== undefined) found[sameAll(objects, there) ? "back" : "taken"].push(name);
    else {
      const key = placeText(resource.place);
      const provider = providers.get(key);
      found[providers.has(key) && provider !== resource.provider ? "elsewhere" : "free"].push(name);
    }
  }
  return found;
}

/**
 * The state with instances of a backup put back, byte for byte as they were, at the places where Terraform would write
 * them. Its serial is the next one, so that a push is refused where somebody else has written in between.
 */
export function withRestored(names: ReadonlySet<string>, backup: StoredState, current: StoredState): Buffer {
  const resources = current.resources.map((resource) => ({ place: resource.place, json: resource.json }));
  for (const old of backup.resources) {
    const back = old.objects.filter(({ name }) => names.has(name));
    if (back.length === 0) continue;
    const index = current.resources.findIndex(({ place }) => comparePlaces(place, old.place) === 0);
    const there = current.resources[index];
    if (there === undefined) {
      const json = writeResource(
        old,
        back.map(({ json }) => json),
      );
      const before = resources.findIndex(({ place }) => comparePlaces(place, old.place) > 0);
      resources.splice(before === -1 ? resources.length : before, 0, { place: old.place, json });
      continue;
    }
    const at = resources.findIndex(({ place }) => comparePlaces(place, old.place) === 0);
    resources[at] = { place: old.place, json: writeResource(there, inOrder([...there.objects, ...back])) };
  }
  return writeStoredState(current, { serial: current.serial + 1, resources: resources.map(({ json }) => json) });
}

function inOrder(objects: readonly StoredObject[]): Buffer[] {
  return objects.toSorted(compareObjects).map(({ json }) => json);
}

/** Terraform's order: by key, numbers before texts, a current object before deposed ones. */
function compareObjects(a: StoredObject, b: StoredObject): number {
  const [left, right] = [a.address.key, b.address.key];
  const rank = (key: typeof left) => (key === undefined ? 0 : typeof key === "number" ? 1 : 2);
  if (typeof left === "number" && typeof right === "number" && left !== right) return left - right;
  return (
    rank(left) - rank(right) ||
    compareTexts(String(left), String(right)) ||
    compareTexts(a.deposed ?? "", b.deposed ?? "")
  );
}

/** https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go (sortResourcesV4) */
function comparePlaces(a: ResourcePlace, b: ResourcePlace): number {
  return (
    compareTexts(a.module, b.module) ||
    compareTexts(a.mode, b.mode) ||
    compareTexts(a.type, b.type) ||
    compareTexts(a.name, b.name)
  );
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function placeText({ module, mode, type, name }: ResourcePlace): string {
  return [module, mode, type, name].join("\0");
}

function sameAll(a: readonly StoredObject[], b: readonly StoredObject[]): boolean {
  return (
    a.length === b.length &&
    a.every((one) => b.some((other) => other.deposed === one.deposed && sameObject(one, other)))
  );
}

function resourceOfAddress(state: StoredState): Map<string, StoredResource> {
  return new Map(state.resources.flatMap((resource) => resource.objects.map(({ name }) => [name, resource] as const)));
}
