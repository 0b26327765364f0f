import type { Inputs } from "../assess/inputs.js";
import type { Io } from "../base/engine-context.js";
import { styleFor } from "../cli/style.js";
import type { RepairPlan } from "../invites/remedies/repair-plan.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import { tfinviteCommand } from "../report/commands.js";
import { formatRepairNotes } from "../report/repair-text.js";
import type { Report } from "../report/report.js";
import type { CommandContext } from "../report/style.js";
import { summaryText } from "../report/summary.js";
import type { PreparedRepair } from "./prepare.js";

/** What a person is told on standard error, whatever is then emitted or done; `asCode` where no command is run on the state. */
export function repairNotes(
  { plans, report, inputs, context }: PreparedRepair,
  io: Io,
  { asCode = false }: { readonly asCode?: boolean } = {},
): string {
  const style = styleFor(io.stderr, io);
  return `${formatRepairNotes(plans, report.now, style)}${asCode ? "" : cautions(plans, inputs, context)}${summaryText(report, style, { findings: false })}${nothingToDo(plans, report)}\n`;
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

/** The exit status of a repair that was emitted, not done. */
export function exitOfEmitted({ plans, gaps }: Pick<PreparedRepair, "plans" | "gaps">): ExitStatus {
  const unread = "some of the input could not be read";
  if (plans.length === 0 && gaps.unread > 0) return { code: EXIT.failed, reason: unread };
  const skipped = plans.reduce((sum, plan) => sum + plan.skipped.length, 0);
  const leftAlone = `${skipped} of the selected invites ${skipped === 1 ? "was" : "were"} left alone`;
  if (skipped > 0) return { code: EXIT.incomplete, reason: `incomplete, ${leftAlone}` };
  // What was emitted is right all the same; what else declares those invites may not have been seen.
  if (gaps.unread > 0) return { code: EXIT.incomplete, reason: `incomplete, ${unread}` };
  return { code: EXIT.ok };
}

/** Where nothing goes out of a state, says so, and what is left of a repair that was done by half. */
function nothingToDo(plans: readonly RepairPlan[], report: Report): string {
  if (plans.some((plan) => plan.forget.length > 0 || plan.skipped.length > 0)) return "";
  const halfDone = report.findings.filter((finding) => finding.rule === "member-invited").length;
  const rest =
    halfDone === 0 ? "" : `, but ${halfDone} still declared for members: ${tfinviteCommand("check", report)}`;
  return `; nothing to forget${rest}`;
}
