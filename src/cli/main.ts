import { CommanderError } from "commander";
import type { Io, OutputStream } from "../base/engine-context.js";
import { Failure, Interrupted } from "../base/failure.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import { redactEmails } from "../report/masking.js";
import { ShellQuotingError } from "../terraform/shell/shell-quoting.js";
import { makeProgram } from "./program.js";
import { skipOptimisingWasm } from "./quick-start.js";
import { styleFor } from "./style.js";

/** Runs one command line and gives its exit code. Never throws: whatever goes wrong becomes a message and a code. */
export async function main(argv: readonly string[], realIo: Io): Promise<number> {
  const io = argv.includes("--redact") ? redacting(realIo) : realIo;
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
    return explain(error, io);
  }
  if (exit.reason !== undefined) io.stderr.write(`exit ${exit.code}: ${exit.reason}\n`);
  return exit.code;
}

function explain(error: unknown, io: Io): number {
  // Commander has printed its own message; help and --version end this way, too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
  if (error instanceof Interrupted) return error.exitCode;
  if (io.signal.aborted) return io.signal.reason instanceof Interrupted ? io.signal.reason.exitCode : EXIT.failed;
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

/** The same streams, with every email address masked, in whatever words it stands. */
function redacting(io: Io): Io {
  const masked = (stream: OutputStream): OutputStream => ({
    write: (text) => stream.write(redactEmails(text)),
    ...(stream.isTTY !== undefined && { isTTY: stream.isTTY }),
    ...(stream.rows !== undefined && { rows: stream.rows }),
    once: (event, listener) => stream.once?.(event, listener),
    // Without a width nothing is shortened: half an address could not be recognised any more.
  });
  return { ...io, stdout: masked(io.stdout), stderr: masked(io.stderr) };
}

/** The process around `main`: signals, closed pipes, the exit code. */
export async function run(): Promise<void> {
  skipOptimisingWasm(process.versions.node);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      const interrupted = new Interrupted(signal);
      stop.abort(interrupted);
      // Whatever does not let go by itself is not waited for a second time.
      process.once(signal, () => process.exit(interrupted.exitCode));
    });
  }
  let unwritable = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // A reader that has seen enough (`| head`) is no failure of ours.
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
