import type { ConfigurationStep, Remedy, TerraformCommand } from "../invites/remedies/remedy.js";
import type { SourceRange } from "../terraform/source-range.js";
import { dependentWords, stepWords } from "./messages/edit-words.js";
import type { CommandContext } from "./style.js";

/** The Terraform commands of a remedy, in order; those left out that could not be shown whole. */
export function remedyCommands(directory: string, remedy: Remedy, context: CommandContext) {
  return commandsOf(remedy).flatMap((command) => context.command(directory, command) ?? []);
}

/** What a remedy changes in the configuration by hand: the places that declare the invite, then those that read it. */
export function remedyChanges(remedy: Remedy): { readonly text: string; readonly range: SourceRange }[] {
  if (remedy.kind === "separate-projects") {
    const text = "drop projects here, and add the member with openai_project_user after they accepted";
    return [{ text, range: remedy.range }];
  }
  if (remedy.kind === "undo") return remedy.steps.map(changeOf);
  if (remedy.kind !== "forget" && remedy.kind !== "drop") return [];
  return [
    ...remedy.steps.map(changeOf),
    ...remedy.dependents.map((dependent) => ({ text: dependentWords(dependent), range: dependent.range })),
  ];
}

/** Changes that would do in place of the whole remedy. */
export function remedyAlternatives(remedy: Remedy): { readonly text: string; readonly range: SourceRange }[] {
  return remedy.kind === "forget" ? (remedy.instead ?? []).map(changeOf) : [];
}

function changeOf(step: ConfigurationStep): { readonly text: string; readonly range: SourceRange } {
  return { text: stepWords(step), range: step.range };
}

function commandsOf(remedy: Remedy): readonly TerraformCommand[] {
  switch (remedy.kind) {
    case "forget":
    case "adopt":
    case "move":
    case "replace":
      return [remedy.command];
    case "reimport":
      return remedy.commands;
    case "drop":
    case "undo":
    case "separate-projects":
      return [];
  }
}
