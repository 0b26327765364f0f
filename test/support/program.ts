import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { main } from "../../src/cli/main.js";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const BIN = path.join(ROOT, "bin/tfinvite.js");
/** A module for `node --import` that makes `TFINVITE_TEST_NOW` the time. */
export const FIXED_CLOCK = new URL("fixed-clock.mjs", import.meta.url).href;

/** The moment at which whole-program tests take place unless they say otherwise: the recordings' second day. */
export const NOW = Date.UTC(2026, 10, 24, 21, 0, 0);

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The current time for the program, in milliseconds since 1970. */
  readonly now?: number;
  readonly input?: string | Buffer;
  /** Called with the running process, to send it signals. */
  readonly onStart?: (child: ReturnType<typeof spawn>) => void;
  /** For what the process itself is asked about: whether it runs, its id. */
  readonly inOwnProcess?: true;
  /** In a process group of its own, so that all of it can be signalled. */
  readonly detached?: boolean;
}

/** Runs the built program as a user would, in a process, with an environment without the machine's own variables. */
export function tfinviteProcess(args: readonly string[], options: RunOptions): Promise<Ran> {
  return runProcess(process.execPath, ["--import", FIXED_CLOCK, BIN, ...args], options);
}

/**
 * The same without a process for each run, which is most of a run's time: the built program's `main`, which touches
 * nothing of its process but what it is given. `TFINVITE_TEST_PROCESSES=1` starts processes instead.
 */
export async function tfinvite(args: readonly string[], options: RunOptions): Promise<Ran> {
  if (
    process.env["TFINVITE_TEST_PROCESSES"] === "1" ||
    args[0] === "lsp" ||
    options.onStart ||
    options.detached ||
    options.inOwnProcess
  ) {
    return tfinviteProcess(args, options);
  }
  const built: { readonly main: typeof main } = await import(path.join(ROOT, "dist/main.js"));
  const text = { stdout: "", stderr: "" };
  const collected = (stream: "stdout" | "stderr") => ({
    write: (piece: string) => {
      text[stream] += piece;
    },
  });
  const io = {
    stdin: Readable.from(options.input === undefined || options.input.length === 0 ? [] : [Buffer.from(options.input)]),
    stdout: collected("stdout"),
    stderr: collected("stderr"),
    env: environment(options),
    platform: process.platform,
    cwd: realpathSync(options.cwd),
    signal: new AbortController().signal,
  };
  const code = await startAt.run({ now: options.now ?? NOW, began: performance.now() }, () => built.main(args, io));
  return { code, ...text };
}

/** The calendar of the runs in this process: it starts at their moment and goes on from there. */
const startAt = new AsyncLocalStorage<{ readonly now: number; readonly began: number }>();
const RealDate = Date;
const now = () => {
  const run = startAt.getStore();
  return run === undefined ? RealDate.now() : Math.floor(run.now + performance.now() - run.began);
};
globalThis.Date = new Proxy(RealDate, {
  construct: (target, words, newTarget) => Reflect.construct(target, words.length === 0 ? [now()] : words, newTarget),
  get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
});

/** Runs a script of bash as a CI job would, with `programs` first on the PATH. */
export function bash(
  script: string,
  { programs, ...options }: RunOptions & { readonly programs: string },
): Promise<Ran> {
  const PATH = `${programs}${path.delimiter}${process.env["PATH"] ?? ""}`;
  return runProcess("bash", ["-c", script], { ...options, env: { PATH, ...options.env } });
}

function environment({ cwd, env, now = NOW }: RunOptions) {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: cwd,
    NO_COLOR: "1",
    TZ: "UTC",
    TFINVITE_TEST_NOW: String(now),
    ...env,
  };
}

function runProcess(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { cwd, input, onStart, detached = false } = options;
  const child = spawn(program, args, {
    cwd,
    env: environment(options),
    stdio: ["pipe", "pipe", "pipe"],
    detached,
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => stdout.push(piece));
  child.stderr.on("data", (piece: Buffer) => stderr.push(piece));
  // The program may end without having read its input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input ?? "");
  onStart?.(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

/** A run as one text, for comparing whole: what was typed, what came back on each stream, and the exit code. */
export function transcript(args: readonly string[], ran: Ran): string {
  const stderr = ran.stderr === "" ? "" : `--- stderr\n${ran.stderr}`;
  return `$ tfinvite ${args.join(" ")}\n--- stdout\n${ran.stdout}${stderr}--- exit ${ran.code}\n`;
}

/** Standard error without the list of rule pages, which follows the findings of `compact`. */
export function withoutRulePages(stderr: string): string {
  return stderr.replace(/^More: tfinvite explain .*\n/m, "");
}
