import type { InputError } from "../document/input-error.js";
import type { Refused } from "../document/read-document.js";
import { describeEnding, type FailedCommand } from "./explain-failure.js";
import { commandText, type RootModuleOptions, runReading } from "./run-terraform.js";

/** A command of the tool that prints a document. */
interface DocumentCommand<Result> {
  /** The command's words as shown to people. */
  readonly words: readonly string[];
  readonly args: readonly string[];
  read(output: AsyncIterable<Uint8Array>, origin: string): Promise<Result | Refused>;
  /** What failed if the program cannot be started: `cannot pull the state`. */
  readonly undone: string;
  explain(failed: FailedCommand): InputError;
}

export type CommandRead<Result> =
  /** `removedVariables` are those that Terraform would have acted on, but did not receive. */
  (Result & { readonly removedVariables: readonly string[] }) | Refused;

/** Runs a command in a root module and reads the document that it prints as a stream. */
export async function readCommand<Result extends { readonly ok: true }>(
  { tool: { argv }, origin, ...options }: RootModuleOptions,
  { words, args, read, undone, explain }: DocumentCommand<Result>,
): Promise<CommandRead<Result>> {
  const directory = origin ?? options.directory;
  const output = `the output of \`${commandText({ argv, args: words })}\` in ${directory}`;
  const run = await runReading({ ...options, argv, args }, (pieces) => read(pieces, output));
  if (!run.ok) {
    const { kind, message, hint } = run;
    const otherwise = kind === "no-directory" ? "missing" : "no-terraform";
    return {
      ok: false,
      error: { kind: kind === "aborted" ? kind : otherwise, message: `${undone}: ${message}`, hint },
    };
  }
  const { exitCode, signal, stderr, removedVariables, stdout: result } = run;
  if (exitCode !== 0) {
    return { ok: false, error: explain({ argv, directory, ending: describeEnding(exitCode, signal), stderr }) };
  }
  return result.ok ? { ...result, removedVariables } : result;
}
