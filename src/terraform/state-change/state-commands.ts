import { defined } from "../../base/defined.js";
import { childEnvironment } from "../run/child-environment.js";
import { describeEnding, explainFailure, type KnownFailure } from "../run/explain-failure.js";
import { commandText, type Run, type RunOptions, runTerraform } from "../run/run-terraform.js";
import type { Locking } from "./backend.js";

/** What is needed to read and write one root module's state with Terraform. */
export interface StateAccess extends Pick<RunOptions, "argv" | "directory" | "env" | "withhold"> {
  /** The root module's name in messages. */
  readonly origin: string;
  /** The base of a relative path in `argv`. */
  readonly cwd: string;
}

/** Where the state of a root module is, and how to access it. */
export interface StatePlace {
  /** As the user named it. */
  readonly directory: string;
  readonly access: StateAccess;
  readonly workspace: string;
  /** Type of the backend; absent without a backend, or where only the tool knows it. */
  readonly backend?: string;
  /** The state's file, where there is no backend. */
  readonly file?: string;
  /** Whether that file is encrypted, as OpenTofu does it. */
  readonly encrypted?: boolean;
  readonly locking: Locking;
  /** The variable or flag that switches off locking, if one does. */
  readonly lockingOff?: string;
}

/** Why a Terraform command failed. */
export interface AccessFailure {
  readonly message: string;
  readonly hint: string;
  /** Terraform's own error text. */
  readonly detail?: string;
  /** True where another run holds the lock: a later try may succeed. */
  readonly locked?: boolean;
}

export type Accessed<T> = ({ readonly ok: true } & T) | ({ readonly ok: false } & AccessFailure);

/** Terraform may be sending a large state over a slow connection, and must be able to finish. */
const GRACE_PERIOD = 120_000;

/** Runs `terraform state VERB` in the root module; returns its output, or why it failed. */
async function runState(
  access: StateAccess,
  [verb, ...args]: readonly [verb: string, ...args: string[]],
  options: { readonly signal?: AbortSignal | undefined; readonly input?: Uint8Array } = {},
): Promise<Accessed<{ readonly stdout: Buffer }>> {
  const all = ["state", verb, "-no-color", ...args];
  const grace = verb === "pull" ? {} : { gracePeriod: GRACE_PERIOD };
  const run = await runTerraform({ ...access, args: all, ...grace, ...options });
  if (!run.ok) return { ok: false, message: run.message, hint: run.hint };
  return run.exitCode === 0
    ? { ok: true, stdout: run.stdout }
    : { ok: false, ...failureOf(run, access, `state ${verb}`) };
}

function failureOf(run: Run, access: StateAccess, command: string): AccessFailure {
  const { argv, origin: directory } = access;
  return (
    lockFailure(run, access, command) ??
    explainFailure({
      argv,
      command,
      directory,
      ending: describeEnding(run.exitCode, run.signal),
      stderr: run.stderr,
      known: command === "state push" ? [OVERTAKEN] : [],
      otherwise: "check the backend",
    })
  );
}

/** https://github.com/hashicorp/terraform/blob/main/internal/states/statemgr/migrate.go (CheckValidImport) */
const OVERTAKEN: KnownFailure = {
  pattern: /over\s+newer\s+state|different\s+state\s+that\s+has\s+the\s+same\s+serial/i,
  what: "another run has written the state in the meantime",
  hint: () => "Run it again for the current state.",
};

/**
 * The failure of a command because another run holds the lock. The http backend prints the caller's own data below the
 * holder's ID:
 * https://github.com/hashicorp/terraform/blob/main/internal/backend/remote-state/http/client.go
 */
export function lockHolderOf(
  stderr: string,
): { readonly id: string; readonly who?: string; readonly operation?: string; readonly created?: string } | undefined {
  if (!/acquiring the state lock/i.test(stderr)) return undefined;
  const field = (name: string) => new RegExp(`^\\s*${name}:[ \\t]*(\\S.*?)\\s*$`, "m").exec(stderr)?.[1];
  const held = /already\s+locked:\s+ID=(\S+)/.exec(stderr)?.[1];
  const printed = field("ID");
  const id = held ?? printed;
  if (id === undefined) return undefined;
  if (held !== undefined && held !== printed) return { id };
  return { id, ...defined({ who: field("Who"), operation: field("Operation"), created: field("Created") }) };
}

function lockFailure({ stderr }: Run, access: StateAccess, command: string): AccessFailure | undefined {
  const holder = lockHolderOf(stderr);
  if (holder === undefined) return undefined;
  const { id, who, operation, created } = holder;
  const by = who === undefined ? "" : ` by ${who}`;
  const what = [operation, created && `since ${created.replace(/\.\d+ \+0000 UTC$/, " UTC")}`, `lock ${id}`];
  const program = access.argv.join(" ");
  return {
    message: `\`${commandText({ argv: access.argv, args: [command] })}\` failed in ${access.origin}: the state is locked${by} (${what.filter(Boolean).join(", ")})`,
    hint: `Wait for that run to end, or let tfinvite wait with --lock-timeout 10m. If the run is dead, run \`${program} force-unlock ${id}\` there.`,
    locked: true,
  };
}

/** The state in the backend, byte for byte as Terraform prints it; empty without a state. */
export async function pullBytes(access: StateAccess, signal?: AbortSignal): Promise<Accessed<{ bytes: Buffer }>> {
  const run = await runState(access, ["pull"], { signal });
  return run.ok ? { ok: true, bytes: run.stdout } : run;
}

/**
 * Writes a state with Terraform, through its standard input, so that no copy is left in a file. Terraform rejects
 * another lineage, a lower serial, and other contents under the same serial.
 */
export async function pushState(
  access: StateAccess,
  bytes: Buffer,
  { lockTimeout, signal }: { readonly lockTimeout: string; readonly signal?: AbortSignal },
): Promise<Accessed<object>> {
  return runState(access, ["push", `-lock-timeout=${lockTimeout}`, "-"], { input: bytes, signal });
}

/** How many bytes of arguments one process may get, after subtracting the environment and a reserve. */
export function roomForArguments(platform: NodeJS.Platform, env: Readonly<Record<string, string>>): number {
  // CreateProcess takes 32,767 characters in all:
  // https://learn.microsoft.com/en-us/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw
  if (platform === "win32") return 30_000;
  // A quarter of the usual stack on Linux, 1 MiB on macOS; a wrapper adds to the environment before it calls Terraform.
  const limit = platform === "linux" ? 2 * 1024 * 1024 : 1024 * 1024;
  const taken = Object.entries(env).reduce((sum, [name, value]) => sum + sizeOf(`${name}=${value}`), 0);
  return Math.max(64 * 1024, Math.floor((limit - taken) / 2));
}

/** The size of a word in memory: its bytes, the NUL, and the pointer to it. */
function sizeOf(word: string): number {
  return Buffer.byteLength(word) + 1 + 8;
}

/** The size on Windows, where all words are one line, and quotes and the backslashes before them are doubled. */
function windowsSizeOf(word: string): number {
  return word.length + (word.match(/["\\]/g)?.length ?? 0) + 3;
}

/** Splits words into as few lists as fit the limit, in their order; a word that is too long gets its own list. */
export function chunkWords(words: readonly string[], room: number, platform: NodeJS.Platform): string[][] {
  const size = platform === "win32" ? windowsSizeOf : sizeOf;
  const chunks: string[][] = [];
  let left = 0;
  for (const word of words) {
    const last = chunks.at(-1);
    if (last !== undefined && size(word) <= left) last.push(word);
    else {
      chunks.push([word]);
      left = room;
    }
    left -= size(word);
  }
  return chunks;
}

/**
 * Removes instances from the state with Terraform, under its lock, in one call if one command line can hold them. Each
 * name must be the full address of an existing instance: Terraform applies the address of a resource to all its
 * instances, and ignores a missing one silently. It does not wait for the lock: the holder may write, and then the
 * names must be checked again. Stops at the first call that fails. The output proves nothing: Terraform prints
 * "Removed" before the write.
 */
export async function removeInstances(
  access: StateAccess,
  names: readonly string[],
  {
    platform,
    signal,
    onCall,
  }: {
    readonly platform: NodeJS.Platform;
    readonly signal?: AbortSignal;
    /** Called before each call with the number of calls, and how many are done. */
    readonly onCall?: (done: number, all: number) => void;
  },
): Promise<Accessed<object>> {
  const room = roomForArguments(platform, childEnvironment(access.env, access.withhold).env);
  const chunks = chunkWords([...new Set(names)], room, platform);
  for (const [done, chunk] of chunks.entries()) {
    onCall?.(done, chunks.length);
    const run = await runState(access, ["rm", "-lock-timeout=0s", "--", ...chunk], { signal });
    if (!run.ok) return run;
  }
  return { ok: true };
}
