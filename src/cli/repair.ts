import { removal } from "../invites/remedies/remedies.js";
import { planRepair, type RepairPlan } from "../invites/remedies/repair-plan.js";
import type { Report } from "../invites/report.js";
import type { Standing } from "../invites/standing.js";
import { formatRepairNotes } from "../report/repair-text.js";
import type { CommandContext } from "../report/style.js";
import { summaryText } from "../report/summary.js";
import { tfinviteCommand } from "./commands.js";
import { EXIT, type Gaps, type Verdict } from "./exit-code.js";
import { Failure } from "./failure.js";
import type { Inputs } from "./inputs.js";
import type { Io } from "./io.js";
import { type ReportOptions, runReport } from "./run-report.js";
import { matcher } from "./selection.js";
import { styleFor } from "./style.js";

export interface RepairOptions extends ReportOptions {
  readonly only?: readonly string[];
  readonly standing?: ReadonlySet<Standing>;
}

/** Taking one of these out of the state would leave something alive that nobody manages, or would be a guess. */
const NEVER_FORGOTTEN: ReadonlyMap<Standing, string> = new Map([
  ["pending", "a pending invite is alive: let the person accept it, or destroy it with Terraform, which works"],
  ["unknown", "an invite that could not be looked up is never taken out of a state"],
  ["unsent", "an invite that was never sent is in no state"],
]);

/** `tfinvite repair`: prints the commands that forget the spent invites, and nothing else, on standard output. */
export async function repair(directories: readonly string[], options: RepairOptions, io: Io): Promise<Verdict> {
  for (const standing of options.standing ?? []) {
    const reason = NEVER_FORGOTTEN.get(standing);
    if (reason !== undefined) throw new Failure(`--standing ${standing} does not go with repair: ${reason}`);
  }
  const { report, inputs, gaps, context } = await runReport(directories, { ...options, withoutBaseline: true }, io);
  if (inputs.givenState?.kind === "other") {
    throw new Failure(
      `${options.state} is not the state that the commands would act on: ${inputs.givenState.reason}`,
      "Run repair in the root module that the state belongs to, or without --state.",
    );
  }
  const matches = options.only === undefined ? undefined : matcher(options.only, report.invites);
  const selection = {
    ...(matches !== undefined && { matches }),
    ...(options.standing !== undefined && { standings: options.standing }),
  };
  const plans = inputs.inventories.map((inventory) => planRepair(report, inventory, selection));
  const commands = plans
    .filter((plan) => plan.forget.length > 0)
    .map((plan) => context.command(plan.directory, removal(plan.forget.map(({ entry }) => entry.address))));
  if (commands.includes(undefined)) {
    throw new Failure(
      "--redact would mask e-mail addresses that the commands need, as instance keys",
      "Run repair without it, or select invites whose addresses hold none by --only.",
    );
  }
  const style = styleFor(io.stderr, io);
  const notes = `${formatRepairNotes(plans, report.now, style)}${cautions(plans, inputs, context)}${summaryText(report, style, { findings: false })}${nothingToDo(plans, report)}\n`;
  // On a terminal both come out in one place; a blank line sets the commands off.
  io.stderr.write(io.stdout.isTTY === true && commands.length > 0 ? `${notes}\n` : notes);
  io.stdout.write(commands.map((command) => `${command?.text}\n`).join(""));
  return verdict(plans, gaps);
}

/** What to mind before the commands are run: which state they act on, and that it may not be backed up. */
function cautions(plans: readonly RepairPlan[], inputs: Inputs, context: CommandContext): string {
  if (plans.every((plan) => plan.forget.length === 0)) return "";
  const foreign =
    inputs.givenState?.kind === "not-known"
      ? ["note: the commands act on the state that Terraform finds there: make sure that the given one came from it\n"]
      : [];
  const notes = [...foreign, ...backupNotes(plans, inputs, context)];
  return notes.length === 0 ? "" : `${notes.join("")}\n`;
}

/** Terraform backs a state up only where it is a local file. */
function backupNotes(plans: readonly RepairPlan[], inputs: Inputs, context: CommandContext): string[] {
  return inputs.inventories.flatMap(({ directory, configuration: { settings } }) => {
    const remote = settings.backend !== undefined && settings.backend.type !== "local";
    if (!remote || !plans.some((plan) => plan.directory === directory && plan.forget.length > 0)) return [];
    const pull = context.command(directory, { verb: ["state", "pull"], addresses: [] });
    if (pull === undefined) return [];
    return [
      `note: Terraform makes no backup in a backend of type ${settings.backend?.type}; make one first: ${pull.text} > before.tfstate\n`,
    ];
  });
}

function verdict(plans: readonly RepairPlan[], gaps: Gaps): Verdict {
  const unread = "some of the input could not be read";
  if (plans.length === 0 && gaps.unread > 0) return { code: EXIT.failed, reason: unread };
  const heldBack = plans.reduce((sum, plan) => sum + plan.heldBack.length, 0);
  const leftAlone = `${heldBack} of the selected invites ${heldBack === 1 ? "was" : "were"} left alone`;
  if (heldBack > 0) return { code: EXIT.incomplete, reason: `incomplete, ${leftAlone}` };
  // What was emitted is right all the same; what else declares those invites may not have been seen.
  if (gaps.unread > 0) return { code: EXIT.incomplete, reason: `incomplete, ${unread}` };
  return { code: EXIT.ok };
}

/** Where nothing goes out of a state, says so, and what is left of a repair that was done by half. */
function nothingToDo(plans: readonly RepairPlan[], report: Report): string {
  if (plans.some((plan) => plan.forget.length > 0 || plan.heldBack.length > 0)) return "";
  const halfDone = report.findings.filter((finding) => finding.rule === "member-invited").length;
  const rest =
    halfDone === 0 ? "" : `, but ${halfDone} still declared for members: ${tfinviteCommand("check", report)}`;
  return `; nothing to forget${rest}`;
}
