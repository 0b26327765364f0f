import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Where a program is, by PATH; undefined where it is not. */
export function onPath(program: string): string | undefined {
  for (const directory of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const file = path.join(directory, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

/** Pipes a script into a shell, as `tfinvite repair | bash` does. */
export function pipeInto(
  argv: readonly [string, ...string[]],
  script: string,
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  // Node's own pipes are sockets, which fish takes for directories; cat makes a real pipe.
  const { status, stdout, stderr, error } = spawnSync("sh", ["-c", 'cat | "$@"', "sh", ...argv], {
    input: script,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LC_ALL: "C.UTF-8", ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}
