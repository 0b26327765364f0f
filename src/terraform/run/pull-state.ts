import type { WantedTypes } from "../document/read-document.js";
import { readState } from "../state/read-state.js";
import { EMPTY_STATE, type State, type StateResult } from "../state/state.js";
import type { StateError } from "../state/state-error.js";
import { describeEnding, explainFailure, type FailureOptions, START_FAILURE_KINDS } from "./explain-failure.js";
import { commandText, type RootModuleOptions, runTerraform } from "./run-terraform.js";

export interface PullOptions extends RootModuleOptions {
  readonly wantedTypes: WantedTypes;
}

export type PullResult =
  | { readonly ok: true; readonly state: State; readonly removedVariables: readonly string[] }
  | { readonly ok: false; readonly error: StateError };

const PULL = ["state", "pull", "-no-color"];

/** Turns a refusal into a clear error with the way out. */
export function explainPullFailure(options: Omit<FailureOptions, "command" | "otherwise">): StateError {
  return {
    kind: "pull-failed",
    ...explainFailure({ ...options, command: "state pull", otherwise: "give a state with --state" }),
  };
}

/**
 * Runs `terraform state pull` in a root module and reads what it prints, as it comes. Where nothing is stored yet it
 * prints nothing, which is an empty state.
 */
export async function pullState(options: PullOptions): Promise<PullResult> {
  const { argv } = options.tool;
  const { directory, wantedTypes } = options;
  const place = options.origin ?? directory;
  const origin = `the output of \`${commandText({ argv, args: ["state", "pull"] })}\` in ${place}`;
  let read: StateResult | undefined;
  let length = 0;
  const run = await runTerraform({
    argv,
    args: PULL,
    directory,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env,
    signal: options.signal,
    withhold: options.withhold,
    async readOutput(output) {
      async function* counted() {
        for await (const piece of output) {
          length += piece.length;
          yield piece;
        }
      }
      read = await readState(counted(), { wantedTypes, origin });
    },
  });
  if (!run.ok) {
    const { message, hint } = run;
    return {
      ok: false,
      error: { kind: START_FAILURE_KINDS[run.kind], message: `cannot pull the state: ${message}`, hint },
    };
  }
  const { exitCode, signal, stderr, removedVariables } = run;
  if (exitCode !== 0) {
    const ending = describeEnding(exitCode, signal);
    return { ok: false, error: explainPullFailure({ argv, directory: place, ending, stderr }) };
  }
  if (length === 0 || read === undefined) return { ok: true, state: EMPTY_STATE, removedVariables };
  return read.ok ? { ok: true, state: read.state, removedVariables } : read;
}
