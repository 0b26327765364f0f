import semver from "semver";
import { defined } from "../base/defined.js";
import { groupBy } from "../base/group-by.js";
import {
  type Address,
  compareAddresses,
  formatAddress,
  formatModulePath,
  formatResourceAddress,
  isBelow,
} from "../terraform/addresses/address.js";
import type { ProviderAddress } from "../terraform/addresses/provider-address.js";
import type {
  Configuration,
  ConfiguredResource,
  DeclaredInstance,
  LockedVersions,
  PlannedImport,
} from "../terraform/configuration/configuration.js";
import { shownText } from "../terraform/configuration/evaluation/marking.js";
import { SENSITIVE } from "../terraform/configuration/evaluation/marks.js";
import { lockedVersionOf } from "../terraform/configuration/provider-requirements.js";
import { destroySetting, forgetsRemoved, literalBoolean } from "../terraform/configuration/refactorings.js";
import { isConfigurationFile } from "../terraform/files/file-names.js";
import type { SourceRange } from "../terraform/source-range.js";
import type { State, StateInstance } from "../terraform/state/state.js";
import { type Join, type JoinedObject, joinStatements, resourceAt } from "../terraform/statements/join.js";
import {
  type Configured,
  configurationsOf,
  holderName,
  type InviteConfiguration,
  inviteConfiguration,
  isSameProvider,
  storedConfiguration,
} from "./provider-configurations.js";
import { identifyProvider, type ProviderFacts, type ProviderIdentity } from "./providers/identify.js";
import { INVITE_TYPES } from "./providers/registry.js";
import type { RecordedStatus } from "./status.js";

/** One object that the state keeps under an address: the current one, or one that a replacement deposed. */
export interface InviteObject {
  readonly id?: string;
  readonly email?: string;
  readonly deposed?: string;
  /** Its attributes that hold an id; providers differ in which one they read it by. */
  readonly idAttributes: readonly string[];
  readonly recorded: RecordedStatus;
}

/** What the next apply makes of an invite because of a statement that is not applied yet. */
export interface PendingStatement {
  readonly kind: "moved" | "forgotten" | "destroyed" | "imported";
  /** The first block that says so; absent where Terraform does it by itself, or the state has it so. */
  readonly range?: SourceRange;
}

/** One invite: a resource instance of an invite type, in the state, in the configuration, or in both. */
export interface InviteEntry extends InviteConfiguration {
  /** The root module, as the user named it. */
  readonly directory: string;
  readonly address: Address;
  /** The address as Terraform prints it. */
  readonly name: string;
  /** `module.squads["core infra"]`; empty in the root module. */
  readonly modulePath: string;
  readonly email?: string;
  /**
   * What stands for the email address where it must not be shown, since a plan, a state or the configuration marks it:
   * it is still looked up by.
   */
  readonly hiddenEmail?: string;
  readonly role?: string;
  /** What stands for the role where it must not be shown. */
  readonly hiddenRole?: string;
  /** True where `address` and `name` hold a stand-in for a key that must not be shown: nothing can be done by them. */
  readonly isKeyHidden?: true;
  readonly provider: ProviderIdentity;
  readonly providerSource?: string;
  /** What the state holds under the address; empty for an invite that is configured only. */
  readonly objects: readonly InviteObject[];
  readonly tainted: boolean;
  readonly inState: boolean;
  /** Where the state has it until the next apply, which moves it here: what commands have to name. */
  readonly storedAs?: Address;
  /** True where the next apply imports it: no state has it yet. */
  readonly importing?: true;
  /** What statements have decided about it. */
  readonly statement?: PendingStatement;
  /** Why it cannot be said which invites its block declares. The entry stands for those that are not listed. */
  readonly unknownInstances?: string;
  /** Null where a block for it exists but its keys could not be worked out, or follow from a default. */
  readonly inConfig: boolean | null;
  readonly resource?: ConfiguredResource;
  readonly declared?: DeclaredInstance;
}

/** Module calls that could not be followed and that invites in the state belong to. */
export function unresolvedModulesOf(inventory: Inventory): Configuration["unresolvedModules"] {
  return inventory.configuration.unresolvedModules.filter(({ path }) =>
    inventory.entries.some(({ address }) => isBelow(address.module, path)),
  );
}

/** Everything about the invites of one root module. */
export interface Inventory {
  readonly join: Join;
  readonly directory: string;
  readonly entries: readonly InviteEntry[];
  readonly configuration: Configuration;
  readonly state?: State;
  /** True where there is a state that was not read: an invite that is configured may well have been sent. */
  readonly stateUnread: boolean;
  /** Blocks whose instances follow from defaults, where the state holds others: applies may pass other values. */
  readonly givenOtherwise: ReadonlySet<ConfiguredResource>;
}

/** The variable whose default says whether an invite is declared, where the state holds others than it gives. */
export function givenOtherwise(
  { resource, inConfig, declared }: InviteEntry,
  inventory: Pick<Inventory, "givenOtherwise">,
): string | undefined {
  if (resource === undefined || !inventory.givenOtherwise.has(resource)) return undefined;
  const isByDefault = resource.byDefault.some((name) => declared?.keyVia === `var.${name}`);
  // A key that is written beside the variable is declared in any case.
  const isWritten = inConfig === true && declared?.keySource !== undefined && !isByDefault;
  return isWritten ? undefined : resource.byDefault[0];
}

const WANTED: ReadonlySet<string> = new Set(INVITE_TYPES);

/** True for a resource type that stands for an invitation. */
export function isInviteType(type: string): boolean {
  return WANTED.has(type);
}

/** True for what stands for an invitation that Terraform manages. */
export function isManagedInvite({ mode, type }: { readonly mode: "managed" | "data"; readonly type: string }): boolean {
  return mode === "managed" && isInviteType(type);
}

/** Joins state and configuration: every invite of a root module once, in the order `terraform state list` has. */
export function takeInventory(configuration: Configuration, state: State | undefined | "unread"): Inventory {
  const known = state === "unread" ? undefined : state;
  const directory = configuration.directory;
  const resources = configuration.resources.filter(({ mode }) => mode === "managed");
  const declared = new Map<string, { resource: ConfiguredResource; instance: DeclaredInstance }>();
  for (const resource of resources) {
    for (const instance of resource.instances) declared.set(formatAddress(instance.address), { resource, instance });
  }
  const entries: InviteEntry[] = [];
  const held = instancesByAddress(known);
  const join = joinStatements(
    configuration,
    [...held.values()].flatMap(([lead]) => lead?.address ?? []),
  );
  for (const instances of held.values()) {
    const [lead] = instances;
    if (lead === undefined) continue;
    const joined = join.of(lead.address);
    const { address } = joined;
    const name = formatAddress(address);
    const here = declared.get(name);
    declared.delete(name);
    const resource = here?.resource ?? resourceAt(configuration, address);
    const inConfig = here !== undefined ? true : mayBeDeclared(configuration, address, resource) ? null : false;
    entries.push(
      entryOf(configuration, {
        name,
        address,
        inConfig,
        statement: statementOf(joined, inConfig === false, { configuration, lead, state: known, resource }),
        storedAs: formatAddress(lead.address) === name ? undefined : lead.address,
        instances,
        resource,
        declared: here?.instance,
        // Only a raw state has the provider's private data, which distinguishes some versions.
        object: known?.format === "v4" ? lead : undefined,
      }),
    );
  }
  for (const [name, { resource, instance }] of declared) {
    // What a state has, Terraform shows as well; what is only declared is not shown by a key that has to stay hidden.
    const address = instance.shownAs ?? instance.address;
    const imported = join.imports.get(name);
    entries.push(
      entryOf(configuration, {
        name: formatAddress(address),
        address,
        inConfig: true,
        instances: [],
        resource,
        declared: instance,
        ...(imported && { imported }),
      }),
    );
  }
  entries.push(...resources.filter(({ complete }) => !complete).map((resource) => unlisted(configuration, resource)));
  entries.sort((a, b) => compareAddresses(a.address, b.address));
  const givenOtherwise = new Set(
    entries.flatMap(({ inState, inConfig, resource }) =>
      inState && inConfig === null && resource?.complete ? resource : [],
    ),
  );
  const stateUnread = state === "unread";
  return { directory, entries, configuration, join, stateUnread, givenOtherwise, ...defined({ state: known }) };
}

/** Where the invite is configured: its line in a data file that the block runs over, or else its block's header. */
export function configuredAt({ declared, resource }: InviteEntry): SourceRange | undefined {
  const key = declared?.keySource;
  return key !== undefined && !isConfigurationFile(key.file) ? key : resource?.block.headerRange;
}

/** The same, but undefined where the configuration is known not to declare it. */
export function declaredAt(entry: InviteEntry): SourceRange | undefined {
  return entry.inConfig === false ? undefined : configuredAt(entry);
}

/** The address that the state has now, or will have: commands on the state name this one. */
export function storedAddress({ storedAs, address }: InviteEntry): Address {
  return storedAs ?? address;
}

/** The same as Terraform prints it. */
export function storedName(entry: InviteEntry): string {
  return entry.storedAs === undefined ? entry.name : formatAddress(entry.storedAs);
}

/** The resource that the invite is an instance of, by address. */
export function resourceName(entry: InviteEntry): string {
  return formatResourceAddress(entry.address);
}

/** The invites of a state: of each address the current object first, then deposed ones in the order of the state. */
function instancesByAddress(state: State | undefined): Map<string, readonly StateInstance[]> {
  const instances = (state?.instances ?? []).filter(({ address }) => isManagedInvite(address)).toSorted(currentFirst);
  return groupBy(instances, ({ address }) => formatAddress(address));
}

/** The current object of an address before deposed ones. */
export function currentFirst(a: { readonly deposed?: string | undefined }, b: typeof a): number {
  return Number(a.deposed !== undefined) - Number(b.deposed !== undefined);
}

/** Whether something that could not be worked out, or was not there to be read, may declare an instance. */
function mayBeDeclared(
  configuration: Configuration,
  address: Address,
  resource: ConfiguredResource | undefined,
): boolean {
  // A default is what the author wrote, not what CI passes.
  if (resource !== undefined) return !resource.complete || resource.byDefault.length > 0;
  const uncertain = configuration.modules.filter(({ sourceByDefault }) => sourceByDefault.length > 0);
  return [...configuration.unresolvedModules, ...uncertain].some(({ path }) => isBelow(address.module, path));
}

/** The first version of OpenTofu that keeps `lifecycle { destroy = false }` in the state. */
const KEEPS_IN_STATE = "1.12.0";

/** What the statements about an object of the state do to it. */
function statementOf(
  { address, movedBy, removedBy }: JoinedObject,
  isOrphan: boolean,
  {
    configuration,
    lead,
    state,
    resource,
  }: {
    configuration: Configuration;
    lead: StateInstance;
    state: State | undefined;
    resource: ConfiguredResource | undefined;
  },
): PendingStatement | undefined {
  const { tool } = configuration.settings;
  const range = (movedBy[0] ?? removedBy)?.block.headerRange;
  if (removedBy !== undefined) {
    return { kind: forgetsRemoved(removedBy, tool) ? "forgotten" : "destroyed", ...defined({ range }) };
  }
  if (isOrphan) {
    const guard = resource === undefined ? undefined : destroySetting(resource.block);
    if (guard !== undefined && literalBoolean(guard) === false) return { kind: "forgotten", range: guard.range };
    if (lead.skipDestroy && tool === "tofu" && isAtLeast(state?.terraformVersion, KEEPS_IN_STATE))
      return { kind: "forgotten" };
  }
  if (formatAddress(address) === formatAddress(lead.address)) return undefined;
  return { kind: "moved", ...defined({ range }) };
}

function isAtLeast(version: string | undefined, least: string): boolean {
  return semver.valid(version) !== null && semver.gte(version ?? "", least);
}

/** How the first of some variables is given a value, for the end of a sentence. */
export function waysToGive([variable]: readonly string[]): string {
  return variable === undefined ? "" : `; --var-file, --var or TF_VAR_${variable} gives it`;
}

/** Stands for the instances of a block that are not known. */
function unlisted(configuration: Configuration, resource: ConfiguredResource): InviteEntry {
  const module = resource.modulePath.map((name) => ({ name, key: undefined }));
  const { mode, type, name } = resource;
  const address: Address = { module, mode, type, name, key: undefined };
  return {
    ...entryOf(configuration, {
      name: formatAddress(address),
      address,
      inConfig: true,
      instances: [],
      resource,
      declared: undefined,
    }),
    unknownInstances: (resource.reason ?? "its keys are not known") + waysToGive(resource.withoutValue),
  };
}

/** What is known of one address: the state's objects, the declared instance, the block, or any of them. */
interface Found extends Pick<InviteEntry, "name" | "address" | "inConfig"> {
  readonly instances: readonly StateInstance[];
  readonly resource: ConfiguredResource | undefined;
  readonly declared: DeclaredInstance | undefined;
  readonly object?: StateInstance | undefined;
  readonly imported?: PlannedImport;
  readonly statement?: PendingStatement | undefined;
  readonly storedAs?: Address | undefined;
}

function entryOf(
  configuration: Configuration,
  { name, address, inConfig, instances, resource, declared, object, imported, statement, storedAs }: Found,
): InviteEntry {
  const { directory, lockedVersions } = configuration;
  const objects: readonly InviteObject[] =
    imported === undefined
      ? instances.map(inviteObject)
      : [{ ...defined({ id: imported.id }), idAttributes: ID_ATTRIBUTES, recorded: {} }];
  const [lead] = instances;
  const source = lead?.provider?.source ?? resource?.provider.source;
  const [email, role] = ["email", "role"].map((name) => argumentOf(lead, declared, name));
  return {
    directory,
    address,
    name,
    modulePath: formatModulePath(address.module),
    ...defined({
      email: objects[0]?.email ?? email?.text,
      hiddenEmail: email?.hidden,
      role: role?.hidden === undefined ? role?.text : undefined,
      hiddenRole: role?.hidden,
      isKeyHidden: address === declared?.shownAs ? (true as const) : undefined,
      providerSource: source,
      resource,
      declared,
      storedAs,
      statement: imported ? ({ kind: "imported", range: imported.statement.block.headerRange } as const) : statement,
      importing: imported && (true as const),
    }),
    provider: identifyProvider({
      resourceType: address.type,
      ...versionsOf(source, resource?.provider, lockedVersions),
      ...defined({ source, object }),
    }),
    ...inviteConfiguration(
      configuredAs(object?.provider, source, resource, declared, configuration),
      name,
      configuration,
    ),
    objects,
    tainted: instances.some((instance) => instance.tainted),
    inState: instances.length > 0,
    inConfig,
  };
}

/** What the configuration says about versions. It speaks of its own provider only; a state may still be of another. */
function versionsOf(
  source: string | undefined,
  required: ConfiguredResource["provider"] | undefined,
  locked: LockedVersions,
): Pick<ProviderFacts, "lockedVersion" | "constraints"> {
  const own =
    required !== undefined && (source === undefined || isSameProvider(required.source, source)) ? required : undefined;
  const lockedVersion = own?.lockedVersion ?? (source === undefined ? undefined : lockedVersionOf(source, locked));
  return defined({ lockedVersion, constraints: own?.constraints });
}

/** One object of an invite from its attributes, as a state or a plan has them. */
export function inviteObject(instance: Pick<StateInstance, "attributes" | "deposed">): InviteObject {
  const { attributes } = instance;
  return {
    ...defined({ id: idOf(attributes), email: stringOf(attributes["email"]), deposed: instance.deposed }),
    idAttributes: ID_ATTRIBUTES.filter((name) => stringOf(attributes[name]) !== undefined),
    recorded: defined({
      status: stringOf(attributes["status"]),
      // isac322/openaiadmin keeps times as RFC 3339 text; they are not needed from there.
      sentAt: numberOf(attributes["created_at"]) ?? numberOf(attributes["invited_at"]),
      expiresAt: numberOf(attributes["expires_at"]),
      acceptedAt: numberOf(attributes["accepted_at"]),
    }),
  };
}

/** A raw state has the last word: a configuration that was changed since is not the one that sent the invite. */
function configuredAs(
  stored: ProviderAddress | undefined,
  source: string | undefined,
  resource: ConfiguredResource | undefined,
  declared: DeclaredInstance | undefined,
  configuration: Configuration,
): readonly Configured[] {
  if (stored !== undefined) return [storedConfiguration(stored)];
  if (resource === undefined) return configurationsOf(source, configuration);
  const { holder, configuration: named } = resource.provider;
  const [local, alias] = named.split(".");
  const { providerKey: key } = declared ?? resource;
  return [{ source, local, alias, holder: holderName(holder), key }];
}

interface GivenText {
  readonly text: string;
  readonly hidden?: string | undefined;
}

/** An argument of an invite: what the state has, which Terraform shows unless it is sensitive, or else what is declared. */
function argumentOf(
  lead: StateInstance | undefined,
  declared: DeclaredInstance | undefined,
  name: string,
): GivenText | undefined {
  const value = declared?.arguments.get(name);
  const given = value?.kind === "string" ? value : undefined;
  const stored = stringOf(lead?.attributes[name]);
  if (stored === undefined) return given && { text: given.value, hidden: shownText(given).hidden };
  const isSecret = lead?.sensitive?.has(name) === true || given?.marks?.sensitive === true;
  return { text: stored, hidden: isSecret ? SENSITIVE : undefined };
}

/** Attributes of an invite that hold the invite's own id. */
export const ID_ATTRIBUTES: readonly string[] = ["invite_id", "id"];

/** The id that the API knows an invite by, among the attributes of its object. */
export function idOf(attributes: Readonly<Record<string, unknown>>): string | undefined {
  return ID_ATTRIBUTES.map((name) => stringOf(attributes[name])).find((id) => id !== undefined);
}

/** A non-empty string attribute of a state object, or undefined. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A time attribute in Unix seconds, or undefined. Zero means that a provider could not read it, not 1970. */
function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}
