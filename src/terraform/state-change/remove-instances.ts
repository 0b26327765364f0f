import { childEnvironment } from "../run/child-environment.js";
import { type Accessed, failureOf, runState, type StateAccess } from "./state-access.js";

/** How many bytes of arguments one process may get, the system's own and the environment's already taken off. */
export function roomForArguments(platform: NodeJS.Platform, env: Readonly<Record<string, string>>): number {
  // CreateProcess takes 32,767 characters in all: https://learn.microsoft.com/en-us/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw
  if (platform === "win32") return 30_000;
  // A quarter of the usual stack on Linux, 1 MiB on macOS; a wrapper adds to the environment before it calls Terraform.
  const limit = platform === "linux" ? 2 * 1024 * 1024 : 1024 * 1024;
  const taken = Object.entries(env).reduce((sum, [name, value]) => sum + sizeOf(`${name}=${value}`), 0);
  return Math.max(64 * 1024, Math.floor((limit - taken) / 2));
}

/** A word in memory: its bytes, the NUL, and the pointer to it. */
function sizeOf(word: string): number {
  return Buffer.byteLength(word) + 1 + 8;
}

/** On Windows all words are one line, in which quotes and the backslashes before them are doubled. */
function windowsSizeOf(word: string): number {
  return word.length + (word.match(/["\\]/g)?.length ?? 0) + 3;
}

/** Parts words into as few lists as the room allows, in their order; a word that is too long gets a list of its own. */
export function chunkWords(words: readonly string[], room: number, platform: NodeJS.Platform): string[][] {
  const size = platform === "win32" ? windowsSizeOf : sizeOf;
  const chunks: string[][] = [];
  let left = 0;
  for (const word of words) {
    const last = chunks.at(-1);
    if (last === undefined || size(word) > left) {
      chunks.push([word]);
      left = room - size(word);
    } else {
      last.push(word);
      left -= size(word);
    }
  }
  return chunks;
}

export interface RemovalOptions {
  readonly platform: NodeJS.Platform;
  readonly signal?: AbortSignal;
  /** Before each call: how many calls there are, and how many are done. */
  readonly onCall?: (done: number, all: number) => void;
}

/**
 * Has Terraform take instances out of the state, under its lock and in one call wherever one command line holds them.
 * Each name must be the full address of an instance that is there: Terraform takes the address of a resource for all its
 * instances, and is silent about one that is not there. It does not wait for the lock: whoever holds it may write, and then
 * the names have to be looked for again. Stops at the first call that fails. What was printed proves
 * nothing: "Removed" comes before the write.
 */
export async function removeInstances(
  access: StateAccess,
  names: readonly string[],
  options: RemovalOptions,
): Promise<Accessed<object>> {
  const { platform, signal } = options;
  const room = roomForArguments(platform, childEnvironment(access.env, access.withhold).env);
  const chunks = chunkWords([...new Set(names)], room, platform);
  for (const [done, chunk] of chunks.entries()) {
    options.onCall?.(done, chunks.length);
    const args = ["state", "rm", "-no-color", "-lock-timeout=0s", "--", ...chunk];
    const run = await runState(access, args, { ...(signal && { signal }) });
    const failure = failureOf(run, access, "state rm");
    if (failure !== undefined) return { ok: false, ...failure };
  }
  return { ok: true };
}
