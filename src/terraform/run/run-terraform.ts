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
  /** What follows them, such as `["state", "pull"]`. Passed on as they are: no shell sees them. */
  readonly args: readonly string[];
  /** The root module. */
  readonly directory: string;
  /** Where a relative path in `argv` starts; the process's own folder, unless given. */
  readonly cwd?: string;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  /** Written to its standard input; without it, the input is empty. */
  readonly input?: Uint8Array;
  /** Further variables to leave out of its environment: providers that are not configured need no secrets. */
  readonly withhold?: ((name: string) => boolean) | undefined;
  /** How long an interrupted Terraform may take to end by itself, in milliseconds; short, unless given. */
  readonly gracePeriod?: number;
}

/** What it takes to ask the tool for something in a root module. Relative paths of files start at `cwd`, too. */
export interface RootModuleOptions extends Pick<RunOptions, "directory" | "cwd" | "env" | "signal" | "withhold"> {
  readonly tool: Pick<Tool, "argv">;
  /** How messages name the root module; as `directory` has it, unless given. */
  readonly origin?: string;
}

export interface Run<Output = Buffer> {
  readonly ok: true;
  /** Absent where a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: Output;
  /** The end of what it wrote to stderr, as plain text. */
  readonly stderr: string;
  /** Variables that were left out of its environment; see `childEnvironment`. */
  readonly removedVariables: readonly string[];
}

export interface RunFailure {
  readonly ok: false;
  readonly kind: "not-found" | "not-executable" | "needs-shell" | "no-directory" | "not-started" | "aborted";
  /** What happened, as one sentence without a full stop. */
  readonly message: string;
  /** What to do next, likewise. */
  readonly hint: string;
}

export type RunResult<Output = Buffer> = Run<Output> | RunFailure;

const STDERR_LENGTH = 16 * 1024;
/** What only reads has nothing to finish, and no lock. */
const GRACE_PERIOD = 700;

function failure(kind: RunFailure["kind"], message: string, hint: string): RunFailure {
  return { ok: false, kind, message, hint };
}

/** What Terraform wrote to stderr, without colours, frames and anything in a URL that may be a secret. */
export function plainText(stderr: string): string {
  return stripVTControlCharacters(stderr)
    .replace(/^[╷╵].*\n?/gm, "")
    .replace(/^│ ?/gm, "")
    .replace(/(\b[a-z][a-z+.-]*:\/\/)[^\s/@"']+@/gi, "$1***@")
    .replace(/(\b[a-z][a-z+.-]*:\/\/[^\s?"']+)\?[^\s"']+/gi, "$1?***")
    .trim();
}

/**
 * Signals the program and whatever it has started, as Ctrl-C in a terminal would. It has a process group of its own, so
 * that a Ctrl-C meant for us does not reach it as well: at the second interrupt Terraform gives up at once and leaves
 * its lock behind.
 */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has just ended.
  }
}

/** `spawn` throws some failures and emits others. */
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
      ? "there are too many arguments for one call: name fewer addresses at a time"
      : "check that it is a program for this system, and try to run it by hand";
  return failure("not-started", `${file} could not be started (${code})`, hint);
}

const TOOL_NAMES: ReadonlyMap<string, string> = new Map([
  ["terraform", "Terraform"],
  ["tofu", "OpenTofu"],
]);

/** Finds the program, or says why it cannot be started. */
async function resolveProgram({ argv: [word = ""], env, cwd = process.cwd() }: RunOptions) {
  const found = await findExecutable(word, { env, cwd, platform: process.platform });
  if (found.ok) return found;
  if (found.reason === "not-found") {
    const what = `there is no program "${word}"${/[\\/]/.test(word) ? "" : " on the PATH"}`;
    const name = TOOL_NAMES.get(word) ?? "it";
    const hint = `install ${name}, name the program with --terraform-bin, or give its output as a file (--state, --plan)`;
    return failure(found.reason, what, hint);
  }
  const { reason, path } = found;
  if (reason === "not-executable") return failure(reason, `${path} is not executable`, `make it so: chmod +x ${path}`);
  const what = `${path} is a batch file, and no shell is used here, for the sake of safe quoting`;
  return failure(reason, what, "name the program itself: --terraform-bin PATH\\terraform.exe");
}

/** Interrupts the program when the signal says so, and kills it after the grace period. Answers with what ends that. */
function interruptOn(signal: AbortSignal | undefined, child: ChildProcessWithoutNullStreams, gracePeriod: number) {
  let killer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    signalGroup(child, "SIGINT");
    killer = setTimeout(() => {
      signalGroup(child, "SIGKILL");
      // Something it started may have left the group and still hold the pipes.
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
 * Runs Terraform, OpenTofu or a wrapper of theirs to its end, without a shell. A non-zero exit code is not a failure of
 * this function. Aborting interrupts it, waits for the grace period, and then kills it.
 */
export async function runTerraform(options: RunOptions): Promise<RunResult> {
  return await runReading(options, buffer);
}

/** The same, with its standard output read as it comes. */
export async function runReading<Output>(
  options: RunOptions,
  read: (output: AsyncIterable<Uint8Array>) => Promise<Output>,
): Promise<RunResult<Output>> {
  const { signal } = options;
  const aborted = failure("aborted", `\`${commandText(options)}\` was interrupted`, "run it again");
  if (signal?.aborted) return aborted;
  const folder = await stat(options.directory).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    return failure("no-directory", `there is no directory ${options.directory}`, "check the path");
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
  // A program that ends without reading its input is no error of ours.
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

/** The end of a long text from a line's begin on: in half a word nobody would recognise the rest of a secret. */
function endOf(text: string): string {
  if (text.length <= STDERR_LENGTH) return text;
  const end = text.slice(-STDERR_LENGTH);
  return end.slice(end.indexOf("\n") + 1 || end.length);
}

/** The command as a person would type it, for messages. */
export function commandText(options: Pick<RunOptions, "argv" | "args">): string {
  return [...options.argv, ...options.args].join(" ");
}
