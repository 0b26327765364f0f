import type { Command, Help, Option } from "commander";
import { RULE_SETTINGS } from "../../invites/rules/finding.js";
import { COMPLETED_SHELLS, Flag, type Offer } from "./offer.js";

/** What a script offers; rules are words by now. */
export type StaticOffer = Exclude<Offer, { readonly kind: "rules" }>;

/** A flag as a script offers it. */
interface FlagWords {
  readonly long: string;
  readonly short?: string;
  readonly description: string;
  /** Absent for a flag without a value. */
  readonly value?: StaticOffer;
}

/** A command as a script offers it; the program itself has no name. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly FlagWords[];
  readonly argument: StaticOffer;
}

/** What can be typed: the program first, then each of its commands. */
export function wordsOf(program: Command, rules: readonly string[]): readonly CommandWords[] {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  const names: StaticOffer = { kind: "words", words: commands.map((command) => command.name()) };
  return [program, ...commands].map((command) => ({
    name: command === program ? "" : command.name(),
    description: short(help.subcommandDescription(command)),
    flags: help.visibleOptions(command).flatMap((option) => flagWords(option, rules)),
    argument: command === program || command.name() === "help" ? names : argumentOf(command, help, rules),
  }));
}

/** By what the help calls the argument. */
function argumentOf(command: Command, help: Help, rules: readonly string[]): StaticOffer {
  const [argument] = help.visibleArguments(command);
  switch (argument?.name()) {
    case undefined:
      return { kind: "nothing" };
    case "RULE":
      return { kind: "words", words: rules };
    case "SHELL":
      return { kind: "words", words: COMPLETED_SHELLS };
    default:
      return { kind: "files" };
  }
}

function flagWords(option: Option, rules: readonly string[]): FlagWords | [] {
  const { long, short: letter, description, required, optional } = option;
  if (!long) return [];
  return {
    long,
    ...(letter && { short: letter }),
    description: short(description),
    ...((required || optional) && { value: offerOf(option, rules) }),
  };
}

function offerOf(option: Option, rules: readonly string[]): StaticOffer {
  const offer: Offer = option instanceof Flag ? option.offer : { kind: "nothing" };
  if (offer.kind !== "rules") return offer;
  return { kind: "words", words: rules.flatMap((rule) => RULE_SETTINGS.map((setting) => `${rule}=${setting}`)) };
}

/** A description without what only the help has room for. */
function short(description: string): string {
  return description.replace(/[;:(].*$/s, "").trim();
}

/** The places where a value is wanted, written `COMMAND --flag`, by what is offered there. */
export function placesByOffer(
  commands: readonly CommandWords[],
): readonly (readonly [StaticOffer, readonly string[]])[] {
  const places = new Map<string, readonly [StaticOffer, string[]]>();
  for (const { name, flags } of commands) {
    for (const { long, value } of flags) {
      if (value === undefined) continue;
      const key = JSON.stringify(value);
      const known = places.get(key) ?? ([value, []] as const);
      known[1].push(`${name} ${long}`);
      places.set(key, known);
    }
  }
  return [...places.values()];
}
