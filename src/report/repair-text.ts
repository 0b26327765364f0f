import { count } from "../base/phrases.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import type { RepairPlan, SkipReason } from "../invites/remedies/repair-plan.js";
import type { SourceRange } from "../terraform/source-range.js";
import { escapeControls } from "./escape.js";
import { dependentWords, type Section, stepWords } from "./messages/edit-words.js";
import { statusPhrase } from "./messages/status-words.js";
import type { Style } from "./style.js";
import { padTo, widest, wrap } from "./text-width.js";

/** What `repair` tells a person beside the commands: why each invite goes, what still declares it, what was left alone. */
export function formatRepairNotes(plans: readonly RepairPlan[], now: number, style: Style): string {
  return formatEach(plans, style, (plan, where) => [
    forgetting(plan, now, where),
    ...remaining(plan, where),
    skippedSection(plan, where),
  ]);
}

/** Sections with something in them, each followed by a blank line. */
export function formatSections(sections: readonly Section[], style: Style): string {
  return sections
    .filter(({ rows }) => rows.length > 0)
    .map((section) => formatSection(section, style))
    .join("");
}

/** What is about to go, and why. */
export function formatForgetting(plans: readonly RepairPlan[], now: number, style: Style): string {
  return formatEach(plans, style, (plan, where) => [forgetting(plan, now, where), skippedSection(plan, where)]);
}

/** What the configuration still needs. */
export function formatRemaining(plans: readonly RepairPlan[], style: Style): string {
  return formatEach(plans, style, remaining);
}

function formatEach(
  plans: readonly RepairPlan[],
  style: Style,
  sectionsOf: (plan: RepairPlan, where: string) => readonly Section[],
): string {
  return formatSections(
    plans.flatMap((plan) => sectionsOf(plan, plans.length > 1 ? ` in ${plan.directory}` : "")),
    style,
  );
}

function forgetting({ forget }: RepairPlan, now: number, where: string): Section {
  return {
    title: `${count(forget.length, "invite")} to forget${where}:`,
    rows: forget.map((invite) => [invite.entry.name, reason(invite, now)]),
  };
}

/** The other half of the repair: without it, the next apply sends the forgotten invites again. */
function remaining({ steps, dependents }: RepairPlan, where: string): Section[] {
  return [
    {
      title: `Still declared${where}, and sent again by the next apply unless you change it:`,
      rows: steps.map((step) => [place(step.range), `${step.resource}: ${stepWords(step)}`]),
    },
    {
      title: `Reads what is forgotten${where}:`,
      rows: dependents.map((dependent) => [place(dependent.range), dependentWords(dependent)]),
    },
  ];
}

function skippedSection({ skipped }: RepairPlan, where: string): Section {
  return {
    title: `${count(skipped.length, "invite")} left alone${where}:`,
    rows: skipped.map(({ invite, reason }) => [invite.entry.name, SKIPPED[reason]]),
  };
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  unknown: "its status is not known",
  "deposed-used": "it is alive, and only its deposed object is used: tfinvite check shows the way out",
  "deposed-alive": "it has a deposed object that is not used, and a state rm would take that along",
  "whole-resource": "Terraform takes this address for all instances of the resource, and others of them stay",
  unaddressable: "Terraform cannot read its address back: its key is not in composed Unicode form (NFC)",
};

function reason({ entry, email, status }: ReportedInvite, now: number): string {
  const deposed = entry.objects.flatMap((object) => object.deposed ?? []);
  const parts = [
    statusPhrase(status, now),
    // Most keys are the address already.
    email !== undefined && !entry.name.includes(email) && email,
    entry.tainted && "tainted",
    deposed.length > 0 && `takes ${count(deposed.length, "deposed object")} along: ${deposed.join(", ")}`,
  ];
  return parts.filter((part): part is string => typeof part === "string").join(", ");
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

function place(range: SourceRange): string {
  return `${range.file}:${range.start.line}`;
}
