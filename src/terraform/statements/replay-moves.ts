import {
  type Address,
  formatAddress,
  formatModulePath,
  formatResourceAddress,
  type InstanceKey,
  type ModuleStep,
} from "../addresses/address.js";
import { parseAddress, parseModulePath } from "../addresses/address-parser.js";
import { ANY, type Place, PlaceIndex } from "./place-index.js";

/** A step of a pattern: a module call with one key, or with any. */
export interface PatternStep {
  readonly name: string;
  readonly key: InstanceKey | typeof ANY;
}

/**
 * One end of a statement: what it selects, in every instance of the module that it is written in. As Terraform has it,
 * a resource or a call without a key means all of its instances, unless the other end of the statement has a key
 * (https://github.com/hashicorp/terraform/blob/main/internal/addrs/move_endpoint.go).
 */
export interface Endpoint {
  /** The calls that lead to what is selected; those to the module of the statement come first, with any key. */
  readonly steps: readonly PatternStep[];
  /** How many of the steps lead to the module that the statement is written in. */
  readonly outer: number;
  /** Absent where a module is selected. */
  readonly resource?: { readonly mode: Address["mode"]; readonly type: string; readonly name: string };
  readonly key: InstanceKey | typeof ANY;
}

/** A `moved` block, or the move that Terraform makes by itself where `count` was added or removed. */
export interface Move<Source = unknown> {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** The block; absent for a move that no block asks for. */
  readonly source?: Source;
}

/** Why Terraform rejects a move, or may not make it. */
export type MoveFault =
  | "unreadable"
  | "different-kinds"
  | "type-change"
  /** Terraform moves what it has just moved once more, or not, as chance has it. */
  | "into-itself";

/** What a `moved` block of a module asks for, from the two addresses as they are written there. */
export function moveBetween<Source>(
  modulePath: readonly string[],
  from: string,
  to: string,
  source: Source,
): Move<Source> | MoveFault {
  const ends = [from, to].map((text) => parseEnd(text));
  const [start, end] = ends;
  if (start === undefined || end === undefined) return "unreadable";
  if ((start.resource === undefined) !== (end.resource === undefined)) return "different-kinds";
  if (start.resource?.mode !== end.resource?.mode || start.resource?.type !== end.resource?.type) return "type-change";
  const whole = start.key === undefined && end.key === undefined;
  const outer = modulePath.map((name) => ({ name, key: ANY }) as const);
  const endpoint = ({ steps, resource, key }: End): Endpoint => {
    const last = steps.at(-1);
    const below: readonly PatternStep[] =
      resource === undefined && whole && last !== undefined ? [...steps.slice(0, -1), { ...last, key: ANY }] : steps;
    return {
      steps: [...outer, ...below],
      outer: outer.length,
      ...(resource !== undefined && { resource }),
      key: whole ? ANY : resource === undefined ? undefined : key,
    };
  };
  const move = { from: endpoint(start), to: endpoint(end), source };
  const isWithin = start.resource === undefined && from !== to && leadsTo(move.from.steps, move.to.steps);
  return isWithin ? "into-itself" : move;
}

interface End {
  readonly steps: readonly ModuleStep[];
  readonly resource?: NonNullable<Endpoint["resource"]>;
  /** Of the instance, or of the last call where a module is named. */
  readonly key: InstanceKey;
}

function parseEnd(text: string): End | undefined {
  const resource = parseAddress(text);
  if (resource.ok) {
    const { module, mode, type, name, key } = resource.address;
    return { steps: module, resource: { mode, type, name }, key };
  }
  const module = parseModulePath(text);
  if (!module.ok || module.module.length === 0) return undefined;
  return { steps: module.module, key: module.module.at(-1)?.key };
}

/** The resource or module that a `removed` block names, with any keys. Undefined where it cannot be read. */
export function removedEndpoint(modulePath: readonly string[], from: string): Endpoint | undefined {
  const end = parseEnd(from);
  if (end === undefined) return undefined;
  const steps = [...modulePath, ...end.steps.map(({ name }) => name)].map((name) => ({ name, key: ANY }) as const);
  return { steps, outer: modulePath.length, ...(end.resource !== undefined && { resource: end.resource }), key: ANY };
}

/** Whether an endpoint selects an instance, or the module that the instance is in. */
export function selects(endpoint: Endpoint, address: Address): boolean {
  const { steps, resource, key } = endpoint;
  if (!leadsTo(steps, address.module)) return false;
  if (resource === undefined) return true;
  return address.module.length === steps.length && isResource(resource, address) && keyMatches(key, address.key);
}

/** Where one instance of a state is after the moves. */
export interface Moved<Source = unknown> {
  readonly to: Address;
  /** The blocks that take it there, one after another; none for what Terraform does by itself. */
  readonly by: readonly Source[];
}

export interface ReplayedMoves<Source = unknown> {
  /** By the address in the state; what stays is not in it. */
  readonly moved: ReadonlyMap<string, Moved<Source>>;
  /** Addresses of the state that a block selects and that stay, since the state holds the new address already. */
  readonly blocked: ReadonlyMap<string, Moved<Source>>;
  /** Blocks that form a cycle. Terraform refuses the plan, and nothing moves. */
  readonly cycle: readonly Source[];
}

/** A state's objects, as far as moves depend on them. */
export interface StateAddresses {
  /** Of every instance that is wanted. */
  readonly instances: readonly Address[];
  /** Module paths, formatted, that hold anything at all: a module is not moved onto one of them. */
  readonly modules: ReadonlySet<string>;
}

/**
 * Replays moves on the addresses of a state as Terraform does before it compares them with the configuration
 * (https://github.com/hashicorp/terraform/blob/main/internal/refactoring/move_execute.go): each after those whose
 * result it selects from; what is at the new address already has priority.
 */
export function replayMoves<Source>(moves: readonly Move<Source>[], state: StateAddresses): ReplayedMoves<Source> {
  const ordered = inOrder(moves);
  if (!ordered.ok) {
    return { moved: new Map(), blocked: new Map(), cycle: ordered.cycle.flatMap(({ source }) => source ?? []) };
  }
  const at = new Held<Source>(state);
  const blocked = new Map<string, Moved<Source>>();
  for (const move of ordered.moves) {
    const isTaken = takenBy(move, at);
    const selected = at.selectedBy(move).map((one) => ({ ...one, isTakenBefore: isTaken.before(one.to) }));
    for (const { placed, to, isTakenBefore } of selected) {
      // A move to where it comes from only counts for the order.
      if (formatAddress(to) === formatAddress(placed.address)) continue;
      const by = move.source === undefined ? placed.by : { last: move.source, before: placed.by };
      if (isTakenBefore || isTaken.now(to)) blocked.set(formatAddress(placed.stored), { to, by: listed(by) });
      else at.move(placed, { stored: placed.stored, address: to, by }, move);
    }
  }
  const moved = new Map<string, Moved<Source>>();
  for (const { stored, address, by } of at.all()) {
    const name = formatAddress(stored);
    if (name !== formatAddress(address)) moved.set(name, { to: address, by: listed(by) });
  }
  return { moved, blocked, cycle: [] };
}

interface Placed<Source> {
  readonly stored: Address;
  readonly address: Address;
  readonly by: Trail<Source> | undefined;
}

/** The blocks of a chain, shared by all that it takes along. */
interface Trail<Source> {
  readonly last: Source;
  readonly before: Trail<Source> | undefined;
}

function listed<Source>(trail: Trail<Source> | undefined): Source[] {
  const sources: Source[] = [];
  for (let one = trail; one !== undefined; one = one.before) sources.push(one.last);
  return sources.reverse();
}

interface Selected<Source> {
  readonly placed: Placed<Source>;
  readonly to: Address;
}

/** Everything that a state holds, by the addresses where it is after the moves so far. */
class Held<Source> {
  readonly #at = new Map<string, Placed<Source>>();
  readonly #index = new PlaceIndex<Placed<Source>>();
  /** How many instances each resource has. */
  readonly #resources = new Map<string, number>();
  readonly #modules: Set<string>;

  constructor({ instances, modules }: StateAddresses) {
    this.#modules = new Set(modules);
    for (const address of instances) this.#put({ stored: address, address, by: undefined });
  }

  all(): Iterable<Placed<Source>> {
    return this.#at.values();
  }

  holds(address: Address): boolean {
    return this.#at.has(formatAddress(address));
  }

  holdsResource(address: Address): boolean {
    return (this.#resources.get(formatResourceAddress(address)) ?? 0) > 0;
  }

  holdsModule(address: Address): boolean {
    return this.#modules.has(moduleKey(address));
  }

  selectedBy(move: Move<Source>): Selected<Source>[] {
    return this.#index.find(placeOf(move.from)).flatMap((placed) => {
      const to = destination(placed.address, move);
      return to === undefined ? [] : [{ placed, to }];
    });
  }

  move(placed: Placed<Source>, moved: Placed<Source>, { from }: Move<Source>): void {
    const { address } = placed;
    this.#at.delete(formatAddress(address));
    for (const place of placesOf(address)) this.#index.delete(place, placed);
    const resource = formatResourceAddress(address);
    this.#resources.set(resource, (this.#resources.get(resource) ?? 0) - 1);
    this.#put(moved);
    // A module that was emptied is still there to Terraform; one that was moved is not.
    if (from.resource === undefined) this.#modules.delete(moduleKey(address));
    this.#modules.add(moduleKey(moved.address));
  }

  #put(placed: Placed<Source>): void {
    const { address } = placed;
    this.#at.set(formatAddress(address), placed);
    for (const place of placesOf(address)) this.#index.add(place, placed);
    const resource = formatResourceAddress(address);
    this.#resources.set(resource, (this.#resources.get(resource) ?? 0) + 1);
  }
}

/** Whether what a move selects has to stay, since the state holds a module, a resource or an instance there already. */
function takenBy<Source>(
  { from }: Move<Source>,
  at: Held<Source>,
): { before(to: Address): boolean; now(to: Address): boolean } {
  const never = () => false;
  if (from.resource === undefined) return { before: (to) => at.holdsModule(to), now: never };
  if (from.key === ANY) return { before: (to) => at.holdsResource(to), now: never };
  return { before: never, now: (to) => at.holds(to) };
}

/** What an end names. */
export function placeOf({ steps, resource, key }: Endpoint): Place {
  const keys = steps.map((step) => step.key);
  return resource === undefined
    ? { names: namesOf(steps), keys }
    : { names: namesOf(steps, resource), keys: [...keys, key] };
}

/** The places that an instance is at: its own, and each module that it lies in. */
export function placesOf({ module, key, ...resource }: Address): Place[] {
  return placesTo({ steps: module, outer: 0, resource, key });
}

/** The place of an end, and those of the modules that it lies in. */
function placesTo(end: Endpoint): Place[] {
  const { steps, resource } = end;
  const modules = steps.map((_, depth) => placeOf({ steps: steps.slice(0, depth + 1), outer: 0, key: ANY }));
  return resource === undefined ? modules : [...modules, placeOf(end)];
}

function namesOf(steps: readonly PatternStep[], resource?: Endpoint["resource"]): string {
  const path = steps.map(({ name }) => name).join(".");
  return resource === undefined ? path : `${path}/${resource.mode}.${resource.type}.${resource.name}`;
}

/** The new address of an instance that a move selects; undefined for any other. */
function destination({ module, ...instance }: Address, { from, to }: Move): Address | undefined {
  if (!leadsTo(from.steps, module)) return undefined;
  const outer = module.slice(0, from.outer);
  const named = to.steps.slice(to.outer);
  if (from.resource === undefined) {
    const selected = module[from.steps.length - 1]?.key;
    const steps = named.map(({ name, key }) => ({ name, key: key === ANY ? selected : key }));
    return { ...instance, module: [...outer, ...steps, ...module.slice(from.steps.length)] };
  }
  if (module.length !== from.steps.length || to.resource === undefined) return undefined;
  if (!isResource(from.resource, instance) || !keyMatches(from.key, instance.key)) return undefined;
  const steps = named.flatMap(({ name, key }) => (key === ANY ? [] : [{ name, key }]));
  return { module: [...outer, ...steps], ...to.resource, key: to.key === ANY ? instance.key : to.key };
}

function isResource(
  resource: NonNullable<Endpoint["resource"]>,
  { mode, type, name }: Pick<Address, "mode" | "type" | "name">,
): boolean {
  return resource.mode === mode && resource.type === type && resource.name === name;
}

/** Whether steps are those to a module, or to one that it lies in. */
export function leadsTo(steps: readonly PatternStep[], module: readonly PatternStep[]): boolean {
  return module.length >= steps.length && steps.every((step, depth) => stepsMatch(step, module[depth]));
}

function stepsMatch(a: PatternStep, b: PatternStep | undefined): boolean {
  return b !== undefined && a.name === b.name && keyMatches(a.key, b.key);
}

function keyMatches(a: PatternStep["key"], b: PatternStep["key"]): boolean {
  return a === ANY || b === ANY || a === b;
}

function moduleKey({ module }: Address): string {
  return formatModulePath(module);
}

/** Moves, each behind those that it depends on; or the ones that wait for each other. */
function inOrder<Source>(
  moves: readonly Move<Source>[],
):
  | { readonly ok: true; readonly moves: readonly Move<Source>[] }
  | { readonly ok: false; readonly cycle: readonly Move<Source>[] } {
  const byTarget = new PlaceIndex<Move<Source>>();
  const inside = { from: new PlaceIndex<Move<Source>>(), to: new PlaceIndex<Move<Source>>() };
  for (const move of moves) {
    byTarget.add(placeOf(move.to), move);
    for (const end of ["from", "to"] as const) for (const place of placesTo(move[end])) inside[end].add(place, move);
  }
  const followers = new Map<Move<Source>, Move<Source>[]>();
  const left = new Map<Move<Source>, number>();
  for (const move of moves) {
    const around = [...placesTo(move.from), ...placesTo(move.to)].flatMap((place) => byTarget.find(place));
    const from = placeOf(move.from);
    const others = new Set([...around, ...inside.from.find(from), ...inside.to.find(from)]);
    const before = [...others].filter((other) => other !== move && dependsOn(move, other));
    left.set(move, before.length);
    for (const other of before) {
      const known = followers.get(other);
      if (known === undefined) followers.set(other, [move]);
      else known.push(move);
    }
  }
  const ordered = moves.filter((move) => left.get(move) === 0);
  for (const move of ordered) {
    for (const follower of followers.get(move) ?? []) {
      const waitsFor = (left.get(follower) ?? 0) - 1;
      left.set(follower, waitsFor);
      if (waitsFor === 0) ordered.push(follower);
    }
  }
  if (ordered.length === moves.length) return { ok: true, moves: ordered };
  const done = new Set(ordered);
  return { ok: false, cycle: moves.filter((move) => !done.has(move)) };
}

/** Whether a move is made after another one: what lies inside is moved first, and what was moved moves on. */
function dependsOn(move: Move, other: Move): boolean {
  if (chains(move.from, other.to)) return true;
  const isNested =
    isNestedIn(move.from, other.to) ||
    isNestedIn(move.to, other.to) ||
    isNestedIn(other.from, move.from) ||
    isNestedIn(other.to, move.from);
  // A move that changes nothing but keys of modules does not wait for those inside of them.
  return isNested && !(move.to.outer < other.to.outer && changesKeysOnly(move));
}

function chains(from: Endpoint, to: Endpoint): boolean {
  if (from.steps.length !== to.steps.length || !leadsTo(to.steps, from.steps)) return false;
  if (to.resource === undefined || from.resource === undefined) return to.resource === from.resource;
  return isResource(to.resource, from.resource) && from.key === to.key;
}

function isNestedIn(inner: Endpoint, outer: Endpoint): boolean {
  if (!leadsTo(outer.steps, inner.steps)) return false;
  const isDeeper = inner.steps.length > outer.steps.length;
  if (outer.resource === undefined) {
    return isDeeper || inner.resource !== undefined || (isWhole(outer) && !isWhole(inner));
  }
  if (isDeeper || inner.resource === undefined || outer.key !== ANY || inner.key === ANY) return false;
  return isResource(outer.resource, inner.resource);
}

/** Whether an endpoint means every instance of a resource or a call. */
export function isWhole({ steps, resource, key }: Endpoint): boolean {
  return (resource === undefined ? steps.at(-1)?.key : key) === ANY;
}

function changesKeysOnly({ from, to }: Move): boolean {
  if (from.resource !== undefined || isWhole(from) || from.steps.length !== to.steps.length) return false;
  return from.steps.every(({ name }, depth) => name === to.steps[depth]?.name);
}

/** How a resource is repeated in a configuration, for the moves that follow from it. */
export type Repeated = "single" | "count" | "for_each";

/**
 * The moves that Terraform makes by itself: `x` to `x[0]` where `count` was added, and back where it was removed, for
 * resources that no block speaks of (`ImpliedMoveStatements` in
 * https://github.com/hashicorp/terraform/blob/main/internal/refactoring/move_statement.go).
 */
export function impliedMoves<Source>(
  instances: readonly Address[],
  moves: readonly Move<Source>[],
  repetitionOf: (address: Address) => Repeated | undefined,
): Move<Source>[] {
  const named = new PlaceIndex<Endpoint>();
  for (const end of moves.flatMap(({ from, to }) => [from, to])) named.add(placeOf(end), end);
  return instances.flatMap((address) => {
    const repeated = repetitionOf(address);
    const isMoved = (repeated === "count" && address.key === undefined) || (repeated === "single" && address.key === 0);
    const { module, key, ...resource } = address;
    if (!isMoved || named.find(placeOf({ steps: module, outer: 0, resource, key: ANY })).length > 0) return [];
    const end = (key: InstanceKey): Endpoint => ({
      steps: address.module,
      outer: 0,
      resource: { mode: address.mode, type: address.type, name: address.name },
      key,
    });
    return [{ from: end(address.key), to: end(repeated === "count" ? 0 : undefined) }];
  });
}
