import { groupBy } from "../../base/group-by.js";
import {
  type Address,
  formatAddress,
  formatModulePath,
  formatResourceAddress,
  type InstanceKey,
  type ModuleStep,
} from "../addresses/address.js";
import { parseAddress, parseModulePath } from "../addresses/address-parser.js";

/** A step of a pattern: a module call with one key, or with any. */
export interface PatternStep {
  readonly name: string;
  readonly key: InstanceKey | typeof ANY;
}

/** Stands for every instance key. */
const ANY = Symbol("any key");

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

/** Why Terraform refuses a move, or cannot be told to make it. */
export type MoveFault =
  | "unreadable"
  | "different-kinds"
  | "type-change"
  | "redundant"
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
  if (from === to) return "redundant";
  const move = { from: endpoint(start), to: endpoint(end), source };
  const isWithin = start.resource === undefined && leadsTo(move.from.steps, move.to.steps);
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

/** What a `removed` block names: a resource or a module, whatever the keys. Undefined where it cannot be read. */
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
 * (https://github.com/hashicorp/terraform/blob/main/internal/refactoring/move_execute.go): each after those whose result
 * it selects from; what is at the new address already has priority.
 */
export function replayMoves<Source>(moves: readonly Move<Source>[], state: StateAddresses): ReplayedMoves<Source> {
  const ordered = inOrder(moves);
  if (!ordered.ok) {
    return { moved: new Map(), blocked: new Map(), cycle: ordered.cycle.flatMap(({ source }) => source ?? []) };
  }
  /** Everything by the address where it is after the moves so far. */
  const at = new Map<string, Placed<Source>>();
  for (const address of state.instances) at.set(formatAddress(address), { stored: address, address, by: [] });
  const modules = new Set(state.modules);
  const blocked = new Map<string, Moved<Source>>();
  for (const move of ordered.moves) {
    const selected = selectedBy(move, at);
    const isTaken = takenBy(move, at, modules);
    for (const { placed, to } of selected) {
      const by = move.source === undefined ? placed.by : [...placed.by, move.source];
      if (isTaken(to)) {
        blocked.set(formatAddress(placed.stored), { to, by });
        continue;
      }
      at.delete(formatAddress(placed.address));
      at.set(formatAddress(to), { stored: placed.stored, address: to, by });
      // A module that was emptied is still there to Terraform; one that was moved is not.
      if (move.from.resource === undefined) modules.delete(moduleKey(placed.address));
      modules.add(moduleKey(to));
    }
  }
  const moved = new Map<string, Moved<Source>>();
  for (const { stored, address, by } of at.values()) {
    const name = formatAddress(stored);
    if (name !== formatAddress(address)) moved.set(name, { to: address, by });
  }
  return { moved, blocked, cycle: [] };
}

interface Placed<Source> {
  readonly stored: Address;
  readonly address: Address;
  readonly by: readonly Source[];
}

interface Selected<Source> {
  readonly placed: Placed<Source>;
  readonly to: Address;
}

function selectedBy<Source>(move: Move<Source>, at: ReadonlyMap<string, Placed<Source>>): Selected<Source>[] {
  const exact = exactAddress(move.from);
  const candidates = exact === undefined ? [...at.values()] : [at.get(exact)];
  return candidates.flatMap((placed) => {
    const to = placed === undefined ? undefined : destination(placed.address, move);
    return placed === undefined || to === undefined ? [] : [{ placed, to }];
  });
}

/** Whether what a move selects has to stay, since the state holds a module, a resource or an instance there already. */
function takenBy<Source>(
  { from }: Move<Source>,
  at: ReadonlyMap<string, Placed<Source>>,
  modules: ReadonlySet<string>,
): (to: Address) => boolean {
  if (from.resource === undefined) {
    const held = new Set(modules);
    return (to) => held.has(moduleKey(to));
  }
  if (from.key !== ANY) return (to) => at.has(formatAddress(to));
  const held = new Set([...at.values()].map(({ address }) => formatResourceAddress(address)));
  return (to) => held.has(formatResourceAddress(to));
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

/** The one address that an endpoint selects, formatted; undefined where it may select several. */
export function exactAddress({ steps, resource, key }: Endpoint): string | undefined {
  if (resource === undefined || key === ANY) return undefined;
  const module = steps.flatMap((step) => (step.key === ANY ? [] : [{ name: step.name, key: step.key }]));
  return module.length === steps.length ? formatAddress({ module, ...resource, key }) : undefined;
}

/** Moves, each behind those that it depends on; or the ones that wait for each other. */
function inOrder<Source>(
  moves: readonly Move<Source>[],
):
  | { readonly ok: true; readonly moves: readonly Move<Source>[] }
  | { readonly ok: false; readonly cycle: readonly Move<Source>[] } {
  // Thousands of blocks that each name one instance only have to be looked up, not compared with each other.
  const exact = groupBy(moves, ({ from, to }) => (exactAddress(from) === undefined ? undefined : exactAddress(to)));
  const patterns = moves.filter(({ from, to }) => exactAddress(from) === undefined || exactAddress(to) === undefined);
  const followers = new Map<Move<Source>, Move<Source>[]>();
  const left = new Map<Move<Source>, number>();
  for (const move of moves) {
    const from = patterns.includes(move) ? undefined : exactAddress(move.from);
    const others = from === undefined ? moves : [...(exact.get(from) ?? []), ...patterns];
    const before = others.filter((other) => other !== move && dependsOn(move, other));
    left.set(move, before.length);
    for (const other of before) followers.set(other, [...(followers.get(other) ?? []), move]);
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
  return instances.flatMap((address) => {
    const repeated = repetitionOf(address);
    const isMoved = (repeated === "count" && address.key === undefined) || (repeated === "single" && address.key === 0);
    if (!isMoved || moves.some(({ from, to }) => [from, to].some((end) => namesResource(end, address)))) return [];
    const end = (key: InstanceKey): Endpoint => ({
      steps: address.module,
      outer: 0,
      resource: { mode: address.mode, type: address.type, name: address.name },
      key,
    });
    return [{ from: end(address.key), to: end(repeated === "count" ? 0 : undefined) }];
  });
}

function namesResource({ steps, resource }: Endpoint, address: Address): boolean {
  return (
    resource !== undefined &&
    steps.length === address.module.length &&
    leadsTo(steps, address.module) &&
    isResource(resource, address)
  );
}
