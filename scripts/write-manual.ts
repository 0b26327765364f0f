// Writes dist/man/tfinvite.1 from the command line's own help: https://man7.org/linux/man-pages/man7/man.7.html
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { HOMEPAGE, VERSION } from "../src/base/version.js";
import { CommandLine, type HelpSection } from "../src/cli/command-line.js";
import { makeProgram } from "../src/cli/program.js";

/** Text as it is: no hyphenation signs, no requests at the start of a line. */
const text = (given: string) =>
  given
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("~", "\\(ti")
    .replaceAll("^", "\\(ha")
    .replaceAll("`", "\\(ga")
    .replaceAll('"', "\\(dq")
    .replaceAll("'", "\\(aq")
    .replace(/^\./, "\\&.");

const term = (name: string, description: string) => [".TP", `.B ${text(name)}`, text(description)];
const heading = (name: string) => `.SH ${name.replace(/:$/, "").toUpperCase()}`;

/** Examples below what they do. */
function section({ items = [], examples = [] }: HelpSection): string[] {
  return [
    ...items.flatMap(([name, what]) => term(name, what)),
    ...examples.flatMap(([what, line]) => [".PP", `${text(what)}:`, ".PP", ".RS 4", ".EX", text(line), ".EE", ".RE"]),
  ];
}

function commandLines(command: Command): string[] {
  const help = command.createHelp();
  const shared = new Set(command.parent?.options.map(({ long }) => long));
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => !shared.has(long ?? undefined) && long !== "--help");
  const end = command instanceof CommandLine ? command.end : [];
  return [
    `.SS ${text(help.commandUsage(command))}`,
    `${text(help.commandDescription(command))}.`,
    ...help.visibleArguments(command).flatMap((one) => term(help.argumentTerm(one), help.argumentDescription(one))),
    ...options.flatMap((option) => term(help.optionTerm(option), help.optionDescription(option))),
    ...end.flatMap((one) => [...(one.examples === undefined ? [".PP", text(one.heading)] : []), ...section(one)]),
  ];
}

const silent = { write: () => undefined };
const program = makeProgram(
  {
    ...{ stdin: Readable.from([]), stdout: silent, stderr: silent, env: {}, cwd: ".", platform: "linux" },
    signal: new AbortController().signal,
  },
  () => undefined,
);
const help = program.createHelp();
const page = [
  `.TH TFINVITE 1 "" "tfinvite ${VERSION}" "User Commands"`,
  ".SH NAME",
  "tfinvite \\- find and remove used OpenAI invites in Terraform and OpenTofu",
  ".SH SYNOPSIS",
  `.B ${text(help.commandUsage(program))}`,
  ".SH DESCRIPTION",
  text(help.commandDescription(program)),
  ".SH COMMANDS",
  ...program.commands.flatMap(commandLines),
  ".SH OPTIONS OF EVERY COMMAND",
  ...help.visibleOptions(program).flatMap((option) => term(help.optionTerm(option), help.optionDescription(option))),
  ...program.end.filter(({ items }) => items !== undefined).flatMap((one) => [heading(one.heading), ...section(one)]),
  ".SH FILES",
  ...term(".tfinvite.json", "Settings; the nearest one upward from a root module, within its repository"),
  ".SH SEE ALSO",
  ".BR terraform (1),",
  text(HOMEPAGE),
];

const folder = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "dist/man");
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, "tfinvite.1"), `${page.join("\n")}\n`);
