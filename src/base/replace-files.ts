import { renameSync } from "node:fs";
import {
  access,
  constants,
  copyFile,
  lstat,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { Failure } from "./failure.js";
import { type Trees, whyNotWritten } from "./tree.js";

/** A regular file to be replaced, or the place of one that is not there yet. */
interface Replaceable {
  readonly path: string;
  /** The permissions of the file that is there already. */
  readonly mode?: number;
}

/** What the system itself puts behind a name: devices, and the descriptors of `>(…)`. */
const SPECIAL_PLACE = /^(?:\/dev\/|\/proc\/|\\\\\.\\)/;

/** The regular file behind a path, or the path itself where nothing is; undefined where only writing into it will do. */
async function replaceable(file: string): Promise<Replaceable | undefined> {
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
  return (await lstat(file).catch(() => undefined))?.isSymbolicLink() === true;
}

/** Replaces one file, so that no reader ever sees half of it, even after a power failure. */
async function replaceFile(target: Replaceable, content: string | Uint8Array): Promise<void> {
  const part = partBeside(target);
  try {
    await writePart(part, target, content);
    await rename(part, target.path);
  } catch (error) {
    // Whether or not there is anything to clear away, the first error is the one to tell.
    await remove(part);
    throw error;
  }
}

/** Writes a file for this user alone, in place of one that may be there; on the disk, with its name, once it returns. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  await replaceFile({ path: file, mode: 0o600 }, content);
  // Windows cannot open a folder.
  if (process.platform === "win32") return;
  const folder = await open(path.dirname(file), "r");
  await folder.sync().finally(() => folder.close());
}

/**
 * Writes a file so that no reader ever sees half of it; a pipe or a device is written to directly.
 * The target of a symbolic link is written, not the link. `name` is the file as the user wrote it.
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

/** What one writer has beside a file for a moment begins with this; a name that is kept tells the leftovers of a killed one. */
function partPrefix(writer: string): string {
  return `.tfinvite-${writer}-`;
}

function partBeside(target: Replaceable, writer?: string): string {
  const prefix = writer === undefined ? ".tfinvite-" : partPrefix(writer);
  return path.join(path.dirname(target.path), `${prefix}${crypto.randomUUID()}.part`);
}

/** Deletes what a writer that was killed left beside these files. */
export async function clearParts(files: readonly string[], writer: string): Promise<void> {
  const real = await Promise.all(files.map((file) => realpath(file).catch(() => file)));
  for (const folder of new Set(real.map((file) => path.dirname(file))))
    for (const name of await readdir(folder).catch(() => []))
      if (name.startsWith(partPrefix(writer))) await remove(path.join(folder, name));
}

async function writePart(part: string, { mode }: Replaceable, content: string | Uint8Array): Promise<void> {
  const handle = await open(part, "wx", mode);
  try {
    await handle.writeFile(content);
    if (mode !== undefined) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function remove(part: string): Promise<void> {
  await rm(part, { force: true }).catch(() => undefined);
}

/** The system's reason in one line, naming nothing but the file as the user wrote it. */
export function reasonOf(cause: unknown, name: string): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message.replace(/ '.*$/s, ` '${name}'`);
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

/** `kept` are copies of what could not be put back, beside the files that they belong to: mostly none. */
type NotReplaced = {
  readonly name: string;
  readonly reason: string;
  readonly kept: readonly string[];
  cause?: unknown;
};

type Replaced = { readonly ok: true } | ({ readonly ok: false } & NotReplaced);

interface Staged extends Replacement {
  readonly target: Replaceable;
  readonly part: string;
  /** A copy of what was there. */
  readonly original: string;
}

/**
 * Replaces, makes and deletes all of the files or none. Everything is written beside them first, the originals too, so
 * that neither a full disk nor a missing permission can come up once the first file has been exchanged; the exchange
 * itself only renames. Nothing outside the trees is written. `exchange` is the rename that does it; `writer` goes into the
 * names of what is written beside the files.
 */
export async function replaceAll(
  replacements: readonly Replacement[],
  trees: Trees,
  exchange: (from: string, to: string) => void = renameSync,
  writer?: string,
): Promise<Replaced> {
  const staged: Staged[] = [];
  let result: Replaced = { ok: true };
  try {
    for (const replacement of replacements) {
      const { name } = replacement;
      try {
        const reason = whyNotWritten(replacement.file, trees) ?? (await stage(replacement, staged, writer));
        if (reason !== undefined) return { ok: false, name, reason, kept: [] };
      } catch (cause) {
        return { ok: false, name, reason: reasonOf(cause, name), kept: [], cause };
      }
    }
    for (const { target, before, name } of staged)
      if (!(await holds(target.path, before).catch(() => false))) return { ok: false, name, reason: CHANGED, kept: [] };
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

const CHANGED = "it has changed since it was read";

/** Writes the new file and a copy of the old one beside it; gives the reason where it is not as it was read. */
async function stage(replacement: Replacement, staged: Staged[], writer?: string): Promise<string | undefined> {
  const { before, after } = replacement;
  const target = await replaceable(replacement.file);
  const isGone = target?.mode === undefined && before !== undefined;
  if (target === undefined || isGone) return "it is no longer a regular file";
  if (target.mode !== undefined && before === undefined) return "it is there already";
  const twin = staged.find((one) => one.target.path === target.path);
  if (twin !== undefined && twin.after === after) return undefined;
  if (twin !== undefined) return `it is the same file as ${twin.name}, and each would be changed in another way`;
  if (!(await holds(target.path, before))) return CHANGED;
  await access(target.mode === undefined ? path.dirname(target.path) : target.path, constants.W_OK);
  const part = partBeside(target, writer);
  const original = `${part.slice(0, -".part".length)}.original`;
  staged.push({ ...replacement, target, part, original });
  if (after !== undefined) await writePart(part, target, after);
  if (before !== undefined) await copyFile(target.path, original, constants.COPYFILE_EXCL);
  return undefined;
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
  if (text === undefined) return (await lstat(file).catch(() => undefined)) === undefined;
  return (await readFile(file)).equals(Buffer.from(text));
}

/** Replaces all of the files or none, and then fails with a Failure that says what is where. `what` is what could not be done: `cannot fix`. */
export async function replaceOrFail(replacements: readonly Replacement[], trees: Trees, what: string): Promise<void> {
  const replaced = await replaceAll(replacements, trees);
  if (replaced.ok) return;
  const { name, reason, kept, cause } = replaced;
  const hint =
    kept.length === 0
      ? "Nothing was written: all files are as they were. Fix that, and run it again."
      : `These could not be put back, and are beside the changed files: ${kept.join(", ")}`;
  throw new Failure(`${what} ${name}: ${reason}`, hint, { cause });
}
