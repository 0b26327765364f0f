import type { Remedy, TerraformCommand } from "../invites/remedies/remedy.js";
import type { CommandContext } from "./style.js";

/** The Terraform commands of a remedy, in order; those left out that could not be shown whole. */
export function remedyCommands(directory: string, remedy: Remedy, context: CommandContext) {
  return commandsOf(remedy).flatMap((command) => context.command(directory, command) ?? []);
}

function commandsOf(remedy: Remedy): readonly TerraformCommand[] {
  switch (remedy.kind) {
    case "forget":
    case "resend":
      return [remedy.command];
    case "reimport":
      return remedy.commands;
    case "drop":
    case "separate-projects":
      return [];
  }
}
