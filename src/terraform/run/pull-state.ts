import type { InputError } from "../document/input-error.js";
import type { Refused, WantedTypes } from "../document/read-document.js";
import { readState } from "../state/read-state.js";
import { EMPTY_STATE, type StateRead } from "../state/state.js";
import { explainFailure, type FailedCommand } from "./explain-failure.js";
import { type CommandRead, readCommand } from "./read-command.js";
import type { RootModuleOptions } from "./run-terraform.js";

/** Turns an error of Terraform into one with a hint. */
export function explainPullFailure(failed: FailedCommand): InputError {
  const explained = explainFailure({ ...failed, command: "state pull", otherwise: "pass a state file to --state" });
  return { kind: "pull-failed", ...explained };
}

/**
 * Runs `terraform state pull` in a root module and reads the state from its output as a stream. An empty output is an
 * empty state: nothing is stored yet.
 */
export async function pullState({
  wantedTypes,
  ...options
}: RootModuleOptions & { readonly wantedTypes: WantedTypes }): Promise<CommandRead<StateRead>> {
  return await readCommand(options, {
    words: ["state", "pull"],
    args: ["state", "pull", "-no-color"],
    undone: "cannot pull the state",
    explain: explainPullFailure,
    async read(output, origin): Promise<StateRead | Refused> {
      let isEmpty = true;
      async function* noticed() {
        for await (const piece of output) {
          isEmpty = false;
          yield piece;
        }
      }
      const read = await readState(noticed(), { wantedTypes, origin });
      return isEmpty ? { ok: true, state: EMPTY_STATE } : read;
    },
  });
}
