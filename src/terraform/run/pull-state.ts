import type { InputError } from "../document/input-error.js";
import type { Refused, WantedTypes } from "../document/read-document.js";
import { readState } from "../state/read-state.js";
import { EMPTY_STATE, type StateRead } from "../state/state.js";
import { explainFailure, type FailedCommand } from "./explain-failure.js";
import { type CommandRead, readCommand } from "./read-command.js";
import type { RootModuleOptions } from "./run-terraform.js";

/** Turns a refusal into a clear error with the way out. */
export function explainPullFailure(failed: FailedCommand): InputError {
  const explained = explainFailure({ ...failed, command: "state pull", otherwise: "give a state with --state" });
  return { kind: "pull-failed", ...explained };
}

/**
 * Runs `terraform state pull` in a root module and reads what it prints, as it comes. Where nothing is stored yet it
 * prints nothing, which is an empty state.
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
