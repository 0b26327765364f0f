import { groupBy, uniqueBy } from "../base/group-by.js";
import { count, someOf } from "../base/phrases.js";
import { type InviteEntry, storedAddress, storedName } from "../invites/inventory.js";
import { countDistinct, failsEveryPlan, type ReportedInvite } from "../invites/planned/assessment.js";
import type { ConfigurationChange } from "../invites/remedies/configuration-steps.js";
import type { NextApply } from "../invites/remedies/next-apply.js";
import type { RepairPlan, SkipReason } from "../invites/remedies/repair-plan.js";
import type { InviteAssessment } from "../invites/status.js";
import type { Address } from "../terraform/addresses/address.js";
import { quoteCommand, type Shell } from "../terraform/shell/shell-quoting.js";
import { fileAndLine } from "../terraform/source-range.js";
import { directoryWord } from "./commands.js";
import { escapeControls } from "./escape.js";
import { referenceWords, stepWords } from "./messages/edit-words.js";
import { statementWords, statusPhrase } from "./messages/status-words.js";
import type { Report } from "./report.js";
import type { CommandContext, Program, Style } from "./style.js";
import { summaryText } from "./summary.js";
import { firstOf, formatSection, formatTable } from "./table.js";
import { wrap } from "./text-width.js";

/** Where a state is, as far as people name it. */
export interface ShownPlace {
  readonly workspace: string;
  /** Absent where the state is a file, or it is not known. */
  readonly backend?: string;
  readonly file?: string;
}

/** How this repair was called, so that it can be called again with other flags. */
export interface RepairCall {
  readonly directories: readonly string[];
  /** The flags that say what is read and which invites are meant. */
  readonly flags: readonly string[];
  readonly shell: Shell;
  readonly program: Program;
  /** Whether it was started in a Git repository. */
  readonly isInRepository: boolean;
  /** Whether it was given a state, which `--apply` does not take. */
  readonly hasState: boolean;
}

/** A repair as far as its notes tell of it. */
export interface NotedRepair {
  readonly plans: readonly RepairPlan[];
  readonly report: Report;
  readonly context: CommandContext;
  readonly call: RepairCall;
  /** By root module; one is missing where its place could not be found out. */
  readonly places: ReadonlyMap<string, ShownPlace>;
  /** Whether a given state may be another one than the commands act on. */
  readonly inputs: { readonly givenState?: { readonly kind: string } };
}

/** A root module in a sentence. */
export function shownDirectory(directory: string): string {
  return directory === "." || directory === "./" ? "this directory" : directory;
}

/** `the state of infra/prod (s3, workspace default, serial 41)`. */
export function stateName(directory: string, place: ShownPlace | undefined, serial?: number): string {
  const where = place?.backend ?? (place?.file === undefined ? undefined : "local");
  const facts = [
    ...(where === undefined ? [] : [where]),
    ...(place === undefined ? [] : [`workspace ${place.workspace}`]),
    ...(serial === undefined ? [] : [`serial ${serial}`]),
  ];
  return `the state${directory === "." ? "" : ` of ${directory}`}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

/** The same repair with other flags, as a command. */
export function repairCommand({ directories, flags, shell, program }: RepairCall, ...ways: readonly string[]): string {
  const named = directories.filter((directory) => directory !== ".");
  return quoteCommand([...program, "repair", ...ways, ...flags, ...named.map(directoryWord)], shell);
}

/** More rows of one resource than these are only counted. */
const MOST_OF_ONE = 10;
/** So are rows of one section. */
const MOST_ROWS = 40;

/** What `repair` tells a person: what is removed and why, what still declares it, what refers to it, what is skipped. */
export function formatRepairNotes(
  { plans, report, places }: Pick<NotedRepair, "plans" | "report" | "places">,
  style: Style,
): string {
  return plans
    .map((plan) => {
      const isOneOfSeveral = plans.length > 1;
      return [
        removalSection(plan, stateName(plan.directory, places.get(plan.directory)), report.now, style),
        formatRemaining(plan, isOneOfSeveral, style),
        halfDoneSection(plan, isOneOfSeveral, style),
        settledSection(plan, isOneOfSeveral, style),
        formatSkipped(plan, style),
      ].join("");
    })
    .join("");
}

/** The invites that are removed, each with the reason. */
export function removalSection({ forget }: RepairPlan, state: string, now: number, style: Style): string {
  const what = forget.every(({ used }) => used) ? "used invite" : "invite";
  const title = `${count(forget.length, what)} to remove from ${state}:`;
  return formatSection(
    title,
    grouped(forget.map((invite) => ({ entry: invite.entry, text: removalReason(invite, now) }))),
    style,
  );
}

/** Rows of invites, those of one resource together and only the first of them. */
export function grouped(
  invites: readonly { readonly entry: InviteEntry; readonly text: string }[],
): readonly (readonly string[])[] {
  const groups = groupBy(invites, ({ entry }) => resourceName(storedAddress(entry)));
  const rows = [...groups].flatMap(([name, those]) =>
    firstOf(
      those.map(({ entry, text }) => [storedName(entry), text]),
      MOST_OF_ONE,
      (more) => [`and ${more} more of ${name}`],
    ),
  );
  return firstOf(rows, MOST_ROWS, (more) => [`and ${count(more, "more row")}`]);
}

/** The resource of all instances; for one without keys, its type: single blocks of a type are one group. */
function resourceName({ module, type, name, key }: Address): string {
  const isSingle = key === undefined && module.every((step) => step.key === undefined);
  const path = module.map((step) => `module.${step.name}.`).join("");
  return `${path}${type}${isSingle ? "" : `.${name}`}`;
}

function removalReason({ entry, email, status }: ReportedInvite, now: number): string {
  const deposed = entry.objects.flatMap((object) => object.deposed ?? []);
  const parts = [
    // Most keys are the address already.
    email !== undefined && !entry.name.includes(email) && email,
    statusPhrase(status, now),
    failsEveryPlan({ entry, status }) && "every plan fails on it",
    entry.tainted && "tainted",
    deposed.length > 0 && `removes ${count(deposed.length, "deposed object")}, too: ${deposed.join(", ")}`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** The other half of the repair: what the next apply would do, by what declares the invites; then what refers to them. */
export function formatRemaining(plan: RepairPlan, isOneOfSeveral: boolean, style: Style): string {
  const where = isOneOfSeveral ? `the configuration of ${plan.directory}` : "your configuration";
  return (
    formatChanges(plan.changes, `Still in ${where}, so the next apply`, plan, style) +
    formatReferences(plan, isOneOfSeveral, style)
  );
}

function formatReferences({ dependents, directory }: RepairPlan, isOneOfSeveral: boolean, style: Style): string {
  const where = isOneOfSeveral ? ` in ${directory}` : "";
  const rows = uniqueBy(
    dependents.map((one) => [fileAndLine(one.range), one.from, referenceWords(one)]),
    (row) => row.join("\0"),
  );
  return formatSection(`References to the removed invites${where}:`, firstOf(rows, MOST_OF_ONE, andMore), style);
}

function andMore(more: number): string[] {
  return [`and ${more} more (--as json lists all places)`];
}

/** Members who are configured, and whose used invite no state has: what is left of an earlier repair. */
function halfDoneSection(plan: RepairPlan, isOneOfSeveral: boolean, style: Style): string {
  const where = isOneOfSeveral ? `the configuration of ${plan.directory}` : "your configuration";
  return formatChanges(plan.halfDoneChanges, `In ${where} and no longer in the state, so the next apply`, plan, style);
}

/** The changes under what the next apply does without them. */
function formatChanges(
  changes: readonly ConfigurationChange[],
  title: string,
  { nextApply }: RepairPlan,
  style: Style,
): string {
  if (changes.length === 0) return "";
  const fateOf = (entry: InviteEntry) => nextApply.get(entry) ?? "unknown";
  const groups = groupBy(changes, ({ entries }) => [...new Set(entries.map(fateOf))].toSorted().join());
  const order = [...groups.values()].toSorted((a, b) => rank(a, fateOf) - rank(b, fateOf));
  const parts = order.flatMap((those) => {
    const rows = those.map(({ step }) => [fileAndLine(step.range), step.resource, stepWords(step)]);
    const words = wrap(`${fateWords(those, fateOf)}:`, style.width === undefined ? undefined : style.width - 2);
    return [...words.map((line) => `  ${line}`), ...formatTable(firstOf(rows, MOST_OF_ONE, andMore), style, 4)];
  });
  return `${[...wrap(title, style.width).map((line) => style.bold(escapeControls(line))), ...parts].join("\n")}\n\n`;
}

const FATES = ["fails-for-member", "fails", "sends", "adopts", "unknown"] as const satisfies readonly NextApply[];

type FateOf = (entry: InviteEntry) => NextApply;

function rank(changes: readonly ConfigurationChange[], fateOf: FateOf): number {
  return Math.min(...changes.flatMap(({ entries }) => entries.map((entry) => FATES.indexOf(fateOf(entry)))));
}

const FATE_WORDS: Readonly<Record<NextApply, (number: number) => string>> = {
  "fails-for-member": (number) =>
    `would fail for ${number}, who ${number === 1 ? "is a member" : "are members"} already`,
  fails: (number) => `would fail for ${number}`,
  sends: (number) => `would send ${count(number, "new invitation")}`,
  adopts: (number) => `would add ${number} to the state again`,
  unknown: (number) => `may fail for ${number}, or send ${number === 1 ? "a new invitation" : "new invitations"}`,
};

function fateWords(changes: readonly ConfigurationChange[], fateOf: FateOf): string {
  const entries = [...new Set(changes.flatMap((change) => change.entries))];
  return FATES.flatMap((fate) => {
    const number = countDistinct(entries.filter((entry) => fateOf(entry) === fate));
    return number === 0 ? [] : FATE_WORDS[fate](number);
  }).join(", and ");
}

function settledSection({ settled, directory }: RepairPlan, isOneOfSeveral: boolean, style: Style): string {
  const where = isOneOfSeveral ? ` of ${directory}` : "";
  const title = `${count(settled.length, "invite")} that the next apply removes from the state${where} by itself:`;
  const rows = settled.map(({ entry }) => ({
    entry,
    text: entry.statement === undefined ? "" : statementWords(entry.statement),
  }));
  return formatSection(title, grouped(rows), style);
}

/** What was selected and is not removed: a line for each reason. */
export function formatSkipped({ skipped }: RepairPlan, style: Style): string {
  const why = ({ invite: { status }, reason }: RepairPlan["skipped"][number]) =>
    reason === "unknown" ? `status unknown${unknownReason(status)}` : SKIPPED[reason];
  const lines = [...groupBy(skipped, why)].flatMap(([reason, those]) => {
    const names = someOf(
      those.map(({ invite }) => storedName(invite.entry)),
      3,
    );
    const text = escapeControls(`skipped ${count(those.length, "invite")}: ${reason}`);
    return [...wrap(text, style.width), ...formatTable([[names]], style)];
  });
  return lines.length === 0 ? "" : `${lines.join("\n")}\n\n`;
}

function unknownReason({ reason }: InviteAssessment): string {
  return reason === undefined ? "" : ` (${reason})`;
}

const SKIPPED: Readonly<Record<Exclude<SkipReason, "unknown">, string>> = {
  "deposed-used": "the invite is not used, only its deposed object is; tfinvite check shows the fix",
  "deposed-alive": "the invite has a deposed object that is not used, and state rm would remove that, too",
  "whole-resource":
    "Terraform takes the address for all instances of the resource, and some of them are not to be removed",
  unaddressable: "Terraform can't read the address back, because its key is not in composed Unicode form (NFC)",
};

/** The notes of a repair with the summary of its report, and the next steps where a person is to run the commands. */
export function formatRepairSummary(repair: NotedRepair, style: Style, form: "commands" | "blocks" | "other"): string {
  const { report } = repair;
  const notes = nothingToDo(repair, style) + formatRepairNotes(repair, style);
  const summary = `${summaryText(report, style, { findings: false })}\n`;
  const next = form === "commands" ? nextSteps(repair, style) : "";
  return notes + summary + next + (form === "blocks" ? "" : cautions(repair, style));
}

/** Where nothing is removed from a state, says so. */
function nothingToDo({ plans, places }: NotedRepair, style: Style): string {
  return plans
    .filter((plan) => plan.forget.length + plan.settled.length + plan.skipped.length === 0)
    .map((plan) => {
      const state = stateName(plan.directory, places.get(plan.directory));
      const isRead = plan.inventory.state !== undefined;
      const text = isRead ? `Nothing to remove from ${state}.` : `Nothing to remove: ${state} does not exist yet.`;
      return `${wrap(escapeControls(text), style.width).join("\n")}\n\n`;
    })
    .join("");
}

/** The commands of ours that do both halves. */
function nextSteps({ plans, call }: NotedRepair, style: Style): string {
  const acting = plans.filter(({ forget }) => forget.length > 0);
  if (acting.length === 0) {
    if (plans.every(({ halfDone }) => halfDone.length === 0)) return "";
    return nextText(
      "Make these edits, or let tfinvite do it:",
      [[repairCommand(call, "--write"), "shows the diff and asks"]],
      style,
    );
  }
  const isDeclared = acting.some(({ changes, dependents }) => changes.length + dependents.length > 0);
  const asCode = acting.every(({ worksAsBlocks }) => worksAsBlocks);
  const rows = [
    ...(call.hasState
      ? []
      : [[repairCommand(call, "--apply", ...(isDeclared ? ["--write"] : [])), "now, with backup, check and undo"]]),
    ...(asCode ? [[repairCommand(call, "--as", "blocks", "--write"), "as code, for a pull request"]] : []),
  ];
  const title = isDeclared
    ? "Run the command below and make these edits, or let tfinvite do both:"
    : "Run the command below, or let tfinvite do it:";
  return nextText(title, rows, style);
}

function nextText(title: string, rows: readonly (readonly string[])[], style: Style): string {
  if (rows.length === 0) return "";
  const head = wrap(title, style.width).map((line) => style.bold(line));
  const width = Math.max(...rows.map(([command = ""]) => command.length));
  // A command is not broken; what is said about it goes below where there is no room beside.
  const isBeside = style.width === undefined ? width < 60 : width + 36 < style.width;
  const lines = rows.flatMap(([command = "", why = ""]) =>
    isBeside ? [`  ${command.padEnd(width)}   ${why}`] : [`  ${command}`, `    ${why}`],
  );
  return `\n${[...head, ...lines].join("\n")}\n`;
}

/** What to mind before the commands are run: which state they act on, and that it may not be backed up. */
function cautions({ plans, inputs, context }: NotedRepair, style: Style): string {
  const acting = plans.filter((plan) => plan.forget.length > 0);
  const notes = acting.flatMap((plan) => backupNote(plan, context, style) ?? []);
  if (acting.length > 0 && inputs.givenState?.kind === "not-known") {
    const text =
      "note: the commands act on the state that Terraform finds there: make sure that the given state is a copy of it";
    notes.unshift(`${wrap(text, style.width).join("\n")}\n`);
  }
  return notes.length === 0 ? "" : `\n${notes.join("")}`;
}

/** Terraform backs a state up only where it is a local file. */
function backupNote({ directory, inventory }: RepairPlan, context: CommandContext, style: Style): string | undefined {
  const { backend, tool } = inventory.configuration.settings;
  if (backend === undefined || backend.type === "local") return undefined;
  const pull = context.command(directory, { verb: ["state", "pull"], addresses: [] });
  if (pull === undefined) return undefined;
  const name = tool === "tofu" ? "OpenTofu" : "Terraform";
  const text = `note: ${name} makes no backup of a state in ${backend.type}. Make one before you run the command:`;
  return `${wrap(text, style.width).join("\n")}\n  ${pull.text} > before.tfstate\n`;
}
