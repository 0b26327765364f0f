import path from "node:path";
import { addAbortSignal, type Readable } from "node:stream";
import type { Deadline } from "../base/clock.js";
import type { Surroundings } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { asSentence } from "../base/phrases.js";
import { isInviteType } from "../invites/inventory.js";
import type { ReportError } from "../report/report.js";
import type { VariableArgument } from "../terraform/configuration/evaluation/variable-arguments.js";
import type { InputError } from "../terraform/document/input-error.js";
import type { Tool } from "../terraform/run/tool.js";
import type { CommandName } from "./wrong-directory.js";

/** The flags that say what to read. */
export interface InputOptions {
  /** The command that was called, for hints that show it. */
  readonly command?: CommandName;
  /** Every root module with invites below the directories. */
  readonly recursive?: boolean;
  readonly state?: string;
  readonly terraformBin?: string;
  readonly variables?: readonly VariableArgument[];
  readonly offline?: boolean;
  /** A plan to check; the state is then the one that it was made from. */
  readonly plan?: string;
}

/** One root module that is to be read. */
export interface RootRequest {
  /** As the user named it. */
  readonly directory: string;
  readonly tool: Tool;
  readonly options: InputOptions;
  readonly deadline: Deadline;
  readonly context: Surroundings;
  /** Called before something that takes time, with what it is. */
  readonly onStep?: (step: string) => void;
}

/** How Terraform is run in a root module, and which types are wanted of its output. */
export function processOptions({ directory, tool, deadline, context: { cwd, env, signal } }: RootRequest) {
  return {
    ...{ tool, cwd, env, wantedTypes: isInviteType },
    directory: path.resolve(cwd, directory),
    origin: directory,
    signal: AbortSignal.any([signal, deadline.signal]),
    ...withheldFrom(tool.argv),
  };
}

/**
 * The variables that a child process must not see. No provider is configured, so their keys are not needed; only a
 * wrapper's own configuration may read them.
 */
export function withheldFrom(argv: readonly string[]): { readonly withhold?: (name: string) => boolean } {
  return argv.length === 1 ? { withhold: (name) => name.startsWith("OPENAI_") } : {};
}

/** Why a command failed: its own error, or that the deadline ended it. */
export function endedBy(error: InputError, command: string, { directory, deadline }: RootRequest): InputError {
  if (!deadline.signal.aborted) return error;
  const message = `\`${command}\` in ${directory} did not finish within --deadline (${deadline.text})`;
  return { ...error, message, hint: "raise --deadline" };
}

/** Standard input for a flag. Fails where nothing is piped into it; `example` is a command that does it. */
export function pipedInput(flag: string, example: string, { stdin, signal }: Surroundings): Readable {
  if (stdin.isTTY === true) {
    throw new Failure(`${flag} - reads standard input, but nothing is piped into it`, `Run, for example: ${example}`);
  }
  return addAbortSignal(signal, stdin);
}

/** An error of reading for the user, whose hint names the root module's own tool. */
export function inputProblem({ message, detail, hint }: InputError, { argv }: Pick<Tool, "argv">): ReportError {
  // Only Terraform has read the states of old.
  const own = hint.replace(/`terraform (?![^`]*` of Terraform)/g, `\`${argv.join(" ")} `);
  return { message: detail === undefined ? message : `${message}\n${detail}`, hint: asSentence(own) };
}
