import path from "node:path";
import { defined } from "../base/defined.js";
import type { TerraformCommand } from "../invites/remedies/remedy.js";
import { formatAddress } from "../terraform/addresses/address.js";
import type { VariableArgument } from "../terraform/configuration/evaluation/variable-arguments.js";
import { isTerragrunt } from "../terraform/root-module/root-module.js";
import { addressArgument } from "../terraform/shell/address-argument.js";
import { quoteCommand, quoteCommands, type Shell } from "../terraform/shell/shell-quoting.js";
import { escapeControls } from "./escape.js";
import { redactEmails } from "./masking.js";
import type { Report } from "./report.js";
import type { CommandContext, Given, Program, ShownCommand } from "./style.js";

/** How tfinvite was called, so that what it prints can be pasted. https://docs.npmjs.com/cli/v11/commands/npx */
export function programOf(env: Readonly<Record<string, string | undefined>>): Program {
  return env["npm_lifecycle_event"] === "npx" ? ["npx", "tfinvite"] : ["tfinvite"];
}

interface GivenOptions {
  readonly redact?: boolean;
  readonly variables?: readonly VariableArgument[];
  readonly terraformBin?: string;
}

/** What of the flags our own commands need as well. */
export function givenContext(options: GivenOptions & Pick<Given, "program" | "shell" | "named">): Given {
  const { program, shell, named, terraformBin, redact, variables = [] } = options;
  return { program, shell, variables: variableFlags(variables), ...defined({ named, terraformBin, redact }) };
}

/** A value may be a secret, so it is left to the user to write it again. */
export function variableFlags(variables: readonly VariableArgument[]): string[] {
  return variables.flatMap((one) =>
    "file" in one ? ["--var-file", one.file] : ["--var", one.assignment.replace(/=.*$/s, "=…")],
  );
}

/** Terraform commands as this user has to call them: their tool, from their directory, in their shell. */
export function commandContext(
  toolOf: (directory: string) => readonly string[],
  shell: Shell,
  options: GivenOptions & Pick<Given, "program">,
): CommandContext {
  return {
    given: givenContext({ ...options, shell }),
    command(directory, command) {
      // A terminal would obey control characters in it, and a command without them is about another directory.
      if (escapeControls(directory) !== directory) return undefined;
      const shown = showCommand(toolIn(toolOf(directory), directory), command, shell);
      // A command with a masked address in it would do nothing, or something else.
      return options.redact === true && redactEmails(shown.text) !== shown.text ? undefined : shown;
    },
  };
}

/** A command in both forms. The text has as few lines as the shell's length limit allows: normally one. */
function showCommand(tool: readonly string[], command: TerraformCommand, shell: Shell): ShownCommand {
  const { verb, flag = "", addresses, tail = [] } = command;
  const start = [...tool, ...verb];
  const words = [...addresses.map((address) => flag + addressArgument(address, shell)), ...tail];
  return {
    argv: [...start, ...addresses.map((address) => flag + formatAddress(address)), ...tail],
    text: words.length === 0 ? quoteCommand(start, shell) : quoteCommands(start, words, shell).join("\n"),
  };
}

/** The tool with the flag that makes it work in another root module. Terragrunt has its own. */
function toolIn(tool: readonly string[], directory: string): readonly string[] {
  const [program = "terraform", ...rest] = tool;
  if (path.normalize(directory) === ".") return [program, ...rest];
  if (isTerragrunt(tool)) return [program, `--working-dir=${directory}`, ...rest];
  return [program, ...rest, `-chdir=${directory}`];
}

/** A directory as a word of a command of ours: one called --apply is not a flag, and no terminal obeys it. */
export function directoryWord(directory: string): string {
  return escapeControls(directory.startsWith("-") ? `./${directory}` : directory);
}

/**
 * Another command of ours for the same root modules, with the flags that it needs as well; without a context to be typed
 * in the shell that is most likely.
 */
export function tfinviteCommand(
  name: string,
  report: Pick<Report, "directories">,
  flags: readonly string[] = [],
  { given }: Pick<CommandContext, "given"> = {},
): string {
  const directories = given?.named ?? report.directories;
  const others = directories.length === 1 ? directories.filter((one) => path.normalize(one) !== ".") : directories;
  const named = others.map(directoryWord);
  const tool = given?.terraformBin === undefined || name === "lint" ? [] : ["--terraform-bin", given.terraformBin];
  const recursive = given?.recursive === true ? ["--recursive"] : [];
  const words = [
    ...(given?.program ?? ["tfinvite"]),
    name,
    ...flags,
    ...tool,
    ...(given?.variables ?? []),
    ...recursive,
    ...named,
  ];
  return quoteCommand(words, given?.shell ?? "bash");
}
