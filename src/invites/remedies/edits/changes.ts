import { groupBy } from "../../../base/group-by.js";
import type { Configuration } from "../../../terraform/configuration/configuration.js";
import type { Block, ParsedFile } from "../../../terraform/configuration/syntax/syntax.js";
import type { DataFile } from "../../../terraform/data/data-file.js";
import { readJson } from "../../../terraform/data/json-data.js";
import { readYaml } from "../../../terraform/data/yaml-data.js";
import { collectionsIn, type WrittenCollection, withoutItems } from "../../../terraform/edit/collections.js";
import { withoutData } from "../../../terraform/edit/data-edits.js";
import { isOverridden } from "../../../terraform/edit/positions.js";
import type { Change } from "../../../terraform/edit/text-edit.js";
import { isVariableFile } from "../../../terraform/files/file-names.js";
import type { SourceRange } from "../../../terraform/source-range.js";
import type { InviteEntry } from "../../inventory.js";
import type { ConfigurationChange } from "../configuration-steps.js";
import type { ConfigurationStep } from "../remedy.js";

/** The text changes that make a step, or why a person has to make it. */
export type StepEdit =
  | { readonly ok: true; readonly changes: readonly Change[] }
  | { readonly ok: false; readonly reason: string };

/** How a step is made in the files. */
export function editFor({ step, entries }: ConfigurationChange, configuration: Configuration): StepEdit {
  switch (step.kind) {
    case "delete-block": {
      const block = entries[0]?.resource?.block;
      return block === undefined ? refuse("the block was not found") : deletion(block);
    }
    case "drop-keys":
      return dropKeys(
        entries.flatMap(({ declared }) => declared?.keySource ?? []),
        configuration,
        entries.length,
      );
    case "lower-count":
      return lowerCount(step, entries, configuration);
    case "change-call": {
      if (!step.whole)
        return refuse(step.fetchedFrom === undefined ? "others share what it calls" : "the module is fetched");
      const call = configuration.modules.find(({ range }) => isSame(range, step.range));
      return call === undefined ? refuse("the call was not found") : deletion(call.block);
    }
    case "delete-import": {
      if (!step.whole) return refuse("its for_each may import others as well");
      const found = configuration.refactorings.find(({ block }) => isSame(block.headerRange, step.range));
      return found === undefined ? refuse("the import block was not found") : deletion(found.block);
    }
    case "exclude-keys":
      return refuse(`${step.staying} stays, and comes from the same place`);
    case "rework-count":
      return refuse("the items after it would move up and count as other people");
    case "find-key":
      if (step.variable !== undefined) return refuse(`var.${step.variable} is given its value outside of these files`);
      return refuse("where its key is written could not be worked out");
    case "undo-edit":
      return refuse("where its key is written could not be worked out");
  }
}

function deletion(block: Block): StepEdit {
  if (isOverridden(block)) return refuse("an override file has a part of the block");
  return { ok: true, changes: [{ block: block.range }] };
}

/** Removes keys from the collections that they are written in. */
export function dropKeys(
  places: readonly SourceRange[],
  { parsed, dataFiles }: Configuration,
  wanted = places.length,
): StepEdit {
  if (places.length < wanted) return refuse("where its key is written could not be worked out");
  const changes: Change[] = [];
  for (const [file, own] of groupBy(places, (place) => place.file)) {
    const found = parsed.find((one) => one.file === file);
    if (own.every(({ start, end }) => start.offset === end.offset))
      return refuse(`${file} as a whole is what declares it`);
    const data = found === undefined ? dataFiles.find((one) => one.file === file) : undefined;
    if (data !== undefined) {
      const edits = dropFromData(own, data);
      if (!edits.ok) return edits;
      changes.push(...edits.changes);
      continue;
    }
    if (found === undefined) return refuse(`${file} was not read`);
    const edits = dropFromFile(own, found);
    if (edits === undefined)
      return refuse(`what is written at ${file}:${own[0]?.start.line} is no list or map with that key`);
    changes.push(...edits);
  }
  return { ok: true, changes };
}

const READERS = new Map([
  ["yamldecode", { language: "yaml", read: readYaml } as const],
  ["jsondecode", { language: "json", read: readJson } as const],
]);

/** Removes keys from a file that the configuration reads with a function. */
function dropFromData(places: readonly SourceRange[], { file, text, decoders }: DataFile): StepEdit {
  const [decoder = "", ...others] = decoders;
  const reader = others.length === 0 ? READERS.get(decoder) : undefined;
  if (reader === undefined) return refuse(`${file} is not edited: only lists and maps in YAML and JSON are`);
  const stretches = places.map(({ start, end }) => ({ start: start.offset, end: end.offset }));
  const edits = withoutData({ file, text, ...reader }, stretches);
  if (edits.ok) return { ok: true, changes: edits.edits };
  return refuse(`${file} is not edited at line ${places[0]?.start.line}: ${edits.reason}`);
}

function dropFromFile(places: readonly SourceRange[], file: ParsedFile): Change[] | undefined {
  const collections = collectionsIn(file);
  const byCollection = new Map<WrittenCollection, SourceRange[]>();
  for (const place of places) {
    const holder = collections.find(({ items }) => items.some((item) => isAt(item, place)));
    if (holder === undefined) return undefined;
    byCollection.set(holder, [...(byCollection.get(holder) ?? []), place]);
  }
  return [...byCollection].flatMap(([collection, own]) => {
    const values = new Set(
      collection.items.filter((item) => own.some((place) => isAt(item, place))).map(({ value }) => value),
    );
    // A list may have a key twice, and a set keeps one of them.
    return withoutItems(
      file.text,
      collection,
      (item) => own.some((place) => isAt(item, place)) || (item.value !== undefined && values.has(item.value)),
    );
  });
}

function lowerCount(
  step: Extract<ConfigurationStep, { kind: "lower-count" }>,
  entries: readonly InviteEntry[],
  configuration: Configuration,
): StepEdit {
  const { file, start, end } = step.range;
  const text = configuration.texts.get(file) ?? "";
  if (step.computed === undefined) {
    const number = /\d+(?=\D*$)/.exec(text.slice(start.offset, end.offset));
    if (number === null) return refuse("its count is not written as a plain number");
    const at = start.offset + number.index;
    return { ok: true, changes: [{ file, start: at, end: at + number[0].length, text: String(step.to) }] };
  }
  const { list } = step.computed;
  const collection = list === undefined ? undefined : writtenList(list, file, configuration);
  if (collection === undefined) return refuse(`its count is worked out${list === undefined ? "" : ` from ${list}`}`);
  const going = entries.length;
  const gone = new Set(collection.items.slice(step.to));
  if (gone.size !== going) return refuse(`its count is worked out from ${list}, which has other items`);
  const found = configuration.parsed.find((one) => one.file === collection.file);
  return {
    ok: true,
    changes: found === undefined ? [] : withoutItems(found.text, collection, (item) => gone.has(item)),
  };
}

/** The one list that is written out as a local's value, a variable's default, or its value in a variable file. */
function writtenList(name: string, near: string, { parsed }: Configuration): WrittenCollection | undefined {
  const directory = near.slice(0, near.lastIndexOf("/") + 1);
  const files = parsed.filter(({ file }) => file.slice(0, file.lastIndexOf("/") + 1) === directory);
  const [root, own] = name.split(".");
  const values = files.flatMap(({ file, body }) => {
    if (own === undefined) return [];
    if (isVariableFile(file)) return root === "var" ? (body.attribute(own)?.value ?? []) : [];
    if (root === "local") return body.blocks("locals", 0).flatMap((block) => block.body.attribute(own)?.value ?? []);
    const variables = body.blocks("variable", 1).filter(({ labels }) => labels[0]?.value === own);
    return variables.flatMap((block) => block.body.attribute("default")?.value ?? []);
  });
  const lists = values.flatMap((value) => {
    const file = files.find((one) => one.file === value.range.file);
    return file === undefined || value.kind !== "tuple"
      ? []
      : collectionsIn(file).filter(({ start }) => start === value.range.start.offset + 1);
  });
  // A default that a variable file goes over has no say.
  const [only, ...others] = lists.filter(({ items }) => items.length > 0);
  return others.length === 0 ? only : lists.find(({ file }) => isVariableFile(file));
}

function isAt({ start, end }: { readonly start: number; readonly end: number }, place: SourceRange): boolean {
  return start === place.start.offset && end === place.end.offset;
}

function isSame(a: SourceRange, b: SourceRange): boolean {
  return a.file === b.file && a.start.offset === b.start.offset;
}

function refuse(reason: string): StepEdit {
  return { ok: false, reason };
}
