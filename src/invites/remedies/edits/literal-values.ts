import { groupBy } from "../../../base/group-by.js";
import { formatAddress, formatInstanceKey } from "../../../terraform/addresses/address.js";
import type { Configuration, ResourceReference } from "../../../terraform/configuration/configuration.js";
import { collectionsIn, withoutItems } from "../../../terraform/edit/collections.js";
import { slice } from "../../../terraform/edit/positions.js";
import type { TextEdit } from "../../../terraform/edit/text-edit.js";
import { isJsonFile } from "../../../terraform/files/file-names.js";
import { quoteHclString } from "../../../terraform/hcl-string.js";
import { rangeKey } from "../../../terraform/source-range.js";
import type { Inventory, InviteEntry } from "../../inventory.js";
import { declarationsOf } from "../declarations.js";

/** What an invite keeps for as long as it is one, so that a literal says the same. */
const LASTING: ReadonlySet<string> = new Set(["id", "invite_id", "email", "role"]);

/** Text that means itself in a quoted template, in HCL and in JSON. */
const PLAIN = /^[\w.@+:-]+$/;

/** An edit of a place that reads an invite, and what it read: `openai_invite.alice.id`. */
export interface LiteralEdit extends TextEdit {
  readonly read: string;
}

/**
 * Puts the value that the state has in the place of each reading of an invite that goes, where that is one invite and one
 * lasting value, and removes it from lists of `depends_on`. Every other reference stays, and breaks.
 */
export function literalValues(going: readonly InviteEntry[], { configuration, state }: Inventory): LiteralEdit[] {
  const held = new Map(
    state?.instances.filter(({ deposed }) => deposed === undefined).map((one) => [formatAddress(one.address), one]),
  );
  const edits: LiteralEdit[] = [];
  for (const readings of groupBy(configuration.references, ({ range }) => rangeKey(range)).values()) {
    const [reading, ...others] = readings;
    // A module that is called twice reads another invite each time.
    if (reading === undefined || others.length > 0) continue;
    const entry = readEntry(reading, going, configuration);
    const [name] = reading.attributes;
    const value = entry && name !== undefined && LASTING.has(name) ? held.get(entry.name)?.attributes[name] : undefined;
    const edit = typeof value === "string" ? literal(reading, value, configuration) : undefined;
    const { target } = reading;
    const read = `${target.type}.${target.name}${formatInstanceKey(target.key)}${name === undefined ? "" : `.${name}`}`;
    const all = edit === undefined ? dependsOnEdits(reading, going, configuration) : [edit];
    edits.push(...all.map((one) => ({ ...one, read })));
  }
  return edits;
}

/** The one invite that a place reads, where it goes. */
function readEntry(
  { modulePath, target, attributes }: ResourceReference,
  going: readonly InviteEntry[],
  configuration: Configuration,
) {
  if (target.mode !== "managed" || attributes.length !== 1) return undefined;
  const resource = declarationsOf(configuration).resourceAt(modulePath, `${target.type}.${target.name}`);
  if (resource === undefined || !resource.complete) return undefined;
  const read = resource.instances.filter(({ address }) => address.key === target.key);
  const [only] = read;
  return read.length === 1 && only !== undefined
    ? going.find(({ name }) => name === formatAddress(only.address))
    : undefined;
}

function literal({ range, target }: ResourceReference, value: string, { texts }: Configuration): TextEdit | undefined {
  const { file } = range;
  const text = texts.get(file) ?? "";
  const [start, end] = [range.start.offset, range.end.offset];
  const written = slice(text, range);
  // What is nothing but one interpolation is read as what is in it, quotes and all.
  const inner = /^"\$\{\s*(.*?)\s*\}"$/.exec(written)?.[1];
  const reading = inner ?? written;
  // No splat, and no index but the key.
  const isPlain = /^[\w-]+\.[\w-]+(?:\[[^\]]*\])?\.\w+$/.test(reading);
  if (!isPlain || (target.key === undefined && reading.includes("["))) return undefined;
  if (isJsonFile(file) && !PLAIN.test(value)) return undefined;
  if (inner !== undefined) return { file, start, end, text: quoteHclString(value) };
  const isInterpolated = text.slice(start - 2, start) === "${" && text[end] === "}" && text[start - 3] !== "$";
  if (isInterpolated && PLAIN.test(value)) return { file, start: start - 2, end: end + 1, text: value };
  return isJsonFile(file) ? undefined : { file, start, end, text: quoteHclString(value) };
}

function dependsOnEdits(
  { range, target, attributes, modulePath }: ResourceReference,
  going: readonly InviteEntry[],
  configuration: Configuration,
): TextEdit[] {
  if (target.mode !== "managed" || attributes.length > 0) return [];
  const file = configuration.parsed.find((one) => one.file === range.file);
  const text = file?.text ?? "";
  const read = declarationsOf(configuration).resourceAt(modulePath, `${target.type}.${target.name}`);
  const names = new Set(going.map(({ name }) => name));
  const all = read?.instances ?? [];
  if (file === undefined || all.length === 0 || !all.every(({ address }) => names.has(formatAddress(address))))
    return [];
  const list = collectionsIn(file).find(({ items }) =>
    items.some((item) => item.start === range.start.offset && item.end === range.end.offset),
  );
  if (list === undefined || !/depends_on"?\s*[=:]\s*\[$/.test(text.slice(0, list.start))) return [];
  return withoutItems(text, list, (item) => item.start === range.start.offset);
}
