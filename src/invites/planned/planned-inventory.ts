import { type Address, compareAddresses, formatAddress, formatModulePath } from "../../terraform/addresses/address.js";
import type { Configuration } from "../../terraform/configuration/configuration.js";
import { lockedVersionOf } from "../../terraform/configuration/provider-requirements.js";
import type { Plan, PlanResource, ResourceChange } from "../../terraform/plan/plan.js";
import type { State } from "../../terraform/state/state.js";
import { stringOf } from "../attributes.js";
import { type Inventory, type InviteEntry, isInviteType } from "../inventory.js";
import { identifyProvider } from "../providers/identify.js";
import { isMarked } from "./marks.js";

/** An inventory as a plan knows it. */
export interface PlannedInventory {
  readonly inventory: Inventory;
  /** Invites that the configuration declares and the plan does not speak of: it was made from another configuration, or for a part of it. */
  readonly notPlanned: readonly InviteEntry[];
}

/**
 * The invites that a plan speaks of: it lists each one that it leaves as it is, too, and knows what is declared where
 * the configuration was not there to be read. `state` is a raw one, which tells the provider configuration of each.
 */
export function inventoryOfPlan(inventory: Inventory, plan: Plan, state?: State): PlannedInventory {
  const changes = new Map<string, ResourceChange>();
  const deposedOnly = new Set<string>();
  for (const change of plan.changes) {
    const { address, deposed } = change;
    if (address.mode !== "managed" || !isInviteType(address.type)) continue;
    const name = formatAddress(address);
    if (deposed === undefined) changes.set(name, change);
    else deposedOnly.add(name);
  }
  const { configuration } = inventory;
  const entries: InviteEntry[] = [];
  const notPlanned: InviteEntry[] = [];
  for (const entry of inventory.entries) {
    const change = changes.get(entry.name);
    changes.delete(entry.name);
    if (change !== undefined) {
      const provider = entry.resource === undefined ? providerOf(change, plan, configuration) : {};
      entries.push({
        ...(isSecret("role", change) ? withoutRole(entry) : entry),
        ...provider,
        ...secrecyOf(change),
        ...storageOf(change),
        // Variables of the plan may not be known here; it knows what it found no longer declared.
        inConfig: (entry.inConfig === true && !isNoLongerDeclared(change)) || staysDeclared(change),
      });
    } else if (entry.inState || deposedOnly.has(entry.name)) entries.push(entry);
    else notPlanned.push(entry);
  }
  for (const [name, change] of changes) entries.push(entryOf(name, change, plan, configuration));
  entries.sort((a, b) => compareAddresses(a.address, b.address));
  return {
    inventory: { ...inventory, entries: entries.map((entry) => withConfigurations(entry, plan, state)) },
    notPlanned,
  };
}

/**
 * Names the provider configuration of what no file here declares. Of what the plan's own configuration does not declare
 * either, a plan only tells the provider, and a raw state by which configuration of it.
 */
function withConfigurations(entry: InviteEntry, plan: Plan, state: State | undefined): InviteEntry {
  const { resource, providerSource: source, address, storedAs = address } = entry;
  if (resource !== undefined || source === undefined) return entry;
  const name = formatAddress(storedAs);
  const key = configuredIn(plan, address)?.providerKey;
  const stored = state?.instances.find((instance) => formatAddress(instance.address) === name)?.provider;
  const possible = plan.configuration.providers.filter((one) => {
    if (key !== undefined) return one.key === key;
    return one.fullName === source && (state?.format !== "v4" || stored === undefined || one.alias === stored.alias);
  });
  const names = new Set(
    possible.flatMap((one) => (one.name === undefined ? [] : [configurationOf(one.name, one.alias)])),
  );
  return names.size === 0 ? entry : { ...entry, possibleConfigurations: [...names] };
}

function configurationOf(source: string | undefined, alias: string | undefined): string {
  return [source, alias].filter(Boolean).join(".");
}

/** The block behind an address, where the configuration of the plan has one. */
function configuredIn({ configuration: { resources } }: Plan, address: Address): PlanResource | undefined {
  const path = address.module.map(({ name }) => name).join(".");
  return resources.find(
    ({ module, mode, type, name }) =>
      mode === "managed" && type === address.type && name === address.name && module.join(".") === path,
  );
}

/** An invite that only the plan knows: it is about to be sent, by a configuration that could not be read. */
function entryOf(name: string, change: ResourceChange, plan: Plan, configuration: Configuration): InviteEntry {
  const { address, before, after } = change;
  const email = stringOf(after?.["email"]) ?? stringOf(before?.["email"]);
  const role = stringOf(after?.["role"]) ?? stringOf(before?.["role"]);
  return {
    directory: configuration.directory,
    address,
    name,
    modulePath: formatModulePath(address.module),
    ...(email !== undefined && { email }),
    ...(role !== undefined && !isSecret("role", change) && { role }),
    ...secrecyOf(change),
    ...providerOf(change, plan, configuration),
    objects: [],
    tainted: false,
    inState: false,
    inConfig: staysDeclared(change),
  };
}

/** Terraform marks what comes from a sensitive value, and so must be shown nowhere. */
function secrecyOf(change: ResourceChange): Pick<InviteEntry, "emailIsSecret"> {
  return isSecret("email", change) ? { emailIsSecret: true } : {};
}

function isSecret(attribute: string, { beforeSensitive, afterSensitive }: ResourceChange): boolean {
  return isMarked(beforeSensitive, attribute) || isMarked(afterSensitive, attribute);
}

function withoutRole({ role: _, ...entry }: InviteEntry): InviteEntry {
  return entry;
}

/** A plan's prior state has moves and imports done; the state that commands work on has neither. */
function storageOf({ previousAddress, importing }: ResourceChange): Pick<InviteEntry, "storedAs" | "importing"> {
  return {
    ...(previousAddress !== undefined && { storedAs: previousAddress }),
    ...(importing !== undefined && { importing: true }),
  };
}

/** Whether the configuration that the plan was made from declares it. */
function staysDeclared({ operation: { kind } }: ResourceChange): boolean {
  return kind !== "delete" && kind !== "forget";
}

/** Whether the plan gives as its reason that the configuration declares it no more; `terraform destroy` gives none. */
function isNoLongerDeclared({ operation: { kind }, reason = "" }: ResourceChange): boolean {
  return (kind === "delete" || kind === "forget") && reason.startsWith("delete_because_");
}

/** The provider as a plan tells of it, which knows what is asked for; the version is in the lock file beside it. */
function providerOf(
  { address, provider }: ResourceChange,
  plan: Plan,
  { lockedVersions }: Configuration,
): Pick<InviteEntry, "provider" | "providerSource" | "providerConfiguration"> {
  const { providers } = plan.configuration;
  const key = configuredIn(plan, address)?.providerKey;
  const configured = providers.find((one) => (key === undefined ? one.fullName === provider?.source : one.key === key));
  const lockedVersion =
    (provider === undefined ? undefined : lockedVersionOf(provider.source, lockedVersions)) ??
    onlyVersion(configured?.versionConstraint);
  return {
    provider: identifyProvider({
      resourceType: address.type,
      ...(provider !== undefined && { source: provider.source }),
      ...(configured?.versionConstraint !== undefined && { constraints: [configured.versionConstraint] }),
      ...(lockedVersion !== undefined && { lockedVersion }),
    }),
    providerConfiguration: configurationOf(provider?.source, configured?.alias),
    ...(provider !== undefined && { providerSource: provider.source }),
  };
}

/** The version where the constraint allows a single one. */
function onlyVersion(constraint: string | undefined): string | undefined {
  return /^\s*=?\s*(\d+\.\d+\.\d+(?:-[\w.]+)?)\s*$/.exec(constraint ?? "")?.[1];
}
