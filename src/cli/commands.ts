import path from "node:path";
import type { TerraformCommand } from "../invites/remedies/remedy.js";
import type { CommandContext } from "../report/style.js";
import { formatAddress } from "../terraform/address.js";
import { addressArgument } from "../terraform/address-argument.js";
import { quoteCommands, type Shell } from "../terraform/shell-quoting.js";

/** Terraform commands as this user has to call them: their tool, from where they stand, in their shell. */
export function commandContext(toolOf: (directory: string) => readonly string[], shell: Shell): CommandContext {
  return {
    command(directory, { verb, flag = "", addresses }) {
      const start = [...toolIn(toolOf(directory), directory), ...verb];
      return {
        argv: [...start, ...addresses.map((address) => flag + formatAddress(address))],
        text: commandLines(start, { flag, addresses }, shell).join("\n"),
      };
    },
  };
}

/** As few lines as the shell's length limit allows; normally one. */
function commandLines(
  start: readonly string[],
  { flag = "", addresses }: Pick<TerraformCommand, "flag" | "addresses">,
  shell: Shell,
): string[] {
  const words = addresses.map((address) => flag + addressArgument(address, shell));
  return quoteCommands(start, words, shell);
}

/** The tool with the flag that makes it work in another root module. Terragrunt has its own. */
export function toolIn(tool: readonly string[], directory: string): readonly string[] {
  const [program = "terraform", ...rest] = tool;
  if (path.normalize(directory) === ".") return [program, ...rest];
  if (path.basename(program).startsWith("terragrunt")) return [program, `--working-dir=${directory}`, ...rest];
  return [program, ...rest, `-chdir=${directory}`];
}
