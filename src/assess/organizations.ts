import { groupBy } from "../base/group-by.js";
import type { Inventory, InviteEntry } from "../invites/inventory.js";
import type { KeyOwnership } from "../invites/look-up.js";
import {
  configurationsIn,
  type InviteConfiguration,
  isConfigurationKnown,
} from "../invites/provider-configurations.js";

/** The variable that holds the key where the settings name none. */
export const USUAL_KEY = "OPENAI_ADMIN_KEY";

/** In place of a variable, where the key may be any of several; no variable has this name. */
export const SEVERAL_KEYS = "";

/** For a root module as shown: provider configurations (`openai.eu`), each with the variable that holds its key. */
export type OrganizationsOf = (directory: string) => ReadonlyMap<string, string> | undefined;

/** Invites that are looked up with one key. */
export interface KeyGroup {
  /** The environment variable that holds the key, or `SEVERAL_KEYS`. */
  readonly keyVariable: string;
  /** Every inventory that has such invites, with those alone. */
  readonly inventories: readonly Inventory[];
  readonly ownership: ReadonlyMap<InviteEntry, KeyOwnership>;
}

/** Parts invites by the key of their organization, so that no key is ever asked about another one's. */
export function groupByKey(inventories: readonly Inventory[], organizationsOf: OrganizationsOf): KeyGroup[] {
  const parts = inventories.flatMap((inventory) => {
    const organizations = organizationsOf(inventory.directory) ?? new Map<string, string>();
    const ownershipOf = ownershipIn(inventory, organizations);
    return inventory.entries.map((entry) => ({
      inventory,
      entry,
      ownership: ownershipOf(entry),
      keyVariable: keyVariableOf(entry, organizations),
    }));
  });
  return [...groupBy(parts, ({ keyVariable }) => keyVariable)].map(([keyVariable, group]) => ({
    keyVariable,
    inventories: [...groupBy(group, ({ inventory }) => inventory)].map(([inventory, own]) => ({
      ...inventory,
      entries: own.map(({ entry }) => entry),
    })),
    ownership: new Map(group.map(({ entry, ownership }) => [entry, ownership])),
  }));
}

/** The same for every organization for which a root module has a provider configuration, also those without invites. */
export function groupEvery(inventories: readonly Inventory[], organizationsOf: OrganizationsOf): KeyGroup[] {
  const groups = groupByKey(inventories, organizationsOf);
  const inView = inventories.flatMap((inventory) => {
    const organizations = organizationsOf(inventory.directory) ?? new Map<string, string>();
    const configured = [...configurationsIn(inventory.configuration).values()];
    const keys = [...configured.map((one) => keyVariableOf(one, organizations)), ...organizations.values()];
    const isUsed = groups.some((group) => group.inventories.some(({ directory }) => directory === inventory.directory));
    // A root module that names none has the usual one.
    return [...(keys.length === 0 && !isUsed ? [USUAL_KEY] : keys)].map((keyVariable) => ({ keyVariable, inventory }));
  });
  const known = new Set(groups.map(({ keyVariable }) => keyVariable));
  const others = groupBy(
    inView.filter(({ keyVariable }) => !known.has(keyVariable)),
    ({ keyVariable }) => keyVariable,
  );
  const empty = [...others].map(([keyVariable, those]) => ({
    keyVariable,
    inventories: [...new Set(those.map(({ inventory }) => inventory))].map((one) => ({ ...one, entries: [] })),
    ownership: new Map<InviteEntry, KeyOwnership>(),
  }));
  return [...groups, ...empty];
}

/**
 * The variable for one invite: what the settings say about its provider configuration by name, else the usual one.
 * `SEVERAL_KEYS` where several may be its configuration and their keys differ: each is for its own organization alone.
 */
export function keyVariableOf(entry: InviteConfiguration, organizations: ReadonlyMap<string, string>): string {
  const keys = new Set(keysOf(entry, organizations).map((key) => key ?? USUAL_KEY));
  const [key = USUAL_KEY] = keys;
  return keys.size > 1 ? SEVERAL_KEYS : key;
}

/** What the settings say about each name; what they say about a configuration holds for its instances. */
function keysOf({ configurationNames }: InviteConfiguration, organizations: ReadonlyMap<string, string>) {
  return configurationNames.flatMap((name): readonly (string | undefined)[] => {
    const own = organizations.get(name);
    if (own !== undefined) return [own];
    const [whole = name] = name.split("[", 1);
    const ofInstances = [...organizations].filter(([other]) => name.endsWith("[*]") && other.startsWith(`${whole}[`));
    return [organizations.get(whole), ...ofInstances.map(([, variable]) => variable)];
  });
}

/** Tells whether a key is known to be that of an invite's organization, in one root module. */
function ownershipIn(inventory: Inventory, organizations: ReadonlyMap<string, string>) {
  const isNamed = (one: InviteConfiguration) => keysOf(one, organizations).every((key) => key !== undefined);
  const all = [...inventory.entries, ...configurationsIn(inventory.configuration).values()];
  const unnamed = new Set(all.filter((one) => !isNamed(one)).map(({ providerConfiguration }) => providerConfiguration));
  return (entry: InviteEntry): KeyOwnership => {
    if (isNamed(entry)) return "named";
    return unnamed.size > 1 || !isConfigurationKnown(entry) ? "shared" : "only";
  };
}
