import { setFlagsFromString } from "node:v8";
import { CommanderError } from "commander";
import { defined } from "../base/defined.js";
import type { Io, OutputStream } from "../base/engine-context.js";
import { Failure, Interrupted } from "../base/failure.js";
import { isFinishing } from "../base/must-finish.js";
import { maskWholeKeys } from "../base/secrets.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import { withoutLogCommands } from "../report/escape.js";
import { redactEmails } from "../report/masking.js";
import { ShellQuotingError } from "../terraform/shell/shell-quoting.js";
import { makeProgram } from "./program.js";

/** Runs one command line and gives its exit code. Never throws: every failure becomes a message and a code. */
export async function main(argv: readonly string[], realIo: Io): Promise<number> {
  const masked = writingThrough(colorsAsked(argv, realIo), maskWholeKeys);
  // What is on standard output may be for a program, so its printers do that themselves.
  const bare = { ...masked, stderr: writingThrough(masked, withoutLogCommands).stderr };
  // Without a width nothing is shortened: half an address would not be recognized as one.
  const io = argv.includes("--redact") ? writingThrough(bare, redactEmails, "no columns") : bare;
  let exit: ExitStatus = { code: EXIT.ok };
  try {
    const program = makeProgram(io, (given) => {
      exit = given;
    });
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return EXIT.failed;
    }
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    return await exitOfError(error, io);
  }
  if (exit.reason !== undefined) io.stderr.write(`exit ${exit.code}: ${exit.reason}\n`);
  return exit.code;
}

/** `--color` and `--no-color` come before what the environment says. */
function colorsAsked(argv: readonly string[], io: Io): Io {
  const last = argv.findLast((word) => word === "--color" || word === "--no-color");
  if (last === undefined) return io;
  return {
    ...io,
    env: { ...io.env, ...(last === "--color" ? { NO_COLOR: "", FORCE_COLOR: "1" } : { NO_COLOR: "1" }) },
  };
}

async function exitOfError(error: unknown, io: Io): Promise<number> {
  // Help and --version end this way, and commander has printed its own errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
  if (io.signal.reason instanceof Interrupted) return io.signal.reason.exitCode;
  if (error instanceof Interrupted) return error.exitCode;
  const { printFailure } = await import("./print-diagnostics.js");
  if (error instanceof Failure) printFailure(error, io);
  else if (error instanceof ShellQuotingError) {
    printFailure({ message: error.message, hint: "Name another shell with --shell." }, io);
  } else {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const message = `unexpected error, a bug in tfinvite: ${what}`;
    printFailure({ message, hint: "Please report it, with the stack trace that TFINVITE_DEBUG=1 shows." }, io);
    if (io.env["TFINVITE_DEBUG"] === "1" && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  }
  return EXIT.failed;
}

/** The same streams, with every text changed before it is written. */
function writingThrough(io: Io, change: (text: string) => string, columns: "columns" | "no columns" = "columns"): Io {
  const through = (stream: OutputStream): OutputStream => ({
    write: (text) => stream.write(change(text)),
    ...defined({ isTTY: stream.isTTY, rows: stream.rows }),
    // A terminal may be resized.
    get columns() {
      return columns === "columns" ? stream.columns : undefined;
    },
    once: (event, listener) => stream.once?.(event, listener),
  });
  return { ...io, stdout: through(io.stdout), stderr: through(io.stderr) };
}

/** Node's majors whose V8 is known to have the flag; another one would complain of it. */
const KNOWN: readonly number[] = [20, 22, 24];

/**
 * Keeps V8 from optimising WebAssembly. Both parsers are WebAssembly, and a run of ours is over before they are warm:
 * a small root module is checked in two thirds of the time and memory, at the price of a slightly slower reading of
 * configurations of a megabyte. Must come before the first of them is loaded, and holds for the whole process, so only
 * a program may do this.
 */
function skipOptimisingWasm(nodeVersion: string): void {
  if (KNOWN.includes(Number(nodeVersion.split(".")[0]))) setFlagsFromString("--liftoff-only");
}

/** How long the program may take to end after a signal, in milliseconds. */
const LONGEST_GOODBYE = 700;

/**
 * Ends a process that waits for something that may never come, such as the writer of a pipe: `process.exit` would wait
 * along with it. A Terraform that still runs is waited for, within its own limit: it may hold the state's lock; and so is
 * the proof of a change that was made.
 */
function endWhenStuck(signal: NodeJS.Signals): void {
  let idleSince = performance.now();
  const look = () => {
    const isBusy = isFinishing() || process.getActiveResourcesInfo().includes("ProcessWrap");
    if (isBusy) idleSince = performance.now();
    else if (performance.now() - idleSince >= LONGEST_GOODBYE) process.kill(process.pid, signal);
  };
  setInterval(look, 100).unref();
}

/** The process around `main`: signals, closed pipes, the exit code. */
export async function run(): Promise<void> {
  skipOptimisingWasm(process.versions.node);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      stop.abort(new Interrupted(signal));
      // The default again: a second one ends the process at once.
      endWhenStuck(signal);
    });
  }
  let unwritable = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // A reader that has read enough (`| head`) is not a failure.
      if (error.code === "EPIPE" || unwritable) return;
      unwritable = true;
      if (stream === process.stdout) process.stderr.write(`error: cannot write the output: ${error.message}\n`);
      process.exitCode = EXIT.failed;
    });
  }
  const { stdin, stdout, stderr, env, platform } = process;
  const code = await main(process.argv.slice(2), {
    stdin,
    stdout,
    stderr,
    env,
    platform,
    cwd: process.cwd(),
    signal: stop.signal,
  });
  process.exitCode = unwritable ? EXIT.failed : code;
}
