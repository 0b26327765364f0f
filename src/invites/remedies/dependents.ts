import { formatInstanceKey } from "../../terraform/addresses/address.js";
import { compareRanges } from "../../terraform/source-range.js";
import type { Inventory, InviteEntry } from "../inventory.js";
import { moduleResource } from "../references.js";
import {
  type Declarations,
  declarationsOf,
  type Going,
  goingOf,
  isBlockDeleted,
  type ReadingPlace,
} from "./declarations.js";
import type { Dependent } from "./remedy.js";

/** Who reads the invites that go, so that nothing is left pointing at nothing. Each place once, in reading order. */
export function dependentsOf(going: readonly InviteEntry[], inventory: Inventory): Dependent[] {
  const declarations = declarationsOf(inventory.configuration);
  const goes = goingOf(going, inventory);
  const resources = new Set(going.flatMap(({ resource }) => resource ?? []));
  const places = new Set([...resources].flatMap((resource) => declarations.readersOf(resource)));
  return [...places]
    .filter((readings) => readings.every(({ reference }) => declarations.isOwn(reference.range.file)))
    .filter((readings) => !standInDeleted(readings, goes, declarations))
    .flatMap((readings) => dependent(readings, going, goes, declarations) ?? [])
    .sort((a, b) => compareRanges(a.range, b.range));
}

function dependent(
  readings: ReadingPlace,
  going: readonly InviteEntry[],
  goes: Going,
  declarations: Declarations,
): Dependent | undefined {
  const [first] = readings;
  if (first === undefined) return undefined;
  const { from, range, target } = first.reference;
  const isRead = (key: InviteEntry["address"]["key"]) => target.key === undefined || target.key === key;
  const resources = readings.map(({ resource }) => resource);
  if (!going.some(({ address, resource }) => resource && resources.includes(resource) && isRead(address.key)))
    return undefined;
  // By several calls, it is the resource as their module knows it.
  const name = readings.length === 1 ? moduleResource(first.resource) : `${target.type}.${target.name}`;
  const reading = { from, range, target: `${name}${formatInstanceKey(target.key)}` };
  const staying = resources
    .flatMap(({ instances }) => instances)
    .filter(({ address }) => isRead(address.key) && !goes.has(address)).length;
  if (staying > 0) return { ...reading, staying };
  const { modulePath, repetition } = first.resource;
  const one = target.key !== undefined || repetition.kind === "single";
  if (one && modulePath.length === 0) return reading;
  if (!resources.every(({ complete }) => complete)) return { ...reading, staying: "unknown" };
  const breaks = target.key !== undefined || isBlockDeleted(first.resource, goes, declarations);
  return breaks ? reading : { ...reading, staying: 0 };
}

/** True for what an invite's own block reads when that block is deleted, too. */
function standInDeleted(readings: ReadingPlace, goes: Going, declarations: Declarations): boolean {
  return readings.every(({ reference: { from, modulePath } }) => {
    const reader = declarations.resourceAt(modulePath, from);
    return reader !== undefined && isBlockDeleted(reader, goes, declarations);
  });
}
