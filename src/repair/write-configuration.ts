import { readFile } from "node:fs/promises";
import path from "node:path";
import type { EngineContext } from "../base/engine-context.js";
import { count } from "../base/phrases.js";
import { clearParts, type Replacement, replaceAll, replaceOrFail } from "../base/replace-files.js";
import { realPathOf } from "../base/tree.js";
import { type InviteEntry, storedName } from "../invites/inventory.js";
import { countDistinct } from "../invites/planned/assessment.js";
import { type RepairPlan, sentAgain } from "../invites/remedies/repair-plan.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import type { FileChanges } from "../report/diff.js";
import { treesOf } from "../terraform/files/file-system.js";
import { type EditedRoot, editConfiguration } from "./edit-configuration.js";
import { exitOfEmitted } from "./exit.js";
import type { Journaled, JournaledEdit } from "./journal.js";
import type { RepairOptions } from "./options.js";
import type { PreparedRepair } from "./prepare.js";

/** A root module whose configuration is edited, in memory. */
export interface RootEdits {
  readonly plan: RepairPlan;
  readonly edited: EditedRoot;
}

/**
 * Removes people from the configuration, in memory: those of these invites, at any address, and the
 * members whose used invite no state holds any longer.
 */
export function editsFor(
  { inventory, forget, halfDone }: RepairPlan,
  isGone: (name: string) => boolean,
  options: RepairOptions,
  context: EngineContext,
): Promise<EditedRoot> {
  const gone = forget.flatMap(({ entry }) => (isGone(storedName(entry)) ? [entry] : []));
  const going = new Set<InviteEntry>([...gone, ...sentAgain(gone, inventory), ...halfDone.map(({ entry }) => entry)]);
  return editConfiguration(inventory, [...going], options, context);
}

/** The edits of `--write` alone: for people whose used invite no state holds any longer. */
export async function halfDoneEdits(
  { plans }: PreparedRepair,
  options: RepairOptions,
  context: EngineContext,
): Promise<RootEdits[]> {
  const roots: RootEdits[] = [];
  for (const plan of plans.filter(({ halfDone }) => halfDone.length > 0)) {
    roots.push({ plan, edited: await editsFor(plan, () => false, options, context) });
  }
  return roots;
}

/** All changed files of several root modules. */
export function changesOf(roots: readonly { readonly edited: Pick<EditedRoot, "files"> }[]): FileChanges {
  return new Map(roots.flatMap(({ edited }) => [...edited.files]));
}

/** Writes all of the files or none, below the repositories of these root modules; `out` is a file that the user has named. */
export async function writeChanges(
  changes: FileChanges,
  directories: readonly string[],
  { cwd }: EngineContext,
  out?: string,
): Promise<void> {
  const trees = treesOf(directories.map((directory) => path.resolve(cwd, directory)));
  // What the user has named may lie anywhere.
  const named = out === undefined ? undefined : realPathOf(path.dirname(path.resolve(cwd, out)));
  const replacements = [...changes].map(([name, texts]) => ({ ...texts, name, file: path.resolve(cwd, name) }));
  await replaceOrFail(replacements, [...trees, ...(named === undefined ? [] : [named])], "cannot write");
}

/** The exit status of `--write` alone. */
export function exitOfEdits(roots: readonly RootEdits[], prepared: PreparedRepair): ExitStatus {
  const left = countDistinct(roots.flatMap(({ edited }) => edited.left.flatMap(({ entries }) => entries)));
  if (left > 0) return { code: EXIT.incomplete, reason: `incomplete, ${count(left, "invite")} not edited: see above` };
  const unsure = prepared.plans.reduce((sum, plan) => sum + plan.unsure.length, 0);
  if (unsure === 0) return exitOfEmitted(prepared);
  const reason = `incomplete, whether the people of ${count(unsure, "invite")} are members is not known`;
  return { code: EXIT.incomplete, reason };
}

/** Files as a journal keeps them: by their place in the root module. */
export function journaledEdits(files: EditedRoot["files"], root: string, cwd: string): JournaledEdit[] {
  return [...files].map(([name, texts]) => ({ file: path.relative(root, path.resolve(cwd, name)), ...texts }));
}

/** What the files of a journal hold by now. */
export interface JournaledFiles {
  /** As the repair left them. */
  readonly edited: readonly JournaledEdit[];
  /** As they were before it. */
  readonly unedited: readonly JournaledEdit[];
  /** Neither. */
  readonly changed: readonly JournaledEdit[];
}

export async function readJournaledFiles(edits: readonly JournaledEdit[], root: string): Promise<JournaledFiles> {
  const found = { edited: [] as JournaledEdit[], unedited: [] as JournaledEdit[], changed: [] as JournaledEdit[] };
  for (const edit of edits) {
    const text = await readFile(path.resolve(root, edit.file), "utf8").catch(() => undefined);
    found[text === edit.after ? "edited" : text === edit.before ? "unedited" : "changed"].push(edit);
  }
  return found;
}

/**
 * Exchanges the two texts of each file, and clears away what a killed run of the same repair left beside them; gives the
 * reason where none was.
 */
export async function replaceJournaled(
  { id, content: { edits: all = [] } }: Journaled,
  edits: readonly JournaledEdit[],
  root: string,
  to: "before" | "after",
): Promise<string | undefined> {
  const replacements = edits.map(({ file, before, after }): Replacement => {
    const texts = to === "after" ? { before, after } : { before: after, after: before };
    return { ...texts, file: path.resolve(root, file), name: file };
  });
  const replaced = await replaceAll(replacements, treesOf([root]), undefined, id);
  if (!replaced.ok) return `${replaced.name}: ${replaced.reason}`;
  await clearParts(
    all.map(({ file }) => path.resolve(root, file)),
    id,
  );
  return undefined;
}
