import {
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  type SpawnOptionsWithoutStdio,
  spawn,
} from "node:child_process";
import { stat } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { withoutSecrets } from "../../base/secrets.js";
import type { Environment } from "../root-module/root-module.js";
import { childEnvironment } from "./child-environment.js";
import { findExecutable } from "./find-executable.js";
import type { Tool } from "./tool.js";

export interface RunOptions {
  /** The program and its first arguments, such as `["terraform"]` or `["terragrunt", "run", "--"]`. */
  readonly argv: readonly string[];
  /** The further arguments, such as `["state", "pull"]`. They reach the program unchanged: there is no shell. */
  readonly args: readonly string[];
  /** The root module. */
  readonly directory: string;
  /** The base of a relative path in `argv`; by default the folder of this process. */
  readonly cwd?: string;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  /** Text for its standard input, which is empty by default. */
  readonly input?: Uint8Array;
  /** Further variables to remove from its environment: providers that are not configured need no secrets. */
  readonly withhold?: ((name: string) => boolean) | undefined;
  /** How long an interrupted Terraform may take to end by itself, in milliseconds; short by default. */
  readonly gracePeriod?: number;
}

/** What is needed to run the tool in a root module. Relative paths of files are relative to `cwd`, too. */
export interface RootModuleOptions extends Pick<RunOptions, "directory" | "cwd" | "env" | "signal" | "withhold"> {
  readonly tool: Pick<Tool, "argv">;
  /** The root module's name in messages; by default `directory`. */
  readonly origin?: string;
}

export interface Run<Output = Buffer> {
  readonly ok: true;
  /** Absent if a signal ended the program. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: Output;
  /** The end of its stderr, as plain text. */
  readonly stderr: string;
  /** Variables that were removed from its environment; see `childEnvironment`. */
  readonly removedVariables: readonly string[];
}

export interface RunFailure {
  readonly ok: false;
  readonly kind: "not-found" | "not-executable" | "needs-shell" | "no-directory" | "not-started" | "aborted";
  /** What happened, as one sentence without a full stop. */
  readonly message: string;
  /** What to do next, as whole sentences. */
  readonly hint: string;
}

export type RunResult<Output = Buffer> = Run<Output> | RunFailure;

const STDERR_LENGTH = 16 * 1024;
/** A command that only reads has nothing to finish, and no lock. */
const GRACE_PERIOD = 700;

function failure(kind: RunFailure["kind"], message: string, hint: string): RunFailure {
  return { ok: false, kind, message, hint };
}

/** Terraform's stderr without colors, frames and possible secrets in URLs. */
export function plainText(stderr: string): string {
  return stripVTControlCharacters(stderr)
    .replace(/^[╷╵].*\n?/gm, "")
    .replace(/^│ ?/gm, "")
    .replace(/(\b[a-z][a-z+.-]*:\/\/)[^\s/@"']+@/gi, "$1***@")
    .replace(/(\b[a-z][a-z+.-]*:\/\/[^\s?"']+)\?[^\s"']+/gi, "$1?***")
    .trim();
}

/**
 * Signals the program and its child processes, as Ctrl-C in a terminal would. It has its own process group, so that a
 * Ctrl-C for tfinvite does not reach it as well: at the second interrupt Terraform gives up at once and leaves its lock
 * behind.
 */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The program has just ended.
  }
}

/** Starts the program; `spawn` throws some failures and emits others. */
function start(file: string, args: readonly string[], options: SpawnOptionsWithoutStdio) {
  try {
    return spawn(file, args, options);
  } catch (cause) {
    return cause instanceof Error ? cause : new Error("spawn failed", { cause });
  }
}

function notStarted(file: string, cause: Error): RunFailure {
  const code = "code" in cause ? String(cause.code) : "unknown error";
  const hint =
    code === "E2BIG"
      ? "One call can't take this many arguments. Name fewer addresses at a time."
      : "Check that it is a program for this system, and try to run it by hand.";
  return failure("not-started", `${file} could not be started (${code})`, hint);
}

const TOOL_NAMES: ReadonlyMap<string, string> = new Map([
  ["terraform", "Terraform"],
  ["tofu", "OpenTofu"],
]);

/** Finds the program, or explains why it cannot be started. */
async function resolveProgram({ argv: [word = ""], env, cwd = process.cwd() }: RunOptions) {
  const found = await findExecutable(word, { env, cwd, platform: process.platform });
  if (found.ok) return found;
  if (found.reason === "not-found") {
    const what = `no program "${word}"${/[\\/]/.test(word) ? "" : " on the PATH"}`;
    const name = TOOL_NAMES.get(word) ?? "it";
    const hint = `Install ${name}, name the program with --terraform-bin, or pass its output as a file (--state, --plan).`;
    return failure(found.reason, what, hint);
  }
  const { reason, path } = found;
  if (reason === "not-executable") return failure(reason, `${path} is not executable`, `Run chmod +x ${path}.`);
  const what = `${path} is a batch file, which can't be started safely without a shell`;
  return failure(reason, what, "Name the program itself: --terraform-bin PATH\\terraform.exe.");
}

/**
 * Interrupts the program when the signal aborts, and kills it after the grace period. Returns a function that stops
 * this.
 */
function interruptOn(signal: AbortSignal | undefined, child: ChildProcessWithoutNullStreams, gracePeriod: number) {
  let killer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    signalGroup(child, "SIGINT");
    killer = setTimeout(() => {
      signalGroup(child, "SIGKILL");
      // A child process in another group may still hold the pipes.
      child.stdout.destroy();
      child.stderr.destroy();
    }, gracePeriod);
  };
  signal?.addEventListener("abort", interrupt, { once: true });
  if (signal?.aborted) interrupt();
  return () => {
    clearTimeout(killer);
    signal?.removeEventListener("abort", interrupt);
  };
}

/**
 * Runs Terraform, OpenTofu or a wrapper of them to the end, without a shell. A non-zero exit code is not a failure of
 * this function. Aborting interrupts it, waits for the grace period, and then kills it.
 */
export async function runTerraform(options: RunOptions): Promise<RunResult> {
  return await runReading(options, buffer);
}

/** Runs the program like `runTerraform`, and reads its standard output as a stream. */
export async function runReading<Output>(
  options: RunOptions,
  read: (output: AsyncIterable<Uint8Array>) => Promise<Output>,
): Promise<RunResult<Output>> {
  const { signal } = options;
  const aborted = failure("aborted", `\`${commandText(options)}\` was interrupted`, "Run it again.");
  if (signal?.aborted) return aborted;
  const folder = await stat(options.directory).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    return failure("no-directory", `no such directory: ${options.directory}`, "Check the path.");
  }
  const program = await resolveProgram(options);
  if (!program.ok) return program;
  const environment = childEnvironment(options.env, options.withhold);

  const child = start(program.path, [...options.argv.slice(1), ...options.args], {
    cwd: options.directory,
    env: environment.env,
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  if (child instanceof Error) return notStarted(program.path, child);

  const stopWaiting = interruptOn(signal, child, options.gracePeriod ?? GRACE_PERIOD);
  const closed = new Promise<{ code: number | null; signal: NodeJS.Signals | null } | Error>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code, endedBy) => resolve({ code, signal: endedBy }));
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = endOf(stderr + text);
  });
  // A program may end without reading its input.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input);

  try {
    const stdout = await read(child.stdout.iterator({ destroyOnReturn: false }));
    // A reader that stops early must not leave the program waiting for room in the pipe.
    child.stdout.resume();
    const end = await closed;
    if (signal?.aborted) return aborted;
    if (end instanceof Error) return notStarted(program.path, end);
    return {
      ok: true,
      exitCode: end.code ?? undefined,
      signal: end.signal ?? undefined,
      stdout,
      stderr: withoutSecrets(plainText(stderr), options.env),
      removedVariables: environment.removed,
    };
  } catch (cause) {
    if (signal?.aborted) return aborted;
    signalGroup(child, "SIGINT");
    throw cause;
  } finally {
    stopWaiting();
  }
}

/** The end of a long text, from the start of a line: a mask would not recognize a secret that is cut in half. */
function endOf(text: string): string {
  if (text.length <= STDERR_LENGTH) return text;
  const end = text.slice(-STDERR_LENGTH);
  return end.slice(end.indexOf("\n") + 1 || end.length);
}

/** The command as a person would type it, for messages. */
export function commandText(options: Pick<RunOptions, "argv" | "args">): string {
  return [...options.argv, ...options.args].join(" ");
}
