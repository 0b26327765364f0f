import type { Command } from "commander";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { listOf } from "../base/phrases.js";
import { VERSION } from "../base/version.js";
import { RULES } from "../invites/rules/registry.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import { bashCompletion } from "./completion/bash.js";
import { fishCompletion } from "./completion/fish.js";
import { COMPLETED_SHELLS, type CompletedShell } from "./completion/offer.js";
import { powershellCompletion } from "./completion/powershell.js";
import { type CommandWords, wordsOf } from "./completion/words.js";
import { zshCompletion } from "./completion/zsh.js";
import { oneOf } from "./option-values.js";

const SCRIPTS: Readonly<Record<CompletedShell, (commands: readonly CommandWords[], title: string) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

export interface CompletionOptions {
  readonly addresses?: boolean;
}

/** `tfinvite completion SHELL`: the script for a shell; with `--addresses`, what such a script asks for. */
export async function completion(
  shell: string | undefined,
  options: CompletionOptions,
  program: Command,
  io: Io,
): Promise<ExitStatus> {
  if (options.addresses === true) {
    const { localAddresses } = await import("../assess/local-addresses.js");
    // One a line: Terraform's own spelling has no line break.
    for (const address of await localAddresses(io.cwd, io)) io.stdout.write(`${address}\n`);
    return { code: EXIT.ok };
  }
  if (shell === undefined)
    throw new Failure("tfinvite completion needs a shell", `Name ${listOf(COMPLETED_SHELLS, "or")}.`);
  const make = SCRIPTS[oneOf("SHELL", COMPLETED_SHELLS, shell)];
  const title = `Completion of tfinvite ${VERSION}, made by: tfinvite completion ${shell}`;
  io.stdout.write(make(wordsOf(program, Object.keys(RULES)), title));
  return { code: EXIT.ok };
}
