import type { Command, Option } from "commander";
import type { Io, OutputStream } from "../base/engine-context.js";
import { listOf } from "../base/phrases.js";
import { VERSION } from "../base/version.js";
import { type ExitStatus, FAIL_ON } from "../policy/exit-code.js";
import { REPORT_FORMATS, STATUS_FORMATS } from "../report/formats.js";
import { SHELLS } from "../terraform/shell/shell-quoting.js";
import { CommandLine, type Example, type HelpSection } from "./command-line.js";
import { COMPLETED_SHELLS, Flag } from "./completion/offer.js";
import {
  checkGoDuration,
  collect,
  collectFormats,
  collectRules,
  collectSelected,
  collectStatuses,
  collectVariables,
  oneOf,
  parseAssignment,
  parseCount,
  parseDuration,
  parseFailOn,
  STATUS_NAMES,
} from "./option-values.js";
import { styleFor, wantsColor } from "./style.js";

const CI_CHOICES = ["github", "gitlab", "azure", "none"] as const;

const FORMS = ["commands", "blocks", "atlantis", "json"] as const;

const ENVIRONMENT: HelpSection = {
  heading: "Environment variables:",
  items: [
    ["OPENAI_ADMIN_KEY", "Admin key with the scope api.management.read; there is no option for it"],
    ["OPENAI_BASE_URL", "Address of the Admin API (default: https://api.openai.com/v1)"],
    ["OPENAI_ORG_ID", "Organization ID, for keys that belong to several organizations"],
    ["HTTPS_PROXY", "Proxy for requests to the Admin API; NO_PROXY lists hosts to reach without it"],
    ["NO_COLOR", "Set to 1 to print without colors; FORCE_COLOR=1 prints colors into pipes, too"],
  ],
};

const EXIT_CODES: HelpSection = {
  heading: "Exit codes:",
  items: [
    ["0", "Success: no finding at or above --fail-on"],
    ["1", "Findings at or above --fail-on"],
    ["2", "Failed: wrong usage, unreadable input, or a Terraform command failed"],
    ["3", "Incomplete: the status of some invites is unknown"],
  ],
};

const JOBS: HelpSection = {
  heading: "Three jobs:",
  examples: [
    ["Before an apply: find out what will fail, and why", "tfinvite check --plan plan.json"],
    ["Once: print the commands that remove used invites from the state", "tfinvite repair"],
    ["While you write configuration: check the files, without a key or a state", "tfinvite lint"],
  ],
};

const flag = (flags: string, description: string) => new Flag(flags, description);

/** Options under one heading of the help. */
function group(heading: string, options: readonly Option[]): readonly Option[] {
  return options.map((option) => option.helpGroup(heading));
}

/** An option that takes one of some names. */
function choice(name: string, value: string, description: string, names: readonly string[]): Option {
  return flag(`${name} <${value}>`, description)
    .offering({ kind: "words", words: names })
    .argParser((written) => oneOf(name, names, written));
}

const redact = () => flag("--redact", "Mask email addresses in every output");
const only = () =>
  flag("--only <address|email,...>", "Only these invites: addresses, or emails in which * matches any text; repeatable")
    .offering({ kind: "addresses" })
    .argParser(collectSelected);
const statuses = (description: string) =>
  flag("--status <status,...>", description).offering({ kind: "list", words: STATUS_NAMES }).argParser(collectStatuses);
const shell = () =>
  choice("--shell", "shell", `Quote commands for ${listOf(SHELLS, "or")} (default: by platform)`, SHELLS);

const RULE_FLAGS = "--rule <id=severity>";

/** Both make one list, in the order in which they were typed. */
class VariableFlag extends Flag {
  override attributeName(): string {
    return "variables";
  }
}

function variables(): readonly Option[] {
  return [
    new VariableFlag("--var-file <file>", "Variable values, as for terraform plan; repeatable").argParser(
      collectVariables((file) => ({ file })),
    ),
    new VariableFlag("--var <name=value>", "Value of one variable; repeatable, the last one wins").argParser(
      collectVariables(parseAssignment),
    ),
  ];
}

/** What `lint` and `check` do with findings. */
function findings(): readonly Option[] {
  return group("Findings:", [
    flag("--fail-on <severity>", `Exit with 1 at or above ${listOf(FAIL_ON, "or")} (default: error)`)
      .offering({ kind: "words", words: FAIL_ON })
      .argParser(parseFailOn),
    flag(RULE_FLAGS, "Set a rule to off, notice, warning or error; repeatable")
      .offering({ kind: "rules" })
      .argParser(collect),
    flag("--baseline <file>", "Ignore the findings recorded in this file"),
    flag("--update-baseline", "Record the current findings in the baseline"),
    flag("--show-ignored", "Also list the findings that comments and the baseline silence, and what silences them"),
  ]);
}

/** What the commands with a look-up read. */
function inputs(...more: readonly Option[]): readonly Option[] {
  return group("Input:", [
    flag("--state <file|->", "State file, or `terraform show -json` output (default: the root module's own state)"),
    ...more,
    flag("--recursive", "All root modules with invites below DIR"),
    flag(
      "--terraform-bin <command>",
      'How to call Terraform: terraform, tofu, "terragrunt run --" (default: found from the files)',
    ).offering({ kind: "words", words: ["terraform", "tofu"] }),
    ...variables(),
  ]);
}

function lookingUp(...more: readonly Option[]): readonly Option[] {
  return group("Looking up:", [
    ...more,
    flag("--deadline <duration>", "Stop looking up after this time; the rest stays unknown")
      .argParser(parseDuration)
      .default(300_000, "5m"),
  ]);
}

const offline = () => flag("--offline", "Use no network: take statuses from the state");

const DIRECTORIES = ["[DIR...]", "Root modules (default: this directory)"] as const;

type Action = Parameters<Command["action"]>[0];

interface CommandEntry {
  readonly description: string;
  /** In the list of commands, in place of the description. */
  readonly summary?: string;
  readonly argument?: readonly [name: string, description: string];
  readonly options?: readonly Option[];
  readonly examples: readonly Example[];
  /** Other sections at the end of its help. */
  readonly more?: readonly HelpSection[];
  /** Loads the command and runs it. */
  run(io: Io, ...given: Parameters<Action>): Promise<ExitStatus>;
}

/** A function, since each program needs options of its own. */
const commands = (): Readonly<Record<string, CommandEntry>> => ({
  init: {
    description: "Set up a repository: settings, a CI pipeline, a hook and an npm script",
    argument: ["[DIR]", "Where to look for root modules (default: this directory)"],
    options: [
      choice("--ci", "system", `Pipeline for ${listOf(CI_CHOICES, "or")} (default: the CI in use)`, CI_CHOICES),
      flag("--dry-run", "Show what would be written, as a diff"),
      flag("--yes", "Skip the prompt"),
    ],
    examples: [
      ["Look, show, ask, write", "tfinvite init"],
      ["With a workflow for GitHub, without the prompt", "tfinvite init --ci github --yes"],
    ],
    run: async (io, directory, options) => (await import("./init.js")).init(directory, options, io),
  },
  check: {
    description: "Check state and configuration against OpenAI, before an apply",
    argument: DIRECTORIES,
    options: [
      ...inputs(
        flag("--plan <file|->", "Plan to check before it is applied: a saved plan, or `terraform show -json` output"),
      ),
      ...lookingUp(offline()),
      ...findings(),
      ...output(REPORT_FORMATS, { pretty: "default on a terminal", compact: "default elsewhere" }, shell()),
    ],
    examples: [
      ["What will go wrong in this root module", "tfinvite check"],
      ["The same for every root module of the repository", "tfinvite check --recursive"],
      ["What this plan can't do", "terraform show -json plan.tfplan | tfinvite check --plan -"],
      [
        "In CI: a report for code scanning, and exit code 1 from warnings on",
        "tfinvite check --format sarif:tfinvite.sarif --fail-on warning",
      ],
    ],
    run: async (io, directories, options) => (await import("./check.js")).check(directories, options, io),
  },
  status: {
    description: "Show every invite with its live status",
    argument: DIRECTORIES,
    options: [
      ...group("Selection:", [
        only(),
        statuses(
          `Only invites with these statuses: ${listOf(STATUS_NAMES, "or")}; used means accepted, joined or departed; repeatable`,
        ),
        flag("--all", "Also invites that need no action, and rows beyond the first ten"),
        flag("--orphans", "Also list pending invites at OpenAI that are in no state, with commands to import them"),
      ]),
      ...inputs(),
      ...lookingUp(offline()),
      ...output(STATUS_FORMATS, { pretty: "default" }, shell()),
    ],
    examples: [
      ["The invites of this root module", "tfinvite status"],
      ["Only used invites, of one company", 'tfinvite status --status used --only "*@example.com"'],
      ["For a program", "tfinvite status --format json"],
    ],
    run: async (io, directories, options) => (await import("./status.js")).status(directories, options, io),
  },
  repair: {
    summary: "Remove used invites from the state",
    description: "Remove used invites from the state: print the commands, run them, or write them as code",
    argument: DIRECTORIES,
    options: [
      ...group("Selection:", [only(), statuses("Invites with these statuses instead of the used ones; repeatable")]),
      ...group("Changing state and files:", [
        flag("--apply", "Remove them from the state now: preview, backup, one locked call, verification"),
        flag(
          "--write",
          "Edit the configuration: with --apply, with --as blocks, or alone for invites that are already out of the state",
        ),
        flag("--dry-run", "Show what would change, as a diff (with --apply or --write)"),
        flag("--yes", "Skip the prompt (with --apply, --write or --undo)"),
        flag(
          "--lock-timeout <duration>",
          "How long to wait for the state's lock (with --apply or --undo; default: 10s)",
        ).argParser(checkGoDuration),
        flag("--force", "Continue without a lock, or with a tool older than the state (with --apply or --undo)"),
        flag("--clean", "Remove moved and removed blocks that have been applied"),
      ]),
      ...group("Undo:", [
        flag("--undo [journal]", "Undo the latest repair, or the one named"),
        flag("--list", "List the repairs that can be undone"),
        flag("--keep <number>", "Keep this many journals and backups, and delete the older ones").argParser(parseCount),
      ]),
      ...inputs(),
      ...lookingUp(),
      ...group("Output:", [
        choice(
          "--as",
          "form",
          "Print commands (default), blocks (removed and moved blocks), atlantis (comments for a pull request) or json",
          FORMS,
        ),
        flag("--out <file>", "File for the blocks (with --as blocks; default: tfinvite-forget.tf)"),
        flag("--print0", "Print only the addresses, each followed by a NUL, for xargs -0"),
        shell(),
        redact(),
      ]),
    ],
    examples: [
      ["What is used, and the commands that remove it", "tfinvite repair"],
      ["State and configuration now, with a backup and a prompt", "tfinvite repair --apply --write"],
      ["As a pull request: removed blocks, and the edited configuration", "tfinvite repair --as blocks --write"],
      ["Undo the latest repair", "tfinvite repair --undo"],
    ],
    more: [
      {
        heading: "Environment variables:",
        items: [["XDG_STATE_HOME", "Where journals and backups are kept (default: ~/.local/state)"]],
      },
      {
        heading: "Exit codes:",
        items: [
          ["0", "Done, or nothing to do"],
          ["2", "Failed; with --apply: nothing was changed"],
          ["3", "Incomplete: some invites were skipped, or --apply stopped part-way"],
        ],
      },
    ],
    run: async (io, directories, options) => (await import("./repair.js")).repair(directories, options, io),
  },
  lint: {
    description: "Check configuration files only (no API key or state needed)",
    argument: [
      "[TARGET...]",
      "Directories, files or globs, or - for standard input (default: everything below this directory)",
    ],
    options: [
      ...group("Fixing and watching:", [
        flag("--fix", "Apply safe fixes"),
        flag("--fix-dry-run", "Show what --fix would change, as a diff"),
        flag("--watch", "Lint again when a file changes"),
      ]),
      ...group("Input:", [
        flag("--stdin-filename <path>", "Path to report for standard input (with -)"),
        ...variables(),
      ]),
      ...findings(),
      ...output(REPORT_FORMATS, { pretty: "default on a terminal", compact: "default elsewhere" }),
    ],
    examples: [
      ["Every file below this directory", "tfinvite lint"],
      ["Apply safe fixes", "tfinvite lint --fix"],
      ["Text from an editor", "tfinvite lint - --stdin-filename main.tf < main.tf"],
    ],
    run: async (io, targets, options) => (await import("./lint.js")).lint(targets, options, io),
  },
  explain: {
    description: "Show the page of a rule, or list all rules",
    argument: ["[RULE]", "Rule ID, shown in [brackets] after each finding"],
    examples: [
      ["All rules", "tfinvite explain"],
      ["Why a finding matters, and how to fix it", "tfinvite explain accepted-invite"],
    ],
    run: async (io, rule) => (await import("./explain.js")).explain(rule, io),
  },
  completion: {
    description: "Print a script that completes commands, options and values in a shell",
    argument: ["[SHELL]", listOf(COMPLETED_SHELLS, "or")],
    options: [flag("--addresses", "Print the addresses of the invites in the local state, for the script")],
    examples: [
      ["bash, in ~/.bashrc", 'eval "$(tfinvite completion bash)"'],
      ["zsh, in a folder of its fpath", "tfinvite completion zsh > _tfinvite"],
      ["fish, in its folder of completions", "tfinvite completion fish > tfinvite.fish"],
      ["PowerShell, for a line in $PROFILE that loads it", "tfinvite completion powershell > tfinvite.ps1"],
    ],
    run: async (io, shell, options, command) =>
      (await import("./completion.js")).completion(shell, options, command.parent, io),
  },
  lsp: {
    description: "Run the language server, for editors",
    options: [flag("--stdio", "Accepted for compatibility; standard input and output are the only transport")],
    examples: [["What an editor's settings name", "tfinvite lsp"]],
    run: async (io) => (await import("./lsp.js")).languageServer(io),
  },
});

/** The command line: every command, its options and its help. Commands load what they need when they run. */
export function makeProgram(io: Io, onExit: (exit: ExitStatus) => void): CommandLine {
  const general = "General:";
  const program = new CommandLine("tfinvite");
  program.lead = [JOBS];
  program.end = [
    ENVIRONMENT,
    EXIT_CODES,
    {
      heading: "More:",
      examples: [["The options and examples of a command", "tfinvite help check"]],
    },
  ];
  const colored = (stream: OutputStream) => wantsColor(stream, io.env);
  program
    .description(
      "Finds the OpenAI invitations in a Terraform or OpenTofu configuration that will break an apply, and removes them from the state safely.",
    )
    .optionsGroup(general)
    .version(VERSION, "-v, --version", "Print the version")
    .addOption(flag("--color", "Print colors into pipes and files, too").helpGroup(general))
    .addOption(flag("--no-color", "Print without colors").helpGroup(general))
    .addHelpOption(flag("-h, --help", "Print help").helpGroup(general))
    .helpCommand("help [command]", "Print the help of a command")
    .configureHelp({ styleTitle: styleFor(io.stdout, io).bold })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => widthOf(io.stdout),
      getErrHelpWidth: () => widthOf(io.stderr),
      getOutHasColors: () => colored(io.stdout),
      getErrHasColors: () => colored(io.stderr),
    })
    .exitOverride()
    .hook("preAction", (_, command) => readRules(command));
  for (const [name, { description, summary = "", argument, options = [], examples, more = [], run }] of Object.entries(
    commands(),
  )) {
    const command = program
      .createCommand(name)
      .copyInheritedSettings(program)
      .description(description)
      .summary(summary);
    program.addCommand(command);
    command.end = [...more, { heading: "Examples:", examples }];
    if (argument !== undefined) command.argument(...argument);
    for (const option of options) command.addOption(option);
    command.action(async (...given) => onExit(await run(io, ...given)));
  }
  return program;
}

function widthOf({ isTTY, columns }: OutputStream): number {
  return isTTY === true && columns !== undefined && columns > 0 ? columns : 80;
}

/** How a report is written: `--format` with the names of a table and what is said about some of them, and more. */
function output(
  table: Readonly<Record<string, unknown>>,
  notes: Readonly<Record<string, string>>,
  ...more: readonly Option[]
): readonly Option[] {
  const names = Object.keys(table);
  const shown = names.map((name) => (notes[name] === undefined ? name : `${name} (${notes[name]})`));
  const description = `Report format: ${listOf(shown, "or")}; FORMAT:FILE writes to a file; repeatable`;
  const format = flag("--format <format[:file]>", description)
    .offering({ kind: "words", words: names, thenFile: true })
    .argParser(collectFormats(names));
  return group("Output:", [format, ...more, redact()]);
}

/** Reads the values of `--rule` before the command runs: rules are loaded only where some are named. */
async function readRules(command: Command): Promise<void> {
  const values: readonly string[] | undefined = command.getOptionValue("rule");
  if (values === undefined) return;
  const { RULES } = await import("../invites/rules/registry.js");
  const add = collectRules(Object.keys(RULES));
  let rules: ReturnType<typeof add> | undefined;
  for (const value of values) rules = add(value, rules);
  command.setOptionValue("rule", rules);
}
