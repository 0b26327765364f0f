import path from "node:path";
import type { Surroundings } from "../base/engine-context.js";
import { type Inventory, type InviteEntry, isInviteType, takeInventory } from "../invites/inventory.js";
import { INVITE_TYPES } from "../invites/providers/registry.js";
import { type ConfigurationChange, configurationChanges } from "../invites/remedies/configuration-steps.js";
import { dropKeys, editFor } from "../invites/remedies/edits/changes.js";
import { literalValues } from "../invites/remedies/edits/literal-values.js";
import { changedNames, sideEffect } from "../invites/remedies/edits/side-effects.js";
import type { ConfigurationStep } from "../invites/remedies/remedy.js";
import type { DoneEdit, LeftEdit } from "../report/messages/edit-words.js";
import { formatAddress, formatInstanceKey } from "../terraform/addresses/address.js";
import type { Configuration } from "../terraform/configuration/configuration.js";
import { loadConfiguration } from "../terraform/configuration/load-configuration.js";
import { ParsedFiles } from "../terraform/configuration/syntax/parse-file.js";
import { realignedMaps } from "../terraform/edit/alignment.js";
import { lineAt } from "../terraform/edit/positions.js";
import { type Change, editTexts, stretchOf, type TextEdit } from "../terraform/edit/text-edit.js";
import { overlayFileSystem } from "../terraform/files/overlay-file-system.js";
import { fileAndLine } from "../terraform/source-range.js";
import { type Editable, editableFiles } from "./editable-files.js";
import type { RepairOptions } from "./options.js";

/** What became of a configuration in memory. */
export interface EditedRoot {
  /** No longer declared after the edits; also those that nothing declared before. */
  readonly edited: readonly InviteEntry[];
  /** Left as they are, all of a change or nothing. */
  readonly left: readonly LeftEdit[];
  /** By name as shown. */
  readonly files: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  /** What was done, by file. */
  readonly done: readonly DoneEdit[];
  readonly before: Configuration;
  readonly after: Configuration;
}

/**
 * Removes invites from a configuration, in memory: those for which nothing else changes. Every attempt is read
 * again and compared, resources of all types included, so that the plan has nothing to create and nothing to destroy.
 */
export async function editConfiguration(
  inventory: Inventory,
  going: readonly InviteEntry[],
  options: Pick<RepairOptions, "variables">,
  surroundings: Surroundings,
): Promise<EditedRoot> {
  const reader = await readerOf(inventory, options, surroundings);
  const before = reader.configuration;
  const whole = takeInventory(before, inventory.state ?? (inventory.stateUnread ? "unread" : undefined));
  const names = new Set(going.map(({ name }) => name));
  const attempt = attemptsOn(whole, reader, await editableFiles(before, surroundings));
  const candidates = whole.entries.filter(({ name }) => names.has(name));
  const changes = configurationChanges(candidates, whole);
  const declared = new Set(changes.flatMap(({ entries }) => entries));
  const undeclared = candidates.filter((entry) => !declared.has(entry));

  const left: LeftEdit[] = [];
  let accepted: readonly ConfigurationChange[] = [];
  let best: Attempt | undefined;
  let emptied: ReadonlySet<string> = new Set();
  const accept = async (units: readonly ConfigurationChange[]): Promise<void> => {
    const [unit, ...others] = units;
    if (unit === undefined) return;
    const all = [...accepted, ...units];
    const entries = all.flatMap((one) => one.entries);
    let tried = await attempt(entries, emptied);
    // Where others read the whole resource, its block may stay, with nothing left to run over.
    if (!tried.ok && others.length === 0 && isKeyedBlock(unit)) {
      const more = new Set([...emptied, unit.step.resource]);
      const again = await attempt(entries, more);
      if (again.ok) [tried, emptied] = [again, more];
    }
    if (tried.ok) [accepted, best] = [all, tried];
    else if (others.length === 0) left.push({ ...unit, reason: tried.reason });
    else {
      const middle = Math.ceil(units.length / 2);
      await accept(units.slice(0, middle));
      await accept(units.slice(middle));
    }
  };
  await accept(changes);
  return {
    edited: [...undeclared, ...accepted.flatMap(({ entries }) => entries)],
    left,
    files: best?.files ?? new Map(),
    done: best?.done ?? [],
    before,
    after: best?.after ?? before,
  };
}

function isKeyedBlock({ step, entries }: ConfigurationChange): boolean {
  return step.kind === "delete-block" && entries.every(({ declared }) => declared?.keySource);
}

interface Reader {
  readonly configuration: Configuration;
  /** The same with texts in the place of files, by name as shown. */
  read(texts: ReadonlyMap<string, string>): Promise<Configuration>;
}

async function readerOf(
  { directory, configuration }: Inventory,
  { variables = [] }: Pick<RepairOptions, "variables">,
  { cwd, env }: Surroundings,
): Promise<Reader> {
  // All of it is read: what else is made from a collection need not mention an invite.
  const request = { directory, cwd, env, variables, types: INVITE_TYPES, mention: [""], cache: new ParsedFiles() };
  const { tool } = configuration.settings;
  const load = (types: ReadonlySet<string>, texts: ReadonlyMap<string, string>) => {
    const changed = new Map([...texts].map(([file, text]) => [path.resolve(cwd, file), text]));
    return loadConfiguration({
      ...request,
      tool,
      related: (type) => types.has(type),
      fileSystem: overlayFileSystem(changed),
    });
  };
  const seen = await load(new Set(), new Map());
  const types = seen.parsed.flatMap(({ body }) =>
    body.blocks("resource", 2).flatMap(({ labels }) => labels[0]?.value ?? []),
  );
  const related = new Set(types.filter((type) => !isInviteType(type)));
  return { configuration: await load(related, new Map()), read: (texts) => load(related, texts) };
}

type Attempt = Pick<EditedRoot, "files" | "done" | "after">;

type Attempted = ({ readonly ok: true } & Attempt) | { readonly ok: false; readonly reason: string };

/** A key may be written in several places; each reading shows one of them. */
const MOST_ROUNDS = 20;

function attemptsOn(inventory: Inventory, reader: Reader, editable: Editable) {
  const before = inventory.configuration;
  return async (going: readonly InviteEntry[], emptied: ReadonlySet<string>): Promise<Attempted> => {
    const broken = before.problems[0];
    if (broken !== undefined) return fail(`${fileAndLine(broken.range)} has a syntax error, which comes first`);
    const addresses = going.map(({ address }) => address);
    const done: DoneEdit[] = [];
    const changed = new Set<string>();
    const texts = new Map<string, string>();
    let current = before;
    const lineOf = ({ file, start }: Omit<TextEdit, "text">) => lineAt(current.texts.get(file) ?? "", start);
    const note = (changes: readonly Change[], step: ConfigurationStep | undefined) => {
      const places = changes.map(stretchOf);
      if (step !== undefined) for (const place of places) done.push({ file: place.file, line: lineOf(place), step });
      for (const name of changedNames(places, current, addresses)) changed.add(name);
    };
    const steps = configurationChanges(going, inventory);
    let changes: Change[] = [];
    for (const written of steps) {
      const change = emptied.has(written.step.resource) ? withBlockKept(written) : written;
      const edit = editFor(change, before);
      if (!edit.ok) return fail(edit.reason);
      changes.push(...edit.changes);
      note(edit.changes, change.step);
    }
    const literals = literalValues(going, inventory);
    for (const { read, ...edit } of literals)
      done.push({ file: edit.file, line: lineOf(edit), read, isWrittenOut: edit.text !== "" });
    changes.push(...literals);
    const dropping = steps.find((one) => one.step.kind === "drop-keys")?.step;
    for (let round = 1; ; round += 1) {
      const why = await apply(changes, current, texts, editable);
      if (why !== undefined) return fail(why);
      current = await reader.read(texts);
      const still = stillDeclared(going, current);
      const more = still.length === 0 || round >= MOST_ROUNDS ? undefined : dropKeys(still, current);
      if (more?.ok !== true) break;
      changes = [...more.changes];
      note(changes, dropping);
    }
    const effect = sideEffect({ before, after: current, changed: [...changed], literals, going: addresses });
    if (effect !== undefined) return fail(`${effect.text} (${fileAndLine(effect.range)})`);
    const files = new Map([...texts].map(([file, after]) => [file, { before: before.texts.get(file) ?? "", after }]));
    return { ok: true, files, done: done.filter(({ file }) => files.has(file)), after: current };
  };
}

/** Drops the same invites from the collection of the block, and keeps the block. */
function withBlockKept({ step, entries }: ConfigurationChange): ConfigurationChange {
  if (step.kind !== "delete-block") return { step, entries };
  const { resource, collection, range } = step;
  const keys = entries.map(({ address }) => formatInstanceKey(address.key).slice(1, -1));
  const via = collection === undefined ? {} : { via: collection };
  return { step: { kind: "drop-keys", resource, keys, ...via, ofCall: false, range }, entries };
}

/** Makes changes of the current texts, or says why not. */
async function apply(
  changes: readonly Change[],
  { texts: known, parsed }: Configuration,
  texts: Map<string, string>,
  editable: Editable,
): Promise<string | undefined> {
  for (const file of new Set(changes.map((change) => stretchOf(change).file))) {
    const why = await editable.whyNot(file);
    if (why !== undefined) return `${file} is not changed: ${why}`;
  }
  const removals = changes.flatMap((change) => ("text" in change ? [change] : []));
  const aligned = parsed.flatMap((file) =>
    realignedMaps(
      file,
      removals.filter((edit) => edit.file === file.file),
    ),
  );
  const result = await editTexts([...changes, ...aligned], (file) => texts.get(file) ?? known.get(file));
  if (!result.ok) {
    return result.reason === "unparsable"
      ? `the edited ${result.file} would not be valid`
      : "what has to change overlap";
  }
  for (const [file, text] of result.texts) texts.set(file, text);
  return undefined;
}

/** The places of keys that are left of invites that are to go. */
function stillDeclared(going: readonly InviteEntry[], { resources }: Configuration) {
  const names = new Set(going.map(({ name }) => name));
  const instances = resources.flatMap((resource) => resource.instances);
  return instances.flatMap(({ address, keySource = [] }) => (names.has(formatAddress(address)) ? keySource : []));
}

function fail(reason: string): Attempted & { readonly ok: false } {
  return { ok: false, reason };
}
