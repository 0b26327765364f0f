import {
  type Address,
  compareAddresses,
  formatAddress,
  formatModulePath,
  formatResourceAddress,
} from "../terraform/addresses/address.js";
import type {
  Configuration,
  ConfiguredResource,
  DeclaredInstance,
  LockedVersions,
} from "../terraform/configuration/configuration.js";
import type { Value } from "../terraform/configuration/evaluation/value.js";
import { lockedVersionOf } from "../terraform/configuration/provider-requirements.js";
import type { SourceRange } from "../terraform/source-range.js";
import type { State, StateInstance } from "../terraform/state/state.js";
import { numberOf, stringOf } from "./attributes.js";
import { identifyProvider, type ProviderIdentity } from "./providers/identify.js";
import { INVITE_TYPES } from "./providers/registry.js";
import type { RecordedStatus } from "./status.js";

/** One object that the state keeps under an address: the current one, or one that a replacement deposed. */
export interface InviteObject {
  readonly id?: string;
  readonly email?: string;
  readonly deposed?: string;
  readonly recorded: RecordedStatus;
}

/** One invite: a resource instance of an invite type, in the state, in the configuration, or in both. */
export interface InviteEntry {
  /** The root module, as the user named it. */
  readonly directory: string;
  readonly address: Address;
  /** The address as Terraform prints it. */
  readonly name: string;
  /** `module.squads["core infra"]`; empty in the root module. */
  readonly modulePath: string;
  readonly email?: string;
  /** True where a plan marks the address as sensitive: it is looked up by, and never shown. */
  readonly emailIsSecret?: true;
  readonly role?: string;
  readonly provider: ProviderIdentity;
  readonly providerSource?: string;
  /** Which configuration of the provider it belongs to: each may be of another organization. */
  readonly providerConfiguration: string;
  /** What a plan calls the configurations that it may be (`openai.eu`): several, for what nothing declares any more. */
  readonly possibleConfigurations?: readonly string[];
  /** What the state holds under the address; empty for an invite that is configured only. */
  readonly objects: readonly InviteObject[];
  readonly tainted: boolean;
  readonly inState: boolean;
  /** Where the state has it until the plan is applied, which moves it here: what commands have to name. */
  readonly storedAs?: Address;
  /** True where a plan is about to import it: no state has it yet. */
  readonly importing?: true;
  /** Null where a block for it exists but its keys could not be worked out. */
  readonly inConfig: boolean | null;
  readonly resource?: ConfiguredResource;
  readonly declared?: DeclaredInstance;
}

/** Module calls that could not be followed and that invites in the state belong to. */
export function unresolvedModulesOf(inventory: Inventory): Configuration["unresolvedModules"] {
  return inventory.configuration.unresolvedModules.filter(({ path }) =>
    inventory.entries.some(({ address }) => path.every((name, index) => address.module[index]?.name === name)),
  );
}

/** Everything about the invites of one root module. */
export interface Inventory {
  readonly directory: string;
  readonly entries: readonly InviteEntry[];
  readonly configuration: Configuration;
  readonly state?: State;
  /** True where there is a state that was not read: an invite that is configured may well have been sent. */
  readonly stateUnread: boolean;
}

const WANTED: ReadonlySet<string> = new Set(INVITE_TYPES);

/** True for a resource type that stands for an invitation. */
export function isInviteType(type: string): boolean {
  return WANTED.has(type);
}

/** Joins state and configuration: every invite of a root module once, in the order `terraform state list` has. */
export function takeInventory(configuration: Configuration, state: State | undefined | "unread"): Inventory {
  const known = state === "unread" ? undefined : state;
  const directory = configuration.directory;
  const resources = configuration.resources.filter((resource) => resource.mode === "managed");
  const declared = new Map<string, { resource: ConfiguredResource; instance: DeclaredInstance }>();
  for (const resource of resources) {
    for (const instance of resource.instances) declared.set(formatAddress(instance.address), { resource, instance });
  }
  const entries: InviteEntry[] = [];
  for (const [name, instances] of groupByAddress(known)) {
    const here = declared.get(name);
    declared.delete(name);
    const { address } = instances[0];
    const resource = here?.resource ?? blockOf(resources, address);
    const inConfig = here !== undefined ? true : mayBeDeclared(configuration, address, resource) ? null : false;
    // Only a raw state has the provider's private data, by which some versions are told apart.
    const marks = known?.format === "v4" ? instances[0] : undefined;
    entries.push(entryOf(configuration, { name, address, inConfig }, instances, resource, here?.instance, marks));
  }
  for (const [name, { resource, instance }] of declared) {
    entries.push(entryOf(configuration, { name, address: instance.address, inConfig: true }, [], resource, instance));
  }
  entries.sort((a, b) => compareAddresses(a.address, b.address));
  return {
    directory,
    entries,
    configuration,
    stateUnread: state === "unread",
    ...(known !== undefined && { state: known }),
  };
}

/** Where the invite is configured: its block's header. */
export function configuredAt(entry: InviteEntry): SourceRange | undefined {
  return entry.resource?.block.headerRange;
}

/** The resource that the invite is an instance of, by address. */
export function resourceName(entry: InviteEntry): string {
  return formatResourceAddress(entry.address);
}

type NonEmpty<T> = readonly [T, ...T[]];

function groupByAddress(state: State | undefined): Map<string, NonEmpty<StateInstance>> {
  const groups = new Map<string, NonEmpty<StateInstance>>();
  for (const instance of state?.instances ?? []) {
    if (instance.address.mode !== "managed" || !isInviteType(instance.address.type)) continue;
    const name = formatAddress(instance.address);
    const known = groups.get(name);
    // The current object leads; deposed ones follow in the order of the state.
    if (known === undefined) groups.set(name, [instance]);
    else groups.set(name, instance.deposed === undefined ? [instance, ...known] : [...known, instance]);
  }
  return groups;
}

/** Whether something that could not be worked out, or was not there to be read, may declare an instance. */
function mayBeDeclared(
  configuration: Configuration,
  address: Address,
  resource: ConfiguredResource | undefined,
): boolean {
  if (resource !== undefined) return !resource.complete;
  return configuration.unresolvedModules.some(({ path }) =>
    path.every((name, index) => address.module[index]?.name === name),
  );
}

function blockOf(resources: readonly ConfiguredResource[], address: Address): ConfiguredResource | undefined {
  return resources.find(
    (resource) =>
      resource.type === address.type &&
      resource.name === address.name &&
      resource.modulePath.length === address.module.length &&
      resource.modulePath.every((step, index) => step === address.module[index]?.name),
  );
}

/** An entry from what is known of it: the state's objects, the declared instance, the block, or any of them. */
function entryOf(
  { directory, lockedVersions }: Configuration,
  found: { readonly name: string; readonly address: Address; readonly inConfig: boolean | null },
  instances: readonly StateInstance[],
  resource: ConfiguredResource | undefined,
  declared: DeclaredInstance | undefined,
  marks?: StateInstance,
): InviteEntry {
  const objects = instances.map(inviteObject);
  const [lead] = instances;
  const email = objects[0]?.email ?? argument(declared, "email");
  const role = stringOf(lead?.attributes["role"]) ?? argument(declared, "role");
  const source = lead?.provider?.source ?? resource?.provider.source;
  return {
    directory,
    ...found,
    modulePath: formatModulePath(found.address.module),
    ...(email !== undefined && { email }),
    ...(role !== undefined && { role }),
    provider: identify(found.address.type, source, resource, marks, lockedVersions),
    providerConfiguration: [source, lead?.provider?.alias ?? aliasOf(resource)].filter(Boolean).join("."),
    ...(source !== undefined && { providerSource: source }),
    objects,
    tainted: instances.some((instance) => instance.tainted),
    inState: instances.length > 0,
    ...(resource !== undefined && { resource }),
    ...(declared !== undefined && { declared }),
  };
}

function identify(
  resourceType: string,
  source: string | undefined,
  resource: ConfiguredResource | undefined,
  instance: StateInstance | undefined,
  locked: LockedVersions,
): ProviderIdentity {
  const required = resource?.provider;
  // What the configuration locks speaks of its own provider only; a state may still be of another.
  const sameSource = required !== undefined && (source === undefined || sameProvider(required.source, source));
  const lockedVersion =
    (sameSource ? required.lockedVersion : undefined) ??
    (source === undefined ? undefined : lockedVersionOf(source, locked));
  return identifyProvider({
    resourceType,
    ...(source !== undefined && { source }),
    ...(lockedVersion !== undefined && { lockedVersion }),
    ...(sameSource && { constraints: required.constraints }),
    ...(instance !== undefined && { object: instance }),
  });
}

function inviteObject(instance: StateInstance): InviteObject {
  const { attributes } = instance;
  const id = stringOf(attributes["invite_id"]) ?? stringOf(attributes["id"]);
  const email = stringOf(attributes["email"]);
  const status = stringOf(attributes["status"]);
  // isac322/openaiadmin keeps times as RFC 3339 text; they are not needed from there.
  const sentAt = numberOf(attributes["created_at"]) ?? numberOf(attributes["invited_at"]);
  const expiresAt = numberOf(attributes["expires_at"]);
  const acceptedAt = numberOf(attributes["accepted_at"]);
  return {
    ...(id !== undefined && { id }),
    ...(email !== undefined && { email }),
    ...(instance.deposed !== undefined && { deposed: instance.deposed }),
    recorded: {
      ...(status !== undefined && { status }),
      ...(sentAt !== undefined && { sentAt }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(acceptedAt !== undefined && { acceptedAt }),
    },
  };
}

/** The two registries list the same providers; a state may name one and the configuration the other. */
function sameProvider(a: string | undefined, b: string): boolean {
  const name = (source: string) => source.split("/").slice(-2).join("/");
  return a !== undefined && name(a) === name(b);
}

/** `eu` of the configuration `openai.eu`. */
function aliasOf(resource: ConfiguredResource | undefined): string | undefined {
  return resource?.provider.configuration.split(".")[1];
}

function argument(instance: DeclaredInstance | undefined, name: string): string | undefined {
  const value: Value | undefined = instance?.arguments.get(name);
  return value?.kind === "string" ? value.value : undefined;
}
