import { groupBy } from "../../base/group-by.js";
import { memoize } from "../../base/memoize.js";
import { type Address, formatAddress, formatModulePath } from "../addresses/address.js";
import type { Configuration, ConfiguredResource, PlannedImport } from "../configuration/configuration.js";
import type { Refactoring } from "../configuration/refactorings.js";
import { ANY, type Place, PlaceIndex } from "./place-index.js";
import {
  type Endpoint,
  impliedMoves,
  isWhole,
  type Move,
  type Moved,
  type MoveFault,
  moveBetween,
  placeOf,
  placesOf,
  removedEndpoint,
  replayMoves,
} from "./replay-moves.js";

/** Why Terraform rejects a statement, or may ignore it. */
export type StatementFault = MoveFault | "redundant" | "instance-key" | "still-declared" | "ambiguous" | "cycle";

/** A statement that fails the plan, or whose outcome is left to chance. */
export interface FaultyStatement {
  readonly statement: Refactoring;
  readonly fault: StatementFault;
}

/** What statements have decided about one object of a state. */
export interface JoinedObject {
  /** Where the configuration has it, after all moves. */
  readonly address: Address;
  /** The blocks that move it there, one after another; also empty for the move that Terraform makes by itself. */
  readonly movedBy: readonly Refactoring[];
  /** Set where a block would move it and the state holds something at the new address already. */
  readonly blocked?: Moved<Refactoring>;
  /** The block that removes it from the state. */
  readonly removedBy?: Refactoring;
}

/** A state and a configuration, put together as Terraform will. */
export interface Join {
  of(stored: Address): JoinedObject;
  /** By address; Terraform imports only what is not in the state. */
  readonly imports: ReadonlyMap<string, PlannedImport>;
  readonly faults: readonly FaultyStatement[];
  /** Statements that some object of the state depends on: Terraform would still use them. */
  readonly inUse: ReadonlySet<Refactoring>;
}

/**
 * Replays the statements of a configuration on the addresses of a state. Those that Terraform rejects because
 * their resource is still declared are skipped, unless `onceUndeclared` asks for their later effect.
 */
export function joinStatements(
  configuration: Configuration,
  stored: readonly Address[],
  { onceUndeclared = false } = {},
): Join {
  const { refactorings, imports } = configuration;
  const moves: Move<Refactoring>[] = [];
  const calls = new Map(configuration.modules.map(({ path, instances }) => [path.join("."), instances]));
  const isCalled = (path: readonly string[]) => path.length === 0 || (calls.get(path.join("."))?.length ?? 0) > 0;
  const faults: FaultyStatement[] = [];
  for (const statement of refactorings) {
    if (statement.kind !== "moved" || statement.from === undefined || statement.to === undefined) continue;
    const move = moveBetween(statement.modulePath, statement.from, statement.to, statement);
    // Terraform compares the two ends in each instance of the module.
    const isRedundant = statement.from === statement.to && isCalled(statement.modulePath);
    if (typeof move === "string") faults.push({ statement, fault: move });
    else if (isRedundant) faults.push({ statement, fault: "redundant" });
    else moves.push(move);
  }
  const isDeclared = declarations(configuration);
  const refusedMoves = new Set(moves.filter(({ from }) => isDeclared(from)));
  const replayed = onceUndeclared ? moves : moves.filter((move) => !refusedMoves.has(move));
  const implied = impliedMoves(stored, moves, (address) => resourceAt(configuration, address)?.repetition.kind);
  const modules = new Set(stored.map(({ module }) => formatModulePath(module)));
  const { moved, blocked, cycle } = replayMoves([...replayed, ...implied], { instances: stored, modules });
  const removals = refactorings.flatMap((statement) => {
    return statement.kind === "removed" && statement.from !== undefined
      ? [{ statement, end: removedEndpoint(statement.modulePath, statement.from) }]
      : [];
  });
  const add = (fault: StatementFault, statements: readonly (Refactoring | undefined)[]) => {
    for (const statement of statements) if (statement !== undefined) faults.push({ statement, fault });
  };
  add("cycle", cycle);
  add("ambiguous", ambiguous(moves, configuration));
  add(
    "still-declared",
    [...refusedMoves].map(({ source }) => source),
  );
  for (const { statement, end } of removals) {
    if (statement.from?.includes("[")) add("instance-key", [statement]);
    else if (end === undefined) add("unreadable", [statement]);
    else if (isDeclared(end)) add("still-declared", [statement]);
  }
  const faultOf = new Map(faults.map(({ statement, fault }) => [statement, fault]));
  const order = new Map(refactorings.map((statement, at) => [statement, at]));
  const obeyed = new PlaceIndex<Refactoring>();
  for (const { statement, end } of removals) {
    const fault = faultOf.get(statement);
    const isObeyed = fault === undefined || (onceUndeclared && fault === "still-declared");
    if (isObeyed && end !== undefined) obeyed.add(placeOf(end), statement);
  }
  const of = (address: Address): JoinedObject => {
    const name = formatAddress(address);
    const { to, by } = moved.get(name) ?? { to: address, by: [] };
    const stays = blocked.get(name);
    const removers = placesOf(to)
      .flatMap((place) => obeyed.find(place))
      .sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    // Of several, Terraform obeys the first and OpenTofu the last.
    const removedBy = configuration.settings.tool === "tofu" ? removers.at(-1) : removers[0];
    return { address: to, movedBy: by, ...(stays && { blocked: stays }), ...(removedBy && { removedBy }) };
  };
  const inUse = new Set(
    stored.flatMap((address) => {
      const { movedBy, blocked: stays, removedBy } = of(address);
      return [...movedBy, ...(stays?.by ?? []), ...(removedBy ? [removedBy] : [])];
    }),
  );
  const held = new Set(stored.map((address) => formatAddress(of(address).address)));
  const pending = imports.flatMap((one) =>
    one.to && !held.has(formatAddress(one.to)) ? [[formatAddress(one.to), one] as const] : [],
  );
  return { of, imports: new Map(pending), faults, inUse };
}

/** The block of a resource, for any keys of its address. */
export function resourceAt(configuration: Configuration, address: Address): ConfiguredResource | undefined {
  const names = address.module.map(({ name }) => name);
  return resourcesByPath(configuration).get(pathTo(names, address));
}

const resourcesByPath = memoize(
  ({ resources }: Configuration): ReadonlyMap<string, ConfiguredResource> =>
    new Map(resources.toReversed().map((one) => [pathTo(one.modulePath, one), one])),
);

function pathTo(modulePath: readonly string[], { mode, type, name }: Pick<Address, "mode" | "type" | "name">): string {
  return [...modulePath, mode, type, name].join(".");
}

/** Moves that take one thing to two places, or two things to one, in some instance of their modules. */
function ambiguous(moves: readonly Move<Refactoring>[], { modules }: Configuration): Refactoring[] {
  const instances = new Map(
    modules.map((call) => [call.path.join("."), call.instances.map((steps) => formatModulePath(steps))]),
  );
  // What several modules speak of has to be looked at in every instance of theirs.
  const speakers = new Map<string, Set<string>>();
  for (const { from, to, source } of moves) {
    for (const { names } of [placeOf(from), placeOf(to)]) {
      speakers.set(names, (speakers.get(names) ?? new Set()).add(source?.modulePath.join(".") ?? ""));
    }
  }
  const isShared = (end: Endpoint) => (speakers.get(placeOf(end).names)?.size ?? 0) > 1;
  const ends = moves.flatMap((move) => {
    const { source: { modulePath = [], from, to } = {} } = move;
    const all = modulePath.length === 0 ? [""] : (instances.get(modulePath.join(".")) ?? []);
    const outer = isShared(move.from) || isShared(move.to) ? all : all.slice(0, 1);
    // A whole resource and its one instance without a key are two things to Terraform.
    return outer.map((module) => {
      const absolute = (end = "") => `${module === "" ? end : `${module}.${end}`} ${isWhole(move.from)}`;
      return { move, from: absolute(from), to: absolute(to) };
    });
  });
  const several = (end: "from" | "to") =>
    [...groupBy(ends, (one) => one[end]).values()].filter(
      (group) => new Set(group.map((one) => one[end === "from" ? "to" : "from"])).size > 1,
    );
  return [...new Set([...several("from"), ...several("to")].flat().flatMap(({ move }) => move.source ?? []))];
}

/**
 * Tells whether the configuration surely declares what an endpoint selects. A block counts even where it has no
 * instance; an instance only where it is known.
 */
function declarations(configuration: Configuration): (end: Endpoint) => boolean {
  const { modules, otherCalls, resources } = configuration;
  const calls = new Set(modules.map((call) => call.path.join(".")));
  const placed = new PlaceIndex<object>();
  for (const steps of modules.flatMap((call) => call.instances)) placed.add(placeOf(wholeOf(steps)), steps);
  for (const { address } of resources.flatMap(({ instances }) => instances)) {
    for (const place of placesOf(address).slice(-1)) placed.add(place, address);
  }
  const isThere = (place: Place) => placed.find(place).length > 0;
  const hasModule = (steps: Endpoint["steps"]) => steps.length === 0 || isThere(placeOf(wholeOf(steps)));
  return (end) => {
    const { steps, resource, key } = end;
    if (resource === undefined) {
      if (!hasModule(steps.slice(0, -1))) return false;
      const isWhole = steps.at(-1)?.key === ANY;
      return otherCalls.has(pathOf(steps)) ? isWhole : isWhole ? calls.has(pathOf(steps)) : hasModule(steps);
    }
    if (key !== ANY) return isThere(placeOf(end));
    const module = steps.map(({ name }) => ({ name, key: undefined }));
    return resourceAt(configuration, { ...resource, module, key: undefined }) !== undefined && hasModule(steps);
  };
}

function wholeOf(steps: Endpoint["steps"]): Endpoint {
  return { steps, outer: 0, key: undefined };
}

function pathOf(steps: Endpoint["steps"]): string {
  return steps.map(({ name }) => name).join(".");
}
