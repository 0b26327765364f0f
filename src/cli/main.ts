import { CommanderError } from "commander";
import { ShellQuotingError } from "../terraform/shell-quoting.js";
import { EXIT, type Verdict } from "./exit-code.js";
import { Failure } from "./failure.js";
import { Interrupted } from "./interrupted.js";
import type { Io } from "./io.js";
import { makeProgram } from "./program.js";
import { styleFor } from "./style.js";

/** What a shell expects of a program that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED_EXIT = 130;

/** Runs one command line and gives its exit code. Never throws: whatever goes wrong becomes a message and a code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let verdict: Verdict = { code: EXIT.ok };
  try {
    const program = makeProgram(io, (given) => {
      verdict = given;
    });
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return EXIT.failed;
    }
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    return explain(error, io);
  }
  if (verdict.reason !== undefined) io.stderr.write(`exit ${verdict.code}: ${verdict.reason}\n`);
  return verdict.code;
}

function explain(error: unknown, io: Io): number {
  // Commander has printed its own message; help and --version end this way, too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
  if (error instanceof Interrupted || io.signal.aborted) return INTERRUPTED_EXIT;
  const style = styleFor(io.stderr, io);
  if (error instanceof Failure) {
    io.stderr.write(
      `${style.red("error:")} ${error.message}\n${error.hint === undefined ? "" : `       ${error.hint}\n`}`,
    );
    return EXIT.failed;
  }
  if (error instanceof ShellQuotingError) {
    io.stderr.write(`${style.red("error:")} ${error.message}\n       Name another shell with --shell.\n`);
    return EXIT.failed;
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  io.stderr.write(
    `${style.red("error:")} tfinvite itself failed, and changed nothing: ${what}\n       Set TFINVITE_DEBUG=1 to see where, and report it.\n`,
  );
  if (io.env["TFINVITE_DEBUG"] === "1" && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  return EXIT.failed;
}

/** The process around `main`: signals, closed pipes, the exit code. */
export async function run(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop.abort(new Interrupted());
      // Whatever does not let go by itself is not waited for a second time.
      process.once(signal, () => process.exit(INTERRUPTED_EXIT));
    });
  }
  // A reader that has seen enough (`| head`) is no failure of ours.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  const { stdin, stdout, stderr, env, platform } = process;
  process.exitCode = await main(process.argv.slice(2), {
    stdin,
    stdout,
    stderr,
    env,
    platform,
    cwd: process.cwd(),
    signal: stop.signal,
  });
}
