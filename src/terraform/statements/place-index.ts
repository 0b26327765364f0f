import type { InstanceKey } from "../addresses/address.js";

/** Stands for every instance key. */
export const ANY = Symbol("any key");

/** A module, a resource or an instance: names, each with its key where it is one of several. */
export interface Place {
  /** What is named, without any keys. */
  readonly names: string;
  /** A key for each name; `ANY` selects all of them. */
  readonly keys: readonly (InstanceKey | typeof ANY)[];
}

/** Items whose places have the same names, and `ANY` at the same of them. */
interface Group<Item> {
  readonly items: Map<Item, Place>;
  /** By the positions whose keys are compared: the items by what those keys are. */
  readonly byKeys: Map<string, Map<string, Set<Item>>>;
}

/** Finds items by where they are, however many there are: nothing is compared with everything. */
export class PlaceIndex<Item> {
  /** By names, then by which keys are `ANY`. */
  readonly #groups = new Map<string, Map<string, Group<Item>>>();

  /** An item is at one place of the same names only. */
  add(place: Place, item: Item): void {
    const { names, keys } = place;
    const mask = keys.map((key) => (key === ANY ? "*" : ".")).join("");
    const groups = this.#groups.get(names) ?? new Map<string, Group<Item>>();
    const group = groups.get(mask) ?? { items: new Map(), byKeys: new Map() };
    group.items.set(item, place);
    for (const [positions, items] of group.byKeys) put(items, tokenOf(keys, positions), item);
    groups.set(mask, group);
    this.#groups.set(names, groups);
  }

  delete(place: Place, item: Item): void {
    const mask = place.keys.map((key) => (key === ANY ? "*" : ".")).join("");
    const group = this.#groups.get(place.names)?.get(mask);
    if (group?.items.delete(item) !== true) return;
    for (const [positions, items] of group.byKeys) {
      const token = tokenOf(place.keys, positions);
      const found = items.get(token);
      found?.delete(item);
      if (found?.size === 0) items.delete(token);
    }
  }

  /** The items at the same place, as far as neither has `ANY` there. */
  find({ names, keys }: Place): Item[] {
    return [...(this.#groups.get(names) ?? [])].flatMap(([mask, group]) => {
      const positions = keys.map((key, at) => (key === ANY || mask[at] === "*" ? "*" : ".")).join("");
      return [...(itemsOf(group, positions).get(tokenOf(keys, positions)) ?? [])];
    });
  }
}

function itemsOf<Item>({ items, byKeys }: Group<Item>, positions: string): Map<string, Set<Item>> {
  const known = byKeys.get(positions);
  if (known !== undefined) return known;
  const made = new Map<string, Set<Item>>();
  for (const [item, { keys }] of items) put(made, tokenOf(keys, positions), item);
  byKeys.set(positions, made);
  return made;
}

function put<Item>(items: Map<string, Set<Item>>, token: string, item: Item): void {
  const known = items.get(token);
  if (known === undefined) items.set(token, new Set([item]));
  else known.add(item);
}

function tokenOf(keys: Place["keys"], positions: string): string {
  return JSON.stringify(
    keys.filter((_, at) => positions[at] === "."),
    (_, value: unknown) => value ?? null,
  );
}
