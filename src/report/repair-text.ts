import { count } from "../base/phrases.js";
import { storedName } from "../invites/inventory.js";
import { failsEveryPlan, type ReportedInvite } from "../invites/planned/assessment.js";
import type { RepairPlan, SkipReason } from "../invites/remedies/repair-plan.js";
import { fileAndLine } from "../terraform/source-range.js";
import { tfinviteCommand } from "./commands.js";
import { escapeControls } from "./escape.js";
import { dependentWords, type Section, stepWords } from "./messages/edit-words.js";
import { statementWords, statusPhrase } from "./messages/status-words.js";
import type { Report } from "./report.js";
import type { CommandContext, Style } from "./style.js";
import { summaryText } from "./summary.js";
import { padTo, widest, wrap } from "./text-width.js";

/** What `repair` tells a person beside the commands: why each invite goes, what still declares it, what was left alone. */
export function formatRepairNotes(plans: readonly RepairPlan[], now: number, style: Style): string {
  const sections = plans.flatMap((plan) => {
    const where = plans.length > 1 ? ` in ${plan.directory}` : "";
    return [
      forgetting(plan, now, where),
      ...remaining(plan, where),
      settledSection(plan, where),
      skippedSection(plan, where),
    ];
  });
  return formatSections(sections, style);
}

/** A repair as far as its notes tell of it. */
export interface NotedRepair {
  readonly plans: readonly RepairPlan[];
  readonly report: Report;
  readonly context: CommandContext;
  /** Whether a given state may be another one than the commands act on. */
  readonly inputs: { readonly givenState?: { readonly kind: string } };
}

/** The notes of a repair with the summary of its report; `asCode` where no command is run on the state. */
export function formatRepairSummary(repair: NotedRepair, style: Style, asCode = false): string {
  const { plans, report } = repair;
  const notes = formatRepairNotes(plans, report.now, style);
  return `${notes}${asCode ? "" : cautions(repair)}${summaryText(report, style, { findings: false })}${nothingToDo(plans, report)}\n`;
}

/** What to mind before the commands are run: which state they act on, and that it may not be backed up. */
function cautions({ plans, inputs, context }: NotedRepair): string {
  const acting = plans.filter((plan) => plan.forget.length > 0);
  const notes = acting.flatMap((plan) => backupNote(plan, context) ?? []);
  if (acting.length > 0 && inputs.givenState?.kind === "not-known") {
    notes.unshift(
      "note: the commands act on the state that Terraform finds there: make sure that the given one came from it\n",
    );
  }
  return notes.length === 0 ? "" : `${notes.join("")}\n`;
}

/** Terraform backs a state up only where it is a local file. */
function backupNote({ directory, inventory }: RepairPlan, context: CommandContext): string | undefined {
  const type = inventory.configuration.settings.backend?.type;
  if (type === undefined || type === "local") return undefined;
  const pull = context.command(directory, { verb: ["state", "pull"], addresses: [] });
  if (pull === undefined) return undefined;
  return `note: Terraform makes no backup in a backend of type ${type}; make one first: ${pull.text} > before.tfstate\n`;
}

/** Where nothing goes out of a state, says so, and what is left of a repair that was done by half. */
function nothingToDo(plans: readonly RepairPlan[], report: Report): string {
  // Of what was not read nothing is known.
  if (plans.length === 0) return "";
  if (plans.some((plan) => plan.forget.length + plan.settled.length + plan.skipped.length > 0)) return "";
  const halfDone = report.findings.filter((finding) => finding.rule === "member-invited").length;
  const rest =
    halfDone === 0 ? "" : `, but ${halfDone} still declared for members: ${tfinviteCommand("check", report)}`;
  return `; nothing to forget${rest}`;
}

/** Sections with something in them, each followed by a blank line. */
export function formatSections(sections: readonly Section[], style: Style): string {
  return sections
    .filter(({ rows }) => rows.length > 0)
    .map((section) => formatSection(section, style))
    .join("");
}

function forgetting({ forget }: RepairPlan, now: number, where: string): Section {
  return {
    title: `${count(forget.length, "invite")} to forget${where}:`,
    rows: forget.map((invite) => [storedName(invite.entry), forgetReason(invite, now)]),
  };
}

/** The other half of the repair: without it, the next apply sends the forgotten invites again. */
export function remaining({ steps, dependents }: RepairPlan, where = ""): Section[] {
  return [
    {
      title: `Still declared${where}, and sent again by the next apply unless you change it:`,
      rows: steps.map((step) => [fileAndLine(step.range), `${step.resource}: ${stepWords(step)}`]),
    },
    {
      title: `Reads what is forgotten${where}:`,
      rows: dependents.map((dependent) => [fileAndLine(dependent.range), dependentWords(dependent)]),
    },
  ];
}

function skippedSection({ skipped }: RepairPlan, where: string): Section {
  return {
    title: `${count(skipped.length, "invite")} left alone${where}:`,
    rows: skipped.map(({ invite, reason }) => [storedName(invite.entry), SKIPPED[reason]]),
  };
}

function settledSection({ settled }: RepairPlan, where: string): Section {
  return {
    title: `${count(settled.length, "invite")} that the next apply forgets anyway${where}:`,
    rows: settled.map(({ entry }) => [
      storedName(entry),
      entry.statement === undefined ? "" : statementWords(entry.statement),
    ]),
  };
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  unknown: "its status is not known",
  "deposed-used": "it is alive, and only its deposed object is used: tfinvite check shows the way out",
  "deposed-alive": "it has a deposed object that is not used, and a state rm would take that along",
  "whole-resource": "Terraform takes this address for all instances of the resource, and others of them stay",
  unaddressable: "Terraform cannot read its address back: its key is not in composed Unicode form (NFC)",
};

function forgetReason({ entry, email, status }: ReportedInvite, now: number): string {
  const deposed = entry.objects.flatMap((object) => object.deposed ?? []);
  const parts = [
    statusPhrase(status, now),
    failsEveryPlan({ entry, status }) && "so every plan fails",
    // Most keys are the address already.
    email !== undefined && !entry.name.includes(email) && email,
    entry.tainted && "tainted",
    deposed.length > 0 && `takes ${count(deposed.length, "deposed object")} along: ${deposed.join(", ")}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function formatSection({ title, rows }: Section, style: Style): string {
  const width = widest(rows.map(([left]) => escapeControls(left)));
  const lines = rows.flatMap(([left, right]) => formatRow(escapeControls(left), escapeControls(right), width, style));
  return `${[style.bold(escapeControls(title)), ...lines].join("\n")}\n\n`;
}

/** Two columns; where the terminal is too narrow for both, the right one goes on below, indented. */
function formatRow(left: string, right: string, leftWidth: number, style: Style): string[] {
  const start = `  ${padTo(left, leftWidth)}  `;
  if (style.width === undefined) return [start + right];
  const beside = style.width - leftWidth - 4;
  if (beside < NARROWEST) return [`  ${left}`, ...wrap(right, style.width - 4).map((line) => `    ${line}`)];
  const [first = "", ...rest] = wrap(right, beside);
  return [start + first, ...rest.map((line) => " ".repeat(leftWidth + 4) + line)];
}

/** Columns that a right-hand text needs to be readable beside another. */
const NARROWEST = 30;
