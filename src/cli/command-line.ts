import { Command, Help, type Option, type ParseOptionsResult } from "commander";
import { Failure } from "../base/failure.js";
import { listOf } from "../base/phrases.js";
import { widest, wrap } from "../report/text-width.js";
import { didYouMean, quoted } from "./usage.js";

/** A command line to show, and what it is for. */
export type Example = readonly [what: string, command: string];

/** A part of a help page that commander does not know. */
export interface HelpSection {
  readonly heading: string;
  readonly items?: readonly (readonly [term: string, text: string])[];
  readonly examples?: readonly Example[];
}

/** A command with its own help page and its own errors of usage. All of them are a `Failure`. */
export class CommandLine extends Command {
  /** Shown between the usage and the options. */
  lead: readonly HelpSection[] = [];
  /** Shown at the end. */
  end: readonly HelpSection[] = [];

  override createCommand(name?: string): CommandLine {
    return new CommandLine(name);
  }

  override createHelp(): Help {
    return Object.assign(new HelpPage(), this.configureHelp());
  }

  override parseOptions(argv: string[]): ParseOptionsResult {
    if (this.parent === null) this.#refuseSingleDashes(argv);
    return super.parseOptions(argv);
  }

  /** Terraform's flags have one dash; commander would take `-var` for `-v`. */
  #refuseSingleDashes(argv: readonly string[]): void {
    const takesValue = new Set(this.#everyOption().flatMap(({ required, long }) => (required && long) || []));
    for (const [index, word] of argv.entries()) {
      if (word === "--") return;
      const isValue = takesValue.has(argv[index - 1] ?? "");
      if (/^-[a-z]{2}/i.test(word) && !isValue) this.#commandOf(argv).unknownOption(word);
    }
  }

  /** The command that is called, or the program where none is. */
  #commandOf(argv: readonly string[]): CommandLine {
    return this.#children().find((command) => command.name() === argv.find((word) => !word.startsWith("-"))) ?? this;
  }

  #children(): readonly CommandLine[] {
    return this.commands.filter((command) => command instanceof CommandLine);
  }

  #everyOption(): readonly Option[] {
    return [this, ...this.#children()].flatMap(({ options }) => options);
  }

  #program(): CommandLine {
    return this.parent instanceof CommandLine ? this.parent : this;
  }

  /** Called by commander, as are the methods below. */
  unknownOption(written: string): never {
    const flag = written.split("=", 1)[0] ?? written;
    const name = `--${flag.replace(/^-+/, "")}`;
    const program = this.#program();
    const own = visibleFlags(this);
    const owners = program.#children().filter((command) => visibleFlags(command).includes(name));
    const here = this === program ? "tfinvite" : `tfinvite ${this.name()}`;
    const dashes = flag.startsWith("--") ? "" : " Options have two dashes.";
    const message = `${here} has no option ${quoted(flag)}`;
    const close = [name, ...own].find((one) => own.includes(one) && one.endsWith(name.slice(1)));
    if (close !== undefined) throw new Failure(message, `Did you mean ${close}?${dashes}`);
    const [owner] = owners;
    if (owner !== undefined) {
      const { flags = name } = owner.options.find(({ long }) => long === name) ?? {};
      const names = owners.map((command) => command.name());
      const example = `tfinvite ${owner.name()} ${flags}`;
      throw new Failure(message, `${name} belongs to ${listOf(names)}: ${example}${dashes === "" ? "" : `.${dashes}`}`);
    }
    const everywhere = [...new Set(program.#children().flatMap(visibleFlags))];
    const meant = didYouMean(name, own) || elsewhere(name, everywhere, program.#children());
    throw new Failure(message, `${meant}\`${here} --help\` lists the options.`);
  }

  unknownCommand(): never {
    const [written = ""] = this.args;
    this.noCommand(written);
  }

  /** The error for a name that is not a command's. */
  noCommand(written: string): never {
    const names = this.#program()
      .#children()
      .map((command) => command.name());
    const isPath = /[\\/]|^\.+$|\.(?:tf|tofu|json|tfstate)$/.test(written);
    const hint = isPath
      ? `Name the command first, as in: tfinvite status ${written}`
      : `${didYouMean(written, [...names, "help"])}The commands are ${listOf(names)}.`;
    throw new Failure(`tfinvite has no command ${quoted(written)}`, hint);
  }

  optionMissingArgument({ long, flags }: Option): never {
    throw new Failure(`${long ?? flags} needs a value`, `Write it as ${flags}.`);
  }

  _excessArguments(given: readonly string[]): never {
    const expected = this.registeredArguments.map((argument) => argument.name());
    const takes = expected.length === 0 ? "no argument" : `one argument, ${listOf(expected)}`;
    throw new Failure(
      `too many arguments: ${given.slice(expected.length).map(quoted).join(" ")}`,
      `tfinvite ${this.name()} takes ${takes}.`,
    );
  }

  _dispatchHelpCommand(name: string | undefined): never {
    const command = this.#children().find((one) => one.name() === name);
    if (name !== undefined && name !== "help" && command === undefined) this.noCommand(name);
    return (command ?? this).help();
  }
}

function sectionsOf(command: Command): Pick<CommandLine, "lead" | "end"> {
  return command instanceof CommandLine ? command : { lead: [], end: [] };
}

function visibleFlags(command: Command): string[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? []);
}

/** A flag of another command that is near. */
function elsewhere(name: string, flags: readonly string[], commands: readonly CommandLine[]): string {
  const meant = didYouMean(name, flags);
  const owners = commands.filter((command) => visibleFlags(command).some((flag) => meant.includes(`${flag}?`)));
  const names = owners.map((command) => command.name());
  return meant === "" ? "" : `${meant}${names.length === 0 ? "" : `It belongs to ${listOf(names)}. `}`;
}

/** Wider lines are hard to read. */
const WIDEST = 100;
/** With less room beside its term, a description goes below it. */
const LEAST_BESIDE = 32;

/** A help page: no line wider than the terminal where a word is not, and no word broken. */
class HelpPage extends Help {
  constructor() {
    super();
    this.minWidthToWrap = 1;
  }

  override prepareContext(context: Parameters<Help["prepareContext"]>[0]): void {
    super.prepareContext({ ...context, helpWidth: Math.min(context.helpWidth ?? 80, WIDEST) });
  }

  /** A command's own options, then those of every command. */
  override visibleOptions(command: Command): Option[] {
    const [help, ...own] = super.visibleOptions(command).toReversed();
    const shared = command.parent?.options.filter(({ short }) => short === undefined) ?? [];
    return [...own.toReversed(), ...shared, ...(help === undefined ? [] : [help])];
  }

  override subcommandTerm(command: Command): string {
    return command.name();
  }

  override commandUsage(command: Command): string {
    return command.parent === null ? `${command.name()} <command> [options]` : super.commandUsage(command);
  }

  override padWidth(command: Command, helper: Help): number {
    const { lead, end } = sectionsOf(command);
    const terms = [...lead, ...end].flatMap(({ items = [] }) => items.map(([term]) => term));
    return Math.max(super.padWidth(command, helper), widest(terms));
  }

  override formatItem(term: string, termWidth: number, description: string, helper: Help): string {
    const width = this.helpWidth ?? 80;
    if (width - termWidth - 4 >= LEAST_BESIDE) return super.formatItem(term, termWidth, description, helper);
    return [`  ${term}`, ...wrap(description, Math.max(1, width - 6)).map((line) => `      ${line}`)].join("\n");
  }

  override formatHelp(command: Command, helper: Help): string {
    const width = this.helpWidth ?? 80;
    const termWidth = helper.padWidth(command, helper);
    const item = (term: string, text: string) => helper.formatItem(term, termWidth, text, helper);
    const block = (heading: string, lines: readonly string[]) =>
      lines.length === 0 ? [] : [[helper.styleTitle(heading), ...lines].join("\n")];
    const section = ({ heading, items = [], examples = [] }: HelpSection) =>
      block(heading, [
        ...items.map(([term, text]) => item(term, text)),
        ...examples.flatMap(([what, line]) => [...wrap(what, width - 4).map((text) => `  # ${text}`), `  ${line}`]),
      ]);
    const { lead, end } = sectionsOf(command);
    const options = this.groupItems(
      [...command.options],
      helper.visibleOptions(command),
      (option) => option.helpGroupHeading ?? "Options:",
    );
    const blocks = [
      [helper.boxWrap(helper.commandDescription(command), width)],
      block("Usage:", [`  ${helper.commandUsage(command)}`]),
      ...lead.map(section),
      block(
        "Arguments:",
        helper.visibleArguments(command).map((one) => item(helper.argumentTerm(one), helper.argumentDescription(one))),
      ),
      block(
        "Commands:",
        helper
          .visibleCommands(command)
          .map((one) => item(helper.subcommandTerm(one), helper.subcommandDescription(one))),
      ),
      ...[...options].map(([heading, group]) =>
        block(
          heading,
          group.map((one) => item(helper.optionTerm(one), helper.optionDescription(one))),
        ),
      ),
      ...end.map(section),
    ];
    return `${blocks.flat().join("\n\n")}\n`;
  }
}
