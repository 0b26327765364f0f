import path from "node:path";
import { defined } from "../../base/defined.js";
import { groupBy } from "../../base/group-by.js";
import { memoize } from "../../base/memoize.js";
import {
  formatInstanceKey,
  formatModulePath,
  formatResourceAddress,
  type InstanceKey,
  isBelow,
  type ModuleStep,
} from "../../terraform/addresses/address.js";
import {
  type Configuration,
  type ConfiguredResource,
  type DeclaredInstance,
  type ModuleCall,
  type Repetition,
  shownName,
} from "../../terraform/configuration/configuration.js";
import { isLocalSource } from "../../terraform/configuration/discovery/module-texts.js";
import type { Body, Expression } from "../../terraform/configuration/syntax/syntax.js";
import { addressText } from "../../terraform/configuration/syntax/traversal.js";
import { isVariableFile } from "../../terraform/files/file-names.js";
import { compareRanges, rangeKey } from "../../terraform/source-range.js";
import { givenOtherwise, type Inventory, type InviteEntry } from "../inventory.js";
import { moduleResource } from "../references.js";
import { callName, type Declarations, declarationsOf, type Going, goingOf, isBlockDeleted } from "./declarations.js";
import type { ConfigurationStep } from "./remedy.js";

/** The changes of the configuration that these invites need, without the invites of each. */
export function configurationSteps(going: readonly InviteEntry[], inventory: Inventory): ConfigurationStep[] {
  return configurationChanges(going, inventory).map(({ step }) => step);
}

/** A change of the configuration, and the invites that are no longer declared by it. */
export interface ConfigurationChange {
  readonly step: ConfigurationStep;
  readonly entries: readonly InviteEntry[];
}

/**
 * What must change in the configuration so that these invites of a root module, and no others, are no longer declared.
 * Each place once, in reading order; in the user's own files only.
 */
export function configurationChanges(going: readonly InviteEntry[], inventory: Inventory): ConfigurationChange[] {
  const about = aboutOf(going, inventory);
  const changes = new Map<string, ConfigurationChange>();
  const add = ({ key, step }: Keyed, entries: readonly InviteEntry[]) => {
    const known = changes.get(key);
    changes.set(key, { step: merged(known?.step, step), entries: [...(known?.entries ?? []), ...entries] });
  };
  // What the configuration is known not to declare needs no change there.
  const declared = going.filter(({ inConfig }) => inConfig !== false);
  for (const entry of declared) {
    if (entry.resource === undefined) for (const keyed of unresolvedSteps(entry, about)) add(keyed, [entry]);
  }
  for (const [resource, entries] of groupBy(declared, (entry) => entry.resource)) {
    const steps = blockSteps(resource, entries, about);
    for (const [at, keyed] of steps.entries()) {
      // One step for all of a block, or else one for each.
      add(keyed, steps.length === 1 ? entries : entries.slice(at, at + 1));
    }
  }
  for (const entry of going) {
    for (const keyed of importSteps(entry, inventory.configuration)) add(keyed, [entry]);
  }
  return [...changes.values()].sort((a, b) => compareRanges(a.step.range, b.step.range));
}

interface About {
  readonly inventory: Inventory;
  readonly declarations: Declarations;
  readonly goes: Going;
  /** The module instances in which, or below which, some invite stays. */
  staysIn(modulePath: string): boolean;
}

function aboutOf(going: readonly InviteEntry[], inventory: Inventory): About {
  const all = countsOf(inventory);
  const gone = countByModule(going);
  return {
    inventory,
    declarations: declarationsOf(inventory.configuration),
    goes: goingOf(going, inventory),
    staysIn: (modulePath) => (all.get(modulePath) ?? 0) > (gone.get(modulePath) ?? 0),
  };
}

/** How many invites each module instance may declare; counted once, for every invite asks. */
const countsOf = memoize(({ entries }: Inventory) => countByModule(entries));

function countByModule(entries: readonly InviteEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { address, inConfig } of entries) {
    if (inConfig === false) continue;
    for (const depth of address.module.keys()) {
      const modulePath = formatModulePath(address.module.slice(0, depth + 1));
      counts.set(modulePath, (counts.get(modulePath) ?? 0) + 1);
    }
  }
  return counts;
}

/** A step, and what it has in common with those that are the same change. */
interface Keyed {
  readonly key: string;
  readonly step: ConfigurationStep;
}

function keyed(step: ConfigurationStep): Keyed {
  return { key: `${step.kind} ${step.resource} ${rangeKey(step.range)}`, step };
}

/** The `import` blocks of what goes; only the root module may have any. */
function importSteps({ address, name }: InviteEntry, { refactorings }: Configuration): readonly Keyed[] {
  return refactorings.flatMap(({ kind, modulePath, to, block }): Keyed[] => {
    if (kind !== "import" || modulePath.length > 0 || to === undefined) return [];
    const forEach = block.body.attribute("for_each") !== undefined;
    const named = to === name || (forEach && to.startsWith(`${formatResourceAddress(address)}[`));
    if (!named) return [];
    return [keyed({ kind: "delete-import", resource: name, whole: !forEach, range: block.headerRange })];
  });
}

/** What to change about the going instances of one resource. */
function blockSteps(resource: ConfiguredResource, entries: readonly InviteEntry[], about: About): readonly Keyed[] {
  if (isBlockDeleted(resource, about.goes, about.declarations)) {
    const shared = resource.modulePath.length > 0;
    const range = resource.block.headerRange;
    const collection = shared ? undefined : collectionName(entries);
    const step = { kind: "delete-block" as const, resource: moduleResource(resource), shared, range };
    return [keyed({ ...step, ...defined({ collection }) })];
  }
  const counted = resource.repetition.kind === "count" ? countStep(resource, about) : undefined;
  // How many a count has to come out as is not known where its default is not what applies pass.
  const isNumberKnown = counted?.step.kind !== "lower-count" || !about.inventory.givenOtherwise.has(resource);
  if (counted !== undefined && isNumberKnown) return [counted];
  const stepOf = { for_each: ownKeyStep, single: callKeyStep, count: () => undefined }[resource.repetition.kind];
  const call = callToChange(resource, about);
  const { fromOutside, byDefault } = resource;
  const [variable] = resource.complete ? [...fromOutside, ...byDefault] : [];
  const place = { resource: moduleResource(resource), range: resource.block.headerRange };
  const lost = { kind: "find-key" as const, ...place, ...defined({ variable }) };
  return entries.map((entry) => {
    const names = [entry.name];
    if (givenOtherwise(entry, about.inventory) !== undefined) return keyed({ ...lost, names });
    return stepOf(entry, resource, about) ?? keyed({ ...(call ?? lost), names });
  });
}

/** The place of a later step is where its first key is written, wherever that one was met. */
function merged(known: ConfigurationStep | undefined, next: ConfigurationStep): ConfigurationStep {
  if (known === undefined) return next;
  const range = compareRanges(next.range, known.range) < 0 ? next.range : known.range;
  if ("keys" in known && "keys" in next) {
    const resource = union(known.resource.split(", "), [next.resource]).join(", ");
    const both = { ...known, range, resource, keys: union(known.keys, next.keys) };
    return both.kind === "drop-keys" && next.kind === "drop-keys" && next.ofCall ? { ...both, ofCall: true } : both;
  }
  if ("names" in known && "names" in next) return { ...known, range, names: union(known.names, next.names) };
  return known;
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}

/** Drops a key of the resource's own `for_each`. */
function ownKeyStep(entry: InviteEntry, resource: ConfiguredResource, about: About): Keyed | undefined {
  if (entry.isKeyHidden === true) return undefined;
  const owner: CollectionOwner = {
    resource: moduleResource(resource),
    instance: entry.modulePath,
    file: resource.block.headerRange.file,
    path: resource.modulePath,
    repetition: resource.repetition,
    ofCall: false,
  };
  return keyStep(entry.declared, entry.address.key, owner, about);
}

/** Drops a key of the innermost call that has several instances, with all that this one declares. */
function callKeyStep(entry: InviteEntry, resource: ConfiguredResource, about: About): Keyed | undefined {
  if (entry.isKeyHidden === true) return undefined;
  const { declarations } = about;
  const steps = entry.address.module;
  const depth = steps.findLastIndex(({ key }) => key !== undefined);
  const key = steps[depth]?.key;
  const call = declarations.callsTo(resource.modulePath)[depth];
  if (key === undefined || call === undefined || !declarations.isOwn(call.range.file)) return undefined;
  if (typeof key === "number") return callCountStep(call, steps.slice(0, depth), about);
  if (declarations.isUnresolvedBelow(call) || about.staysIn(formatModulePath(steps.slice(0, depth + 1))))
    return undefined;
  const owner: CollectionOwner = {
    resource: callName(call),
    instance: formatModulePath(steps.slice(0, depth)),
    file: call.range.file,
    path: call.path.slice(0, -1),
    repetition: call.repetition,
    ofCall: true,
  };
  return keyStep(entry.declared, key, owner, about);
}

interface CollectionOwner {
  /** The resource or module call that runs over the collection. */
  readonly resource: string;
  /** The module instance that it is in: each may have a collection of its own. */
  readonly instance: string;
  /** The file and the call path of the module that it is in. */
  readonly file: string;
  readonly path: readonly string[];
  readonly repetition: Repetition;
  readonly ofCall: boolean;
}

/** Keys of one collection are dropped together. */
function keyStep(
  declared: DeclaredInstance | undefined,
  key: InstanceKey,
  owner: CollectionOwner,
  { declarations, goes }: About,
): Keyed | undefined {
  const range = declared?.keySource;
  if (range === undefined || !declarations.isOwn(range.file)) return undefined;
  const { resource, repetition, ofCall } = owner;
  const keys = [formatInstanceKey(key).slice(1, -1)];
  const staying = declarations.instancesAt(range).find(({ address }) => !goes.has(address));
  if (staying !== undefined) {
    // In a called module, the `for_each` is shared by all its callers.
    if (owner.path.length > 0 || repetition.kind === "single") return undefined;
    const stays = shownName(staying);
    return keyed({ kind: "exclude-keys", resource, keys, staying: stays, range: repetition.range });
  }
  const { keyVia } = declared ?? {};
  const via = keyVia !== undefined && isNameThere(keyVia, range.file, owner) ? keyVia : undefined;
  // Two resources over one collection lose the key at the same place.
  const collection = `${keyVia ?? resource} ${via === undefined ? owner.instance : ""}`;
  return {
    key: `drop-keys ${range.file} ${collection}`,
    step: { kind: "drop-keys", resource, keys, ...defined({ via }), ofCall, range },
  };
}

/** A variable of a child module is no name for a place in the module that calls it. */
function isNameThere(via: string, file: string, owner: CollectionOwner): boolean {
  if (path.posix.dirname(file) === path.posix.dirname(owner.file)) return true;
  if (isVariableFile(file)) return owner.path.length === 0;
  return via.startsWith("local.");
}

/** Lowers or reworks the `count` of a block that a single module instance has. */
function countStep(resource: ConfiguredResource, about: About): Keyed | undefined {
  if (!about.declarations.isReachedOnce(resource)) return undefined;
  const numbered = about.inventory.entries
    .filter((other) => other.resource === resource && other.inConfig !== false)
    .map((other) => ({ index: other.address.key, entry: other }));
  const names = { resource: moduleResource(resource), local: `${resource.type}.${resource.name}` };
  return reworkedCount(names, resource.block.body, numbered, about);
}

/** The same for a call if its numbered instances go or stay as a whole. */
function callCountStep(call: ModuleCall, caller: readonly ModuleStep[], about: About): Keyed | undefined {
  const { declarations, goes, inventory } = about;
  const alone = declarations.callBlock(call).length === 1 && caller.every(({ key }) => key === undefined);
  if (!alone || !declarations.callsTo(call.path.slice(0, -1)).every(({ withinRoot }) => withinRoot)) return undefined;
  // If all of a call goes, delete the call.
  if (goes.all(declarations.below(call)) || declarations.isUnresolvedBelow(call)) return undefined;
  const depth = call.path.length - 1;
  const numbered = inventory.entries
    .filter(({ resource, inConfig }) => inConfig !== false && resource && isBelow(resource.modulePath, call.path))
    .map((entry) => ({ index: entry.address.module[depth]?.key, entry }));
  const going = new Set(numbered.filter(({ entry }) => goes.has(entry.address)).map(({ index }) => index));
  if (numbered.some(({ index, entry }) => going.has(index) && !goes.has(entry.address))) return undefined;
  const names = { resource: callName(call), local: `module.${call.path.at(-1)}` };
  return reworkedCount(names, call.block.body, numbered, about);
}

/** One invite of those that a `count` numbers. */
interface Numbered {
  readonly index: string | number | undefined;
  readonly entry: InviteEntry;
}

function reworkedCount(
  names: { readonly resource: string; readonly local: string },
  body: Body,
  numbered: readonly Numbered[],
  { goes, inventory }: About,
): Keyed | undefined {
  const attribute = body.attribute("count");
  if (attribute === undefined) return undefined;
  const going = indexesOf(numbered.filter(({ entry }) => goes.has(entry.address)));
  const staying = numbered.filter(({ entry }) => !goes.has(entry.address));
  const kept = staying.filter(({ entry }) => entry.inState);
  const to = Math.min(...going);
  const { resource } = names;
  if (indexesOf(staying).every((index) => index < to)) {
    const computed = computedCount(attribute.value, inventory.configuration);
    const { range } = computed === undefined ? attribute : attribute.value;
    return keyed({ kind: "lower-count", resource, to, ...(computed && { computed }), range });
  }
  const keptIndexes = indexesOf(kept);
  const moves = keptIndexes.slice(0, MOST_MOVES).map((index) => {
    const [only, ...others] = kept.filter((one) => one.index === index).map(({ entry }) => entry.email);
    const key = only !== undefined && others.length === 0 ? only : "key";
    return { from: `${names.local}[${index}]`, to: `${names.local}${formatInstanceKey(key)}` };
  });
  const moreMoves = keptIndexes.length - moves.length;
  return keyed({ kind: "rework-count", resource, indexes: going, moves, moreMoves, range: attribute.range });
}

/** More moves are not written out: by then it is clear what they look like. */
const MOST_MOVES = 3;

function indexesOf(numbered: readonly Numbered[]): readonly number[] {
  const indexes = numbered.flatMap(({ index }) => (typeof index === "number" ? [index] : []));
  return [...new Set(indexes)].sort((a, b) => a - b);
}

/** Longer expressions are pointed at only. */
const LONGEST_EXPRESSION = 60;

type Computed = NonNullable<Extract<ConfigurationStep, { kind: "lower-count" }>["computed"]>;

/** What a `count` is made from, or undefined if it is the number itself. */
function computedCount(value: Expression, { texts }: Configuration): Computed | undefined {
  if (value.kind === "literal") return undefined;
  const { file, start, end } = value.range;
  const expression = texts.get(file)?.slice(start.offset, end.offset).replace(/\s+/g, " ");
  const [list] = value.kind === "call" && value.name === "length" ? value.args : [];
  const name = list?.kind === "reference" ? addressText(list.root, list.steps) : undefined;
  const isShort = expression !== undefined && expression.length <= LONGEST_EXPRESSION;
  return { ...(isShort && { expression }), ...defined({ list: name }) };
}

/** The one variable or local that all of the keys come from. */
function collectionName(entries: readonly InviteEntry[]): string | undefined {
  const [name, ...others] = new Set(entries.map(({ declared }) => declared?.keyVia));
  return others.length === 0 ? name : undefined;
}

/** The change of the innermost call of a resource that declares nothing that stays, or else the innermost that no other shares. */
function callToChange(resource: ConfiguredResource, { declarations, goes }: About) {
  const calls = declarations.callsTo(resource.modulePath);
  const own = calls.filter(({ range }) => declarations.isOwn(range.file)).reverse();
  const goesWhole = (call: ModuleCall) => !declarations.isUnresolvedBelow(call) && goes.all(declarations.below(call));
  const whole = own.find((call) => declarations.callBlock(call).every(goesWhole));
  const call = whole ?? own.find((one) => declarations.callBlock(one).length === 1) ?? own.at(-1);
  if (call === undefined) return undefined;
  // The first module on the way that was fetched.
  const fetched = calls.slice(calls.indexOf(call)).find(({ local }) => !local);
  return {
    kind: "change-call" as const,
    resource: callName(call),
    whole: whole !== undefined,
    ...defined({ fetchedFrom: fetched?.source }),
    range: call.range,
  };
}

/** A call that could not be followed: what in it declares the invite is unknown. */
function unresolvedSteps(entry: InviteEntry, { declarations, inventory: { configuration } }: About): readonly Keyed[] {
  const unresolved = configuration.unresolvedModules.find((call) => isBelow(entry.address.module, call.path));
  if (unresolved === undefined) return [];
  const callers = declarations.callsTo(unresolved.path.slice(0, -1));
  const own = callers.every(({ local }) => local)
    ? { path: unresolved.path, source: unresolved.source, range: unresolved.range }
    : callers.findLast(({ range }) => declarations.isOwn(range.file));
  if (own === undefined) return [];
  const step: ConfigurationStep = {
    kind: "change-call",
    resource: callName(own),
    names: [entry.name],
    whole: false,
    ...(!isLocalSource(own.source) && { fetchedFrom: own.source }),
    range: own.range,
  };
  return [keyed(step)];
}
