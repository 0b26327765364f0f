import { chmod, mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Surroundings } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { reasonOf } from "../base/replace-files.js";
import { diskFileSystem, repositoryRoot } from "../terraform/files/file-system.js";

const ELSEWHERE = "Set XDG_STATE_HOME to a directory outside of any Git repository.";

/**
 * Where journals and backups are kept: the user's folder for what programs remember, not for their settings.
 * `XDG_STATE_HOME` decides where it is set, as https://specifications.freedesktop.org/basedir-spec has it.
 */
export function journalFolder({ env, platform }: Pick<Surroundings, "env" | "platform">): string {
  const paths = platform === "win32" ? path.win32 : path.posix;
  const home = env["HOME"] || env["USERPROFILE"] || os.homedir();
  const given = env["XDG_STATE_HOME"];
  const usual =
    platform === "win32"
      ? env["LOCALAPPDATA"] || paths.join(home, "AppData", "Local")
      : platform === "darwin"
        ? paths.join(home, "Library", "Application Support")
        : paths.join(home, ".local", "state");
  // A relative one is to be ignored, says the specification.
  const base = given !== undefined && paths.isAbsolute(given) ? given : usual;
  if (!paths.isAbsolute(base)) throw new Failure("no directory for backups: HOME is not set", ELSEWHERE);
  return paths.join(base, "tfinvite", "repairs");
}

/** Makes the folder, for this user alone. Fails where a backup in it could end up under version control. */
export async function openJournalFolder(surroundings: Surroundings): Promise<string> {
  const folder = journalFolder(surroundings);
  const repository = repositoryRoot(folder, diskFileSystem);
  if (repository !== undefined) {
    throw new Failure(
      `refusing to store a state backup inside a Git repository (${folder} is in ${repository})`,
      ELSEWHERE,
    );
  }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (surroundings.platform !== "win32") await chmod(folder, 0o700);
  } catch (cause) {
    throw new Failure(`can't create the directory for backups: ${reasonOf(cause, folder)}`, ELSEWHERE, { cause });
  }
  return folder;
}
