import { Command, InvalidArgumentError, Option } from "commander";
import type { Io } from "../base/engine-context.js";
import { VERSION } from "../base/version.js";
import type { ExitStatus } from "../policy/exit-code.js";
import { REPORT_FORMATS, STATUS_FORMATS } from "../report/formats.js";
import { SHELLS } from "../terraform/shell/shell-quoting.js";
import {
  checkGoDuration,
  collect,
  collectFormats,
  collectRules,
  parseCount,
  parseDuration,
  parseFailOn,
  parseStatuses,
} from "./option-values.js";

const ENVIRONMENT = `
Environment:
  OPENAI_ADMIN_KEY   admin key with the scope api.management.read; never given by flag
  OPENAI_BASE_URL    where the Admin API is (default https://api.openai.com/v1)
  OPENAI_ORG_ID      organization, where the key is of several

Exit codes:
  0  nothing at or above --fail-on      2  could not do the job
  1  findings at or above it            3  incomplete: a status is not known`;

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

  withInputs(program.command("status").description("show every invite with its live status"))
    .addOption(
      new Option("--format <format[:file]>", "pretty or json; repeat for several").argParser(
        collectFormats(Object.keys(STATUS_FORMATS)),
      ),
    )
    .addOption(onlyOption())
    .addOption(new Option("--status <status,…>", "only invites of these statuses").argParser(parseStatuses))
    .addOption(offlineOption())
    .action(async (directories: string[], options) =>
      onExit(await (await import("./status.js")).status(directories, options, io)),
    );

  withInputs(program.command("check").description("say what will go wrong with the invites, and why"))
    .option("--plan <file|->", "a plan to judge before it is applied: saved, or of `terraform show -json`")
    .addOption(formatOption())
    .addOption(failOnOption())
    .addOption(ruleOption())
    .addOption(baselineOption())
    .option("--update-baseline", "write what is found into the baseline, and report nothing of it")
    .addOption(offlineOption())
    .action(async (directories: string[], options) =>
      onExit(await (await import("./check.js")).check(directories, options, io)),
    );

  program
    .command("lint")
    .description("say what is wrong with the invites while the configuration is being written: files only, no key")
    .argument(
      "[TARGET...]",
      "directories, files or globs; - for standard input (default: everything below this directory)",
    )
    .addOption(formatOption())
    .addOption(failOnOption())
    .addOption(ruleOption())
    .addOption(baselineOption())
    .option("--update-baseline", "write what is found into the baseline, and report nothing of it")
    .option("--fix", "put right what is safe to put right")
    .option("--fix-dry-run", "show what --fix would change, as a diff")
    .option("--stdin-filename <path>", "with -: the file that the text is of")
    .option("--watch", "lint again whenever a file changes")
    .option("--redact", "mask email addresses in every output")
    .action(async (targets: string[], options) => onExit(await (await import("./lint.js")).lint(targets, options, io)));

  withInputs(
    program
      .command("repair")
      .description("take spent invites out of the state: print the commands, do it, or hand it over as code"),
  )
    .addOption(onlyOption())
    .addOption(
      new Option("--status <status,…>", "invites of these statuses instead of the used ones").argParser(parseStatuses),
    )
    .addOption(
      new Option("--as <form>", "what to hand over: commands, blocks of code, comments for Atlantis, or JSON").choices([
        "commands",
        "blocks",
        "atlantis",
        "json",
      ]),
    )
    .option("--print0", "only the addresses, each ended by a NUL, for xargs -0")
    .option("--apply", "do it: a preview, a backup, one locked call, and a proof")
    .option("--yes", "with --apply or --undo: without asking first")
    .addOption(
      new Option(
        "--lock-timeout <duration>",
        "with --apply or --undo: how long to wait for the state's lock (default: 10s)",
      ).argParser(checkGoDuration),
    )
    .option("--force", "with --apply or --undo: go on where the backend does not lock")
    .option("--undo [journal]", "put back what a repair took out: the latest one, or the one named")
    .option("--list", "show the repairs that were done, and can be undone")
    .addOption(
      new Option("--keep <number>", "delete the journals and backups of all but the latest").argParser(parseCount),
    )
    .option("--write", "with --as blocks: write them, and edit the configuration")
    .option("--out <file>", "with --as blocks: the file for them (default: tfinvite-forget.tf)")
    .option("--clean", "take out the blocks that the state does not need any more")
    .addHelpText(
      "after",
      "\nOnly what is asked for goes to standard output: tfinvite repair | bash, tfinvite repair --print0 | xargs -0 terraform state rm",
    )
    .action(async (directories: string[], options) =>
      onExit(await (await import("./repair.js")).repair(directories, options, io)),
    );

  program
    .command("explain")
    .description("show the page of a rule, or list all rules")
    .argument("[RULE]", "what stands in brackets behind a finding")
    .action(async (rule: string | undefined) => onExit(await (await import("./explain.js")).explain(rule, io)));

  program
    .command("lsp")
    .description("answer an editor as a language server, over standard input and output")
    .option("--stdio", "what it does anyway; many editors pass it")
    .action(async () => onExit(await (await import("./lsp.js")).languageServer(io)));

  return program;
}

function withInputs(command: Command): Command {
  return command
    .argument("[DIR...]", "root modules (default: this directory)")
    .option("--state <file|->", "state to read: raw, or of `terraform show -json`")
    .option("--terraform-bin <argv>", 'how to call Terraform: terraform, tofu, "terragrunt run --"')
    .addOption(
      new Option("--var-file <file>", "variable values, as for terraform plan; repeat for several").argParser(collect),
    )
    .addOption(new Option("--var <name=value>", "one variable's value; repeat for several").argParser(collect))
    .addOption(
      new Option("--deadline <duration>", "stop looking up after this time")
        .argParser(parseDuration)
        .default(300_000, "5m"),
    )
    .addOption(new Option("--shell <shell>", "quote commands for this shell (default: by platform)").choices(SHELLS))
    .option("--redact", "mask email addresses in every output");
}

function formatOption(): Option {
  return new Option(
    "--format <format[:file]>",
    "pretty (on a terminal), compact (elsewhere), json, sarif, github, gitlab, checkstyle, junit, rdjson or markdown; repeat for several",
  ).argParser(collectFormats(Object.keys(REPORT_FORMATS)));
}

function failOnOption(): Option {
  return new Option(
    "--fail-on <severity>",
    "exit 1 at or above: error, warning, notice, never (default: error)",
  ).argParser(parseFailOn);
}

const RULE_FLAG = "--rule <id=severity>";

function ruleOption(): Option {
  return new Option(RULE_FLAG, "set a rule to off, notice, warning or error; repeat for several").argParser(collect);
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
      command.error(`error: option '${RULE_FLAG}' argument '${value}' is invalid. ${error.message}`);
    }
  }
  command.setOptionValue("rule", rules);
}

function baselineOption(): Option {
  return new Option("--baseline <file>", "findings listed there are known, and not reported");
}

function onlyOption(): Option {
  return new Option("--only <address|email>", "only these; an email address may hold *; repeat for several").argParser(
    collect,
  );
}

function offlineOption(): Option {
  return new Option("--offline", "no network: statuses as the state recorded them");
}
