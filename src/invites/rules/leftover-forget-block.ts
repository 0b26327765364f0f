import { uniqueBy } from "../../base/group-by.js";
import { formatAddress, isBelow } from "../../terraform/addresses/address.js";
import type { Refactoring } from "../../terraform/configuration/refactorings.js";
import { joinStatements, resourceAt } from "../../terraform/statements/join.js";
import { type Endpoint, moveBetween, removedEndpoint, selects } from "../../terraform/statements/replay-moves.js";
import { type Inventory, isInviteType, isManagedInvite } from "../inventory.js";
import { isForgetFile } from "../remedies/forget-block-text.js";
import { oncePerPlace, refactoredAddress } from "./about-blocks.js";
import { defineRule } from "./rule.js";

/** A `moved` or `removed` block that forgot an invite and would block the next one there. */
export const leftoverForgetBlock = defineRule({
  id: "leftover-forget-block",
  severity: "warning",
  fixable: true,
  needs: "static",
  find({ inventory, planned }) {
    // The state in a plan may have been trimmed by a policy tool.
    if (planned !== undefined) return [];
    // A move of the user's that a block of ours goes on from was needed until then.
    const ours = inventory.configuration.refactorings.filter((one) => isOurs(one, inventory));
    const froms = new Set(ours.flatMap((one) => endsOf(one).slice(0, 1)).map(pathOf));
    const leadsToOurs = (statement: Refactoring) =>
      endsOf(statement)
        .slice(1)
        .some((to) => froms.has(pathOf(to)));
    const found = [...doneStatements(inventory)].map((statement) => ({
      address: refactoredAddress(statement),
      range: statement.block.headerRange,
      arguments: { block: statement.kind, from: statement.from ?? "" },
      severity: isOurs(statement, inventory) || leadsToOurs(statement) ? ("notice" as const) : undefined,
    }));
    return oncePerPlace(found);
  },
});

/**
 * The `moved` and `removed` blocks about invites that have nothing left to do: no object of the state is where they take
 * something from or to, on its way too, also once other blocks are no longer refused. Without a state none is.
 */
export function doneStatements(inventory: Inventory): ReadonlySet<Refactoring> {
  const { configuration, state, join } = inventory;
  const { refactorings } = configuration;
  const isRefused = join.faults.some(({ fault }) => fault !== "still-declared" && fault !== "instance-key");
  const isUnread = refactorings.some(
    ({ kind, from, to }) => kind === "moved" && (from === undefined || to === undefined),
  );
  // What the other blocks will do after the invalid one is fixed is unknown.
  if (state === undefined || isRefused || isUnread) return new Set();
  const invites = state.instances.map(({ address }) => address).filter(isManagedInvite);
  const held = uniqueBy(invites, formatAddress);
  const joins = [join, joinStatements(configuration, held, { onceUndeclared: true })];
  const joined = joins.flatMap(({ of }) => held.map(of));
  // How far a module moves depends on everything in it, and we read only its invites.
  if (joined.some(({ movedBy }) => movedBy.some(({ type }) => type === undefined))) return new Set();
  const places = [...held, ...joined.map(({ address }) => address)];
  const faulty = new Set(join.faults.map(({ statement }) => statement));
  const done = refactorings.filter((statement) => {
    const { kind, type, modulePath } = statement;
    // Of modules only those are known that we wrote: they held invites alone.
    const isWholeModule = kind === "removed" && modulePath.length === 0 && isOurs(statement, inventory);
    if (kind === "import" || (type === undefined ? !isWholeModule : !isInviteType(type))) return false;
    if (faulty.has(statement) || joins.some(({ inUse }) => inUse.has(statement))) return false;
    const ends = endsOf(statement);
    return ends.length > 0 && ends.every((end) => !mayHold(end, inventory) && !places.some((one) => selects(end, one)));
  });
  const renames = renamesIn(inventory);
  return new Set(done.filter((statement) => !renames.has(statement)));
}

/** What a block takes something from, and for `moved` where to. */
export function endsOf(statement: Refactoring): readonly Endpoint[] {
  const { kind, modulePath, from = "", to = "" } = statement;
  if (kind === "removed") return [removedEndpoint(modulePath, from) ?? []].flat();
  const move = moveBetween(modulePath, from, to, statement);
  return typeof move === "string" ? [] : [move.from, move.to];
}

/** Whether an end lies in a module that was not read, whose own blocks may bring something there. */
function mayHold({ steps }: Endpoint, { configuration }: Inventory): boolean {
  const module = steps.map(({ name }) => ({ name, key: undefined }));
  return configuration.unresolvedModules.some(({ path }) => isBelow(module, path));
}

/** Moves that lead, maybe by others, to what is declared: they may stay, as other states may be waiting for them. */
function renamesIn({ configuration }: Inventory): ReadonlySet<Refactoring> {
  const moves = configuration.refactorings.flatMap((statement) => {
    const [from, to] = statement.kind === "moved" ? endsOf(statement) : [];
    return from && to ? [{ statement, from: pathOf(from), to }] : [];
  });
  const renames = new Set(moves.filter(({ to }) => isDeclared(to, configuration)));
  for (const { from } of renames) for (const one of moves) if (pathOf(one.to) === from) renames.add(one);
  return new Set([...renames].map(({ statement }) => statement));
}

function isDeclared({ steps, resource }: Endpoint, configuration: Inventory["configuration"]): boolean {
  if (resource === undefined) return true;
  const module = steps.map(({ name }) => ({ name, key: undefined }));
  return resourceAt(configuration, { ...resource, module, key: undefined }) !== undefined;
}

/** What an end names, without any keys. */
function pathOf({ steps, resource }: Endpoint): string {
  return [...steps.map(({ name }) => name), resource?.type, resource?.name].join(".");
}

function isOurs({ block }: Refactoring, { configuration }: Inventory): boolean {
  return isForgetFile(configuration.texts.get(block.range.file) ?? "");
}
