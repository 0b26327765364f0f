import { renameSync } from "node:fs";
import {
  access,
  chmod,
  constants,
  copyFile,
  lstat,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { Failure } from "./failure.js";

/** A regular file to be replaced, or the place of one that is not there yet. */
export interface Replaceable {
  readonly path: string;
  /** The permissions of the file that is there already. */
  readonly mode?: number;
}

/** What the system itself puts behind a name: devices, and the descriptors of `>(…)`. */
const SPECIAL_PLACE = /^(?:\/dev\/|\/proc\/|\\\\\.\\)/;

/** The regular file behind a path, or the path itself where nothing is; undefined where only writing into it will do. */
export async function replaceable(file: string): Promise<Replaceable | undefined> {
  if (SPECIAL_PLACE.test(file)) return undefined;
  try {
    const found = await stat(file);
    return found.isFile() ? { path: await realpath(file), mode: found.mode & 0o777 } : undefined;
  } catch {
    // Nothing there, or a link that leads nowhere; any other reason comes up again on writing.
    return (await isLink(file)) ? undefined : { path: file };
  }
}

async function isLink(file: string): Promise<boolean> {
  return lstat(file).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

/** Replaces one file, so that nobody ever sees half of it. */
export async function replaceFile(target: Replaceable, text: string): Promise<void> {
  const part = partBeside(target);
  try {
    await writePart(part, target, text);
    await rename(part, target.path);
  } catch (error) {
    // Whether or not there is anything to clear away, the first error is the one to tell.
    await remove(part);
    throw error;
  }
}

function partBeside(target: Replaceable): string {
  return path.join(path.dirname(target.path), `.tfinvite-${crypto.randomUUID()}.part`);
}

async function writePart(part: string, target: Replaceable, text: string): Promise<void> {
  await writeFile(part, text, { flag: "wx", ...(target.mode !== undefined && { mode: target.mode }) });
  if (target.mode !== undefined) await chmod(part, target.mode);
}

async function remove(part: string): Promise<void> {
  await rm(part, { force: true }).catch(() => undefined);
}

/** The system's reason in one line, naming nothing but the file as the user wrote it. */
export function reasonOf(cause: unknown, name: string): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message.replace(/ '.*$/s, ` '${name}'`);
}

/**
 * Writes a file so that nobody ever sees half of it; what is no regular file (a pipe, a device) is written to as it
 * stands. A symbolic link stays one: its target is written. `name` is the file as the user wrote it.
 */
export async function writeWhole(file: string, name: string, text: string): Promise<void> {
  try {
    const target = await replaceable(file);
    // Appending is the same to a pipe or a device, and spares a log that standard error goes to.
    if (target === undefined) await writeFile(file, text, { flag: "a" });
    else await replaceFile(target, text);
  } catch (cause) {
    throw new Failure(`cannot write ${name}: ${reasonOf(cause, name)}`, undefined, { cause });
  }
}

/** A file to be replaced together with others. */
export interface Replacement {
  /** Absolute. */
  readonly file: string;
  /** As the user knows it. */
  readonly name: string;
  /** What has to be in it for the replacement to be right; absent for a file that is not there yet. */
  readonly before?: string;
  /** Absent for a file that is deleted. */
  readonly after?: string;
}

export type Replaced =
  | { readonly ok: true }
  /** `kept` are copies of what could not be put back, beside the files that they belong to: mostly none. */
  | {
      readonly ok: false;
      readonly name: string;
      readonly reason: string;
      readonly kept: readonly string[];
      readonly cause?: unknown;
    };

interface Staged extends Replacement {
  readonly target: Replaceable;
  readonly part: string;
  /** A copy of what was there. */
  readonly original: string;
}

/**
 * Replaces, makes and deletes all of the files or none. Everything is written beside them first, the originals too, so that neither a full
 * disk nor a missing permission can come up once the first file has been exchanged; the exchange itself only renames.
 * `exchange` is the rename that does it.
 */
export async function replaceAll(
  replacements: readonly Replacement[],
  exchange: (from: string, to: string) => void = renameSync,
): Promise<Replaced> {
  const staged: Staged[] = [];
  let result: Replaced = { ok: true };
  try {
    for (const replacement of replacements) {
      const fail = (reason: string, cause?: unknown): Replaced => ({
        ok: false,
        name: replacement.name,
        reason,
        kept: [],
        ...(cause !== undefined && { cause }),
      });
      try {
        const target = await replaceable(replacement.file);
        if (target === undefined || (target.mode === undefined && replacement.before !== undefined))
          return fail("it is no regular file any more");
        if (target.mode !== undefined && replacement.before === undefined) return fail("it is there already");
        const twin = staged.find((one) => one.target.path === target.path);
        if (twin !== undefined) {
          if (twin.after === replacement.after) continue;
          return fail(`it is the same file as ${twin.name}, and each would be changed in another way`);
        }
        if (!(await holds(target.path, replacement.before))) return fail("it has changed since it was read");
        await access(target.mode === undefined ? path.dirname(target.path) : target.path, constants.W_OK);
        const part = partBeside(target);
        const one = { ...replacement, target, part, original: `${part.slice(0, -".part".length)}.original` };
        staged.push(one);
        if (replacement.after !== undefined) await writePart(part, target, replacement.after);
        if (replacement.before !== undefined) await copyFile(target.path, one.original, constants.COPYFILE_EXCL);
      } catch (cause) {
        return fail(reasonOf(cause, replacement.name), cause);
      }
    }
    for (const { target, before, name } of staged)
      if (!(await holds(target.path, before).catch(() => false)))
        return { ok: false, name, reason: "it has changed since it was read", kept: [] };
    result = exchangeAll(staged, exchange);
    return result;
  } finally {
    const kept = result.ok ? [] : result.kept;
    for (const { part, original } of staged) {
      await remove(part);
      if (!kept.includes(original)) await remove(original);
    }
  }
}

/** Without a pause in between, so that no interruption comes between two files. */
function exchangeAll(staged: readonly Staged[], exchange: (from: string, to: string) => void): Replaced {
  for (const [index, { part, target, name, after }] of staged.entries()) {
    try {
      // A file to be deleted goes to where the new one would have come from, and is cleared away with that.
      if (after === undefined) exchange(target.path, part);
      else exchange(part, target.path);
    } catch (cause) {
      const lost = staged.slice(0, index).filter((one) => !putBack(one, exchange));
      return { ok: false, name, reason: reasonOf(cause, name), kept: lost.map(({ original }) => original), cause };
    }
  }
  return { ok: true };
}

function putBack({ original, target, before, part }: Staged, exchange: (from: string, to: string) => void): boolean {
  try {
    if (before === undefined) exchange(target.path, part);
    else exchange(original, target.path);
    return true;
  } catch {
    return false;
  }
}

/** By bytes: a text that was read from others would not bring them back. Without a text: whether nothing is there. */
async function holds(file: string, text: string | undefined): Promise<boolean> {
  if (text === undefined)
    return lstat(file).then(
      () => false,
      () => true,
    );
  return (await readFile(file)).equals(Buffer.from(text));
}

/** Replaces all of the files or none, and then fails with a Failure that says what is where. `what` is what could not be done: `cannot fix`. */
export async function replaceOrFail(replacements: readonly Replacement[], what: string): Promise<void> {
  const replaced = await replaceAll(replacements);
  if (replaced.ok) return;
  const { name, reason, kept, cause } = replaced;
  const hint =
    kept.length === 0
      ? "Nothing was written: all files are as they were. Put that right and run it again."
      : `These could not be put back, and are beside the changed files: ${kept.join(", ")}`;
  throw new Failure(`${what} ${name}: ${reason}`, hint, { cause });
}

/**
 * Writes a file for this user alone, in the place of one that may be there, and returns once the disk has it. Whoever
 * reads it sees all of it or what was there before, whatever happens in between.
 */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const part = `${file}.${crypto.randomUUID()}.part`;
  const handle = await open(part, "wx", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
  await syncFolder(path.dirname(file));
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
