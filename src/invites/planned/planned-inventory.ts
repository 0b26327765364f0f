import { defined } from "../../base/defined.js";
import { groupBy } from "../../base/group-by.js";
import { compareAddresses, formatAddress, formatModulePath } from "../../terraform/addresses/address.js";
import type { Configuration } from "../../terraform/configuration/configuration.js";
import { SENSITIVE } from "../../terraform/configuration/evaluation/marks.js";
import { lockedVersionOf } from "../../terraform/configuration/provider-requirements.js";
import type { Plan, ResourceChange } from "../../terraform/plan/plan.js";
import type { State } from "../../terraform/state/state.js";
import {
  currentFirst,
  type Inventory,
  type InviteEntry,
  inviteObject,
  isManagedInvite,
  stringOf,
} from "../inventory.js";
import {
  type Configured,
  configurationsOf,
  type InviteConfiguration,
  inviteConfiguration,
  storedConfiguration,
} from "../provider-configurations.js";
import { identifyProvider } from "../providers/identify.js";
import { configuredIn, isMarked } from "./cause.js";

/**
 * The invites that a plan speaks of: it lists each one that it leaves as it is, too, and knows what is declared where
 * the configuration was not there to be read. `state` is a raw one, which tells the provider configuration of each.
 * `notPlanned` are invites that the configuration declares and the plan does not speak of: it was made from another
 * configuration, or for a part of it.
 */
export function inventoryOfPlan(inventory: Inventory, plan: Plan, state?: State) {
  const ofInvites = plan.changes.filter(({ address }) => isManagedInvite(address));
  const byName = groupBy(ofInvites, ({ address }) => formatAddress(address));
  const changes = new Map(
    ofInvites.flatMap((change) =>
      change.deposed === undefined ? [[formatAddress(change.address), change] as const] : [],
    ),
  );
  const { configuration } = inventory;
  const entries: InviteEntry[] = [];
  const notPlanned: InviteEntry[] = [];
  for (const entry of inventory.entries) {
    const name = trueName(entry);
    const change = changes.get(name);
    changes.delete(name);
    if (change !== undefined) {
      const provider = entry.resource === undefined ? providerOf(change, plan, configuration) : {};
      entries.push({
        ...withShownKey(isSecret("role", change) ? withoutRole(entry) : entry, change),
        ...provider,
        ...secrecyOf(change),
        // A plan's prior state has moves and imports done; the state that commands work on has neither.
        ...defined({ storedAs: change.previousAddress, importing: change.importing && (true as const) }),
        // Variables of the plan may not be known here; it knows what it found no longer declared.
        inConfig: (entry.inConfig === true && !isNoLongerDeclared(change)) || staysDeclared(change),
      });
    } else if (entry.inState || byName.has(name)) {
      // A plan with targets or of -refresh-only leaves it out, and is no evidence that nothing declares it.
      const mayBeDeclared = configuration.files.length === 0 || configuredIn(plan, entry.address) !== undefined;
      entries.push(entry.inConfig === false && mayBeDeclared ? { ...entry, inConfig: null } : entry);
    }
    // Of a block with unknown instances the plan lists what it declares.
    else if (entry.unknownInstances === undefined) notPlanned.push(entry);
  }
  for (const [name, change] of changes) entries.push(entryOf(name, change, plan, configuration));
  entries.sort((a, b) => compareAddresses(a.address, b.address));
  return {
    inventory: {
      ...inventory,
      entries: entries.map((entry) => {
        const known = withObjects(entry, byName.get(entry.name) ?? []);
        return { ...known, ...configurationOf(known, plan, configuration, state) };
      }),
    },
    notPlanned,
  };
}

/** Policy tools trim the prior state; a change says itself what it changes, and what neither tells stays unknown. */
function withObjects(entry: InviteEntry, changes: readonly ResourceChange[]): InviteEntry {
  if (entry.objects.length > 0) return entry;
  const objects = changes
    .filter(({ before, operation: { kind } }) => before !== undefined || kind !== "create")
    .map(({ before = {}, deposed }) => inviteObject({ attributes: before, deposed }))
    .toSorted(currentFirst);
  return objects.length === 0 ? entry : { ...entry, objects, inState: entry.importing !== true };
}

/**
 * The provider configuration of an invite. A raw state tells which one it was sent by; a plan tells that of what it
 * declares, and of what it does not, only the provider.
 */
function configurationOf(
  entry: InviteEntry,
  plan: Plan,
  configuration: Configuration,
  state: State | undefined,
): InviteConfiguration {
  const name = formatAddress(entry.storedAs ?? entry.address);
  const stored = state?.instances.find(({ address }) => formatAddress(address) === name)?.provider;
  if (state?.format === "v4" && stored !== undefined) {
    const same = plan.configuration.providers.find(
      (one) => one.fullName === stored.source && one.alias === stored.alias,
    );
    return inviteConfiguration([{ ...storedConfiguration(stored), local: same?.name }], entry.name, configuration);
  }
  if (entry.resource !== undefined) return entry;
  const key = configuredIn(plan, entry.address)?.providerKey;
  const planned = plan.configuration.providers
    .filter((one) => (key === undefined ? one.fullName === entry.providerSource : one.key === key))
    .map(({ name: local, alias, fullName: source }): Configured => {
      // OpenTofu does not write down whether it has instances, nor which one a resource has.
      const hasKey = alias !== undefined && source?.startsWith("registry.opentofu.org/") === true;
      return { source, local, alias, ...(hasKey && { key: null }) };
    });
  const possible = planned.length === 0 ? configurationsOf(entry.providerSource, configuration) : planned;
  return inviteConfiguration(possible, entry.name, configuration);
}

/** An invite that only the plan knows: it is about to be sent, by a configuration that could not be read. */
function entryOf(name: string, change: ResourceChange, plan: Plan, configuration: Configuration): InviteEntry {
  const { address, before, after } = change;
  const known = (attribute: string) => stringOf(after?.[attribute]) ?? stringOf(before?.[attribute]);
  return {
    directory: configuration.directory,
    address,
    name,
    modulePath: formatModulePath(address.module),
    ...defined({ email: known("email"), role: isSecret("role", change) ? undefined : known("role") }),
    ...secrecyOf(change),
    ...providerOf(change, plan, configuration),
    providerConfiguration: name,
    configurationNames: [],
    objects: [],
    tainted: false,
    inState: false,
    inConfig: staysDeclared(change),
  };
}

/** Terraform marks what comes from a sensitive value, which must not be shown. */
function secrecyOf(change: ResourceChange): Pick<InviteEntry, "hiddenEmail" | "hiddenRole"> {
  return {
    ...(isSecret("email", change) && { hiddenEmail: SENSITIVE }),
    ...(isSecret("role", change) && { hiddenRole: SENSITIVE }),
  };
}

/** The address with the keys that it has, whether or not they may be shown. */
function trueName({ isKeyHidden, declared, name }: InviteEntry): string {
  return isKeyHidden && declared ? formatAddress(declared.address) : name;
}

function isSecret(attribute: string, { beforeSensitive, afterSensitive }: ResourceChange): boolean {
  return isMarked(beforeSensitive, attribute) || isMarked(afterSensitive, attribute);
}

function withoutRole({ role: _, ...entry }: InviteEntry): InviteEntry {
  return entry;
}

/** What the plan names, Terraform shows. */
function withShownKey(entry: InviteEntry, { address }: ResourceChange): InviteEntry {
  if (entry.isKeyHidden !== true) return entry;
  const { isKeyHidden: _, ...rest } = entry;
  return { ...rest, address, name: formatAddress(address) };
}

/** Whether the configuration that the plan was made from declares it. */
function staysDeclared({ operation: { kind } }: ResourceChange): boolean {
  return kind !== "delete" && kind !== "forget";
}

/** Whether the plan gives as its reason that the configuration no longer declares it; `terraform destroy` gives none. */
function isNoLongerDeclared(change: ResourceChange): boolean {
  return !staysDeclared(change) && change.reason?.startsWith("delete_because_") === true;
}

/** The provider by the plan, which knows the constraint; the version is in the lock file beside it. */
function providerOf(
  { address, provider }: ResourceChange,
  plan: Plan,
  { lockedVersions }: Configuration,
): Pick<InviteEntry, "provider" | "providerSource"> {
  const { providers } = plan.configuration;
  const source = provider?.source;
  const key = configuredIn(plan, address)?.providerKey;
  const configured = providers.find((one) => (key === undefined ? one.fullName === source : one.key === key));
  const constraint = configured?.versionConstraint;
  const lockedVersion =
    (source === undefined ? undefined : lockedVersionOf(source, lockedVersions)) ?? onlyVersion(constraint);
  return {
    provider: identifyProvider({
      resourceType: address.type,
      ...defined({ source, lockedVersion, constraints: constraint === undefined ? undefined : [constraint] }),
    }),
    ...defined({ providerSource: source }),
  };
}

/** The version where the constraint allows a single one. */
function onlyVersion(constraint: string | undefined): string | undefined {
  return /^\s*=?\s*(\d+\.\d+\.\d+(?:-[\w.]+)?)\s*$/.exec(constraint ?? "")?.[1];
}
