import { Command, InvalidArgumentError, Option } from "commander";
import type { Io } from "../base/engine-context.js";
import { listOf } from "../base/phrases.js";
import { VERSION } from "../base/version.js";
import { type ExitStatus, FAIL_ON } from "../policy/exit-code.js";
import { REPORT_FORMATS, STATUS_FORMATS } from "../report/formats.js";
import { SHELLS } from "../terraform/shell/shell-quoting.js";
import {
  checkGoDuration,
  collect,
  collectFormats,
  collectRules,
  collectSelected,
  collectStatuses,
  collectVariables,
  parseAssignment,
  parseCount,
  parseDuration,
  parseFailOn,
} from "./option-values.js";

const ENVIRONMENT = `
Environment:
  OPENAI_ADMIN_KEY   admin key with the scope api.management.read; never given by flag
  OPENAI_BASE_URL    where the Admin API is (default https://api.openai.com/v1)
  OPENAI_ORG_ID      organization, where the key is of several

Exit codes:
  0  nothing at or above --fail-on      2  could not do the job
  1  findings at or above it            3  incomplete: a status is not known`;

const flag = (flags: string, description: string) => new Option(flags, description);

const REDACT = flag("--redact", "mask email addresses in every output");
const OFFLINE = flag("--offline", "no network: statuses as the state recorded them");
const ONLY = flag(
  "--only <address|email,…>",
  "only these; in an email address, * stands for any letters; repeat for more",
).argParser(collectSelected);
const RULE = flag("--rule <id=severity>", "set a rule to off, notice, warning or error; repeat for several").argParser(
  collect,
);

/** Both make one list, in the order in which they were typed. */
class VariableFlag extends Option {
  override attributeName(): string {
    return "variables";
  }
}

const VARIABLES: readonly Option[] = [
  new VariableFlag("--var-file <file>", "variable values, as for terraform plan; repeat for several").argParser(
    collectVariables((file) => ({ file })),
  ),
  new VariableFlag("--var <name=value>", "one variable's value; repeat for several, the last one counts").argParser(
    collectVariables(parseAssignment),
  ),
];

/** What `lint` and `check` do with findings. */
const FINDINGS: readonly Option[] = [
  formats(REPORT_FORMATS, { pretty: "on a terminal", compact: "elsewhere" }),
  flag("--fail-on <severity>", `exit 1 at or above: ${FAIL_ON.join(", ")} (default: error)`).argParser(parseFailOn),
  RULE,
  flag("--baseline <file>", "findings listed there are known, and not reported"),
  flag("--update-baseline", "write what is found into the baseline, and report nothing of it"),
];

/** What the commands with a look-up read. */
const INPUTS: readonly Option[] = [
  flag("--state <file|->", "state to read: raw, or of `terraform show -json`"),
  flag("--terraform-bin <argv>", 'how to call Terraform: terraform, tofu, "terragrunt run --"'),
  ...VARIABLES,
  flag("--deadline <duration>", "stop looking up after this time").argParser(parseDuration).default(300_000, "5m"),
  flag("--shell <shell>", "quote commands for this shell (default: by platform)").choices(SHELLS),
  REDACT,
];

const RECURSIVE = flag("--recursive", "every root module with invites below DIR");

const DIRECTORIES = ["[DIR...]", "root modules (default: this directory)"] as const;

type Action = Parameters<Command["action"]>[0];

interface CommandEntry {
  readonly description: string;
  readonly argument?: readonly [name: string, description: string];
  readonly options?: readonly Option[];
  readonly help?: string;
  /** Loads the command and runs it. */
  run(io: Io, ...given: Parameters<Action>): Promise<ExitStatus>;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  status: {
    description: "show every invite with its live status",
    argument: DIRECTORIES,
    options: [
      ...INPUTS,
      RECURSIVE,
      formats(STATUS_FORMATS),
      ONLY,
      flag("--status <status,…>", "only invites of these statuses; used: accepted, joined and departed").argParser(
        collectStatuses,
      ),
      flag("--all", "also invites that need nothing, and rows beyond the first ten"),
      flag("--orphans", "also list pending invites at OpenAI that no state holds, and how to import them"),
      OFFLINE,
    ],
    run: async (io, directories, options) => (await import("./status.js")).status(directories, options, io),
  },
  check: {
    description: "say what will go wrong with the invites, and why",
    argument: DIRECTORIES,
    options: [
      ...INPUTS,
      RECURSIVE,
      flag("--plan <file|->", "a plan to judge before it is applied: saved, or of `terraform show -json`"),
      ...FINDINGS,
      OFFLINE,
    ],
    run: async (io, directories, options) => (await import("./check.js")).check(directories, options, io),
  },
  lint: {
    description: "say what is wrong with the invites while the configuration is being written: files only, no key",
    argument: [
      "[TARGET...]",
      "directories, files or globs; - for standard input (default: everything below this directory)",
    ],
    options: [
      ...VARIABLES,
      ...FINDINGS,
      flag("--fix", "put right what is safe to put right"),
      flag("--fix-dry-run", "show what --fix would change, as a diff"),
      flag("--stdin-filename <path>", "with -: the file that the text is of"),
      flag("--watch", "lint again whenever a file changes"),
      REDACT,
    ],
    run: async (io, targets, options) => (await import("./lint.js")).lint(targets, options, io),
  },
  repair: {
    description: "take spent invites out of the state: print the commands, do it, or hand it over as code",
    argument: DIRECTORIES,
    options: [
      ...INPUTS,
      RECURSIVE,
      ONLY,
      flag("--status <status,…>", "invites of these statuses instead of the used ones").argParser(collectStatuses),
      flag("--as <form>", "what to hand over: commands, blocks of code, comments for Atlantis, or JSON").choices([
        "commands",
        "blocks",
        "atlantis",
        "json",
      ]),
      flag("--print0", "only the addresses, each ended by a NUL, for xargs -0"),
      flag("--apply", "do it: a preview, a backup, one locked call, and a proof"),
      flag("--yes", "with --apply, --write or --undo: without asking first"),
      flag(
        "--lock-timeout <duration>",
        "with --apply or --undo: how long to wait for the state's lock (default: 10s)",
      ).argParser(checkGoDuration),
      flag("--force", "with --apply or --undo: go on without a lock, or with a tool older than the state"),
      flag("--undo [journal]", "put back what a repair took out: the latest one, or the one named"),
      flag("--list", "show the repairs that were done, and can be undone"),
      flag("--keep <number>", "delete the journals and backups of all but the latest").argParser(parseCount),
      flag(
        "--write",
        "edit the configuration: with --apply after the state, with --as blocks beside them, else for members whose invite is in no state",
      ),
      flag("--dry-run", "with --write or --apply: show what would change, as a diff"),
      flag("--out <file>", "with --as blocks: the file for them (default: tfinvite-forget.tf)"),
      flag("--clean", "take out the blocks that the state does not need any more"),
    ],
    help: "\nOnly what is asked for goes to standard output: tfinvite repair | bash, tfinvite repair --print0 | xargs -0 terraform state rm",
    run: async (io, directories, options) => (await import("./repair.js")).repair(directories, options, io),
  },
  explain: {
    description: "show the page of a rule, or list all rules",
    argument: ["[RULE]", "what stands in brackets behind a finding"],
    run: async (io, rule) => (await import("./explain.js")).explain(rule, io),
  },
  lsp: {
    description: "answer an editor as a language server, over standard input and output",
    options: [flag("--stdio", "what it does anyway; many editors pass it")],
    run: async (io) => (await import("./lsp.js")).languageServer(io),
  },
};

/** The command line: every command, its flags and its help. Commands load what they need when they run. */
export function makeProgram(io: Io, onExit: (exit: ExitStatus) => void): Command {
  const program = new Command("tfinvite")
    .description(
      "Finds the OpenAI invitations in a Terraform or OpenTofu configuration that will break an apply, and takes them out of the state safely.",
    )
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", ENVIRONMENT)
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .exitOverride()
    .hook("preAction", (_, command) => readRules(command));
  for (const [name, { description, argument, options = [], help, run }] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(description);
    if (argument !== undefined) command.argument(...argument);
    for (const option of options) command.addOption(option);
    if (help !== undefined) command.addHelpText("after", help);
    command.action(async (...given) => onExit(await run(io, ...given)));
  }
  return program;
}

/** `--format`, with the names of a table and what is said of some of them. */
function formats(table: Readonly<Record<string, unknown>>, notes: Readonly<Record<string, string>> = {}): Option {
  const names = Object.keys(table);
  const told = names.map((name) => (notes[name] === undefined ? name : `${name} (${notes[name]})`));
  return flag("--format <format[:file]>", `${listOf(told, "or")}; repeat for several`).argParser(collectFormats(names));
}

/** Reads the values of `--rule` before the command runs: the rules are loaded only for who names some. */
async function readRules(command: Command): Promise<void> {
  const values: readonly string[] | undefined = command.getOptionValue("rule");
  if (values === undefined) return;
  const { RULES } = await import("../invites/rules/registry.js");
  const add = collectRules(Object.keys(RULES));
  let rules: ReturnType<typeof add> | undefined;
  for (const value of values) {
    try {
      rules = add(value, rules);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      command.error(`error: option '${RULE.flags}' argument '${value}' is invalid. ${error.message}`);
    }
  }
  command.setOptionValue("rule", rules);
}
