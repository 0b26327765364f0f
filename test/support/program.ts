import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

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
  /** In a process group of its own, so that all of it can be signalled. */
  readonly detached?: boolean;
}

/** Runs the built program as a user would, with an environment without the machine's own variables. */
export function tfinvite(args: readonly string[], options: RunOptions): Promise<Ran> {
  return runProcess(process.execPath, ["--import", FIXED_CLOCK, BIN, ...args], options);
}

/** Runs a script of bash as a CI job would, with `programs` first on the PATH. */
export function bash(
  script: string,
  { programs, ...options }: RunOptions & { readonly programs: string },
): Promise<Ran> {
  const PATH = `${programs}${path.delimiter}${process.env["PATH"] ?? ""}`;
  return runProcess("bash", ["-c", script], { ...options, env: { PATH, ...options.env } });
}

function runProcess(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { cwd, env = {}, now = NOW, input, onStart, detached = false } = options;
  const child = spawn(program, args, {
    cwd,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: cwd,
      NO_COLOR: "1",
      TZ: "UTC",
      TFINVITE_TEST_NOW: String(now),
      ...env,
    },
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
