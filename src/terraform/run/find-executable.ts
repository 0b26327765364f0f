import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";
import type { Environment } from "../root-module/root-module.js";

type ExecutableResult =
  | { readonly ok: true; readonly path: string }
  /** The program, or the reason for its absence; `path` is the closest candidate. */
  | { readonly ok: false; readonly reason: "not-found" }
  | { readonly ok: false; readonly reason: "not-executable" | "needs-shell"; readonly path: string };

function variable(env: Environment, name: string, anyCase: boolean): string {
  if (!anyCase) return env[name] ?? "";
  return Object.entries(env).find(([candidate]) => candidate.toUpperCase() === name)?.[1] ?? "";
}

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Finds the program that a word names, as a shell would. A word with a slash in it is relative to `cwd`. Relative
 * folders on the PATH are ignored: they would run programs from the current folder.
 */
export async function findExecutable(
  word: string,
  search: { readonly env: Environment; readonly cwd: string; readonly platform: NodeJS.Platform },
): Promise<ExecutableResult> {
  const windows = search.platform === "win32";
  const paths = windows ? path.win32 : path.posix;
  const named = word.includes("/") || (windows && word.includes("\\"));
  const folders = named
    ? [search.cwd]
    : variable(search.env, "PATH", windows)
        .split(paths.delimiter)
        .map((folder) => (windows ? folder.replace(/^"(.*)"$/, "$1") : folder))
        .filter((folder) => paths.isAbsolute(folder));
  const extensions = windows
    ? (variable(search.env, "PATHEXT", true) || ".COM;.EXE;.BAT;.CMD")
        .split(";")
        .filter((extension) => extension !== "")
    : [""];
  const hasExtension = windows && extensions.some((extension) => word.toLowerCase().endsWith(extension.toLowerCase()));

  let near: ExecutableResult = { ok: false, reason: "not-found" };
  for (const folder of folders) {
    for (const extension of hasExtension ? [""] : extensions) {
      const file = paths.resolve(folder, word + extension);
      if (!(await stat(file).catch(() => undefined))?.isFile()) continue;
      // Node starts a batch file only through a shell, which can't quote addresses safely
      // (https://nodejs.org/en/blog/vulnerability/april-2024-security-releases-2), so look further for a program.
      if (windows && /\.(?:bat|cmd)$/i.test(file)) {
        if (!near.ok && near.reason === "not-found") near = { ok: false, reason: "needs-shell", path: file };
      } else if (windows || (await isExecutable(file))) {
        return { ok: true, path: file };
      } else if (!near.ok && near.reason === "not-found") {
        near = { ok: false, reason: "not-executable", path: file };
      }
    }
  }
  return near;
}
