import { groupBy } from "../base/group-by.js";
import type { Inventory, InviteEntry } from "../invites/inventory.js";

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
}

/** Parts invites by the key of their organization, so that no key is ever asked about another one's. */
export function groupByKey(inventories: readonly Inventory[], organizationsOf: OrganizationsOf): KeyGroup[] {
  const parts = inventories.flatMap((inventory) => {
    const organizations = organizationsOf(inventory.directory) ?? new Map<string, string>();
    const names = configurationNames(inventory);
    const byKey = groupBy(inventory.entries, (entry) => keyVariableOf(entry, names, organizations));
    return [...byKey].map(([keyVariable, entries]) => ({ keyVariable, inventory: { ...inventory, entries } }));
  });
  return [...groupBy(parts, ({ keyVariable }) => keyVariable)].map(([keyVariable, group]) => ({
    keyVariable,
    inventories: group.map(({ inventory }) => inventory),
  }));
}

/**
 * The variable for one invite: what the settings say of its provider configuration by name, else the usual one. `SEVERAL_KEYS`
 * where several may be its configuration and their keys differ: each is for its own organization alone.
 */
export function keyVariableOf(
  entry: InviteEntry,
  names: ReadonlyMap<string, string>,
  organizations: ReadonlyMap<string, string>,
): string {
  if (entry.possibleConfigurations !== undefined) {
    const keys = new Set(entry.possibleConfigurations.map((name) => organizations.get(name) ?? USUAL_KEY));
    const [key] = keys;
    return key !== undefined && keys.size === 1 ? key : SEVERAL_KEYS;
  }
  return organizations.get(configurationName(entry, names)) ?? USUAL_KEY;
}

/**
 * What the root module calls each provider configuration that an inventory knows by source and alias:
 * `registry.terraform.io/openai/openai.eu` is `openai.eu`, or `oai.eu` where `required_providers` names it so.
 */
export function configurationNames({ entries, configuration }: Inventory): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { provider } of configuration.providers) {
    const [, alias] = provider.configuration.split(".");
    if (provider.source !== undefined) names.set(joined(provider.source, alias), provider.configuration);
  }
  for (const { providerConfiguration, resource } of entries) {
    if (resource !== undefined && matches(resource.provider.configuration, providerConfiguration)) {
      names.set(providerConfiguration, resource.provider.configuration);
    }
  }
  return names;
}

function configurationName(
  { providerConfiguration, resource }: InviteEntry,
  names: ReadonlyMap<string, string>,
): string {
  const own = resource?.provider.configuration;
  // The state has the last word: a configuration that was changed since is not the one that sent the invite.
  if (own !== undefined && matches(own, providerConfiguration)) return own;
  return names.get(providerConfiguration) ?? lastPart(providerConfiguration);
}

/** Whether a name can stand for a configuration of that source and alias: the alias is the same. */
function matches(name: string, providerConfiguration: string): boolean {
  return name.split(".")[1] === aliasOf(providerConfiguration);
}

/** `openai.eu` of `registry.terraform.io/openai/openai.eu`. */
function lastPart(providerConfiguration: string): string {
  return providerConfiguration.slice(providerConfiguration.lastIndexOf("/") + 1);
}

function aliasOf(providerConfiguration: string): string | undefined {
  return lastPart(providerConfiguration).split(".")[1];
}

function joined(source: string, alias: string | undefined): string {
  return alias === undefined ? source : `${source}.${alias}`;
}
