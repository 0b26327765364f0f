import { existsSync } from "node:fs";
import path from "node:path";
import { readInputs } from "../assess/inputs.js";
import { startDeadline } from "../base/clock.js";
import type { EngineContext } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { count } from "../base/phrases.js";
import { type Replacement, replaceOrFail } from "../base/replace-files.js";
import { isForgetFile } from "../invites/remedies/forget-block-text.js";
import { doneStatements } from "../invites/rules/leftover-forget-block.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import type { ShownClean } from "../report/repair-blocks.js";
import type { Refactoring } from "../terraform/configuration/refactorings.js";
import { editTexts } from "../terraform/edit/text-edit.js";
import { treesOf } from "../terraform/files/file-system.js";
import { compareRanges, fileAndLine, rangeKey } from "../terraform/source-range.js";
import { editableFiles } from "./editable-files.js";
import type { RepairOptions } from "./options.js";

/** The result of `--clean`. */
export interface CleanResult extends ShownClean {
  /** How many inputs could not be read. */
  readonly unread: number;
}

/** Deletes the blocks that have forgotten what they were for, as the state shows; a file of ours that is left empty as well. */
export async function cleanBlocks(
  directories: readonly string[],
  options: RepairOptions,
  context: EngineContext,
): Promise<CleanResult> {
  const deadline = startDeadline(options.deadline, context.clock);
  const { inventories, notes, errors } = await readInputs(
    directories,
    { command: "repair", ...options },
    deadline,
    context,
  );
  context.notify(notes, errors);
  const deletions = new Map<string, Refactoring>();
  const texts = new Map<string, string>();
  const left: (readonly [string, string])[] = [];
  const needed = new Set(
    inventories.flatMap((inventory) => {
      const done = doneStatements(inventory);
      const others = inventory.configuration.refactorings.filter((one) => !done.has(one));
      return others.map(({ block }) => rangeKey(block.range));
    }),
  );
  let waiting = 0;
  for (const inventory of inventories) {
    const { configuration } = inventory;
    const editable = await editableFiles(configuration, context);
    const done = doneStatements(inventory);
    for (const one of done) {
      // Another root module, with a state of its own, may call the same module.
      if (needed.has(rangeKey(one.block.range))) continue;
      const why = await editable.whyNot(one.block.range.file);
      if (why === undefined) deletions.set(rangeKey(one.block.range), one);
      else left.push([fileAndLine(one.block.range), why]);
    }
    for (const [file, text] of configuration.texts) texts.set(file, text);
    waiting += configuration.refactorings.filter(
      (one) => isForgetFile(texts.get(one.block.range.file) ?? "") && !done.has(one),
    ).length;
  }
  const sorted = [...deletions.values()].sort((a, b) => compareRanges(a.block.range, b.block.range));
  const replacements = await replacementsOf(sorted, texts, context);
  await replaceOrFail(
    replacements,
    treesOf(inventories.map(({ directory }) => path.resolve(context.cwd, directory))),
    "cannot clean",
  );
  const emptied = replacements.filter(({ after }) => after === undefined);
  const deleted = [
    ...sorted.map((one) => [fileAndLine(one.block.range), `${one.kind} ${one.from ?? ""}`] as const),
    ...emptied.map(({ name }) => [name, "file deleted, because nothing was left in it"] as const),
  ];
  return { deleted, left, waiting, unread: errors.length };
}

/** The exit status of `--clean`. */
export function exitOfClean({ unread, left }: CleanResult): ExitStatus {
  if (unread > 0) return { code: EXIT.failed, reason: `${count(unread, "error")}, see above` };
  if (left.length === 0) return { code: EXIT.ok };
  return { code: EXIT.incomplete, reason: `incomplete, ${count(left.length, "block")} not deleted` };
}

async function replacementsOf(
  blocks: readonly Refactoring[],
  texts: ReadonlyMap<string, string>,
  { cwd }: EngineContext,
): Promise<Replacement[]> {
  const changes = blocks.map(({ block }) => ({ block: block.range }));
  const edited = await editTexts(changes, (file) => texts.get(file));
  if (!edited.ok) {
    const what =
      edited.reason === "unparsable" ? `what remains of ${edited.file} would not be valid` : "the blocks overlap";
    throw new Failure(what, "Delete the blocks by hand.");
  }
  const replacements: Replacement[] = [];
  for (const [name, after] of edited.texts) {
    const before = texts.get(name) ?? "";
    const file = path.resolve(cwd, name);
    if (!existsSync(file)) continue;
    replacements.push({ file, name, before, ...(!(isForgetFile(before) && isEmpty(after)) && { after }) });
  }
  return replacements;
}

/** Whether only comments are left. */
function isEmpty(text: string): boolean {
  const bare = text.replace(/^\ufeff/, "");
  return (
    /^(?:[ \t]*(?:(?:#|\/\/).*)?(?:\r?\n|$))*$/.test(bare) ||
    /^\s*\{\s*(?:"\/\/"\s*:\s*"(?:[^"\\]|\\.)*"\s*)?\}\s*$/.test(bare)
  );
}
