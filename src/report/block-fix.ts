import { groupBy, uniqueBy } from "../base/group-by.js";
import { count } from "../base/phrases.js";
import type { ConfigurationStep, Remedy, TerraformCommand } from "../invites/remedies/remedy.js";
import type { Finding } from "../invites/rules/finding.js";
import { formatAddress } from "../terraform/addresses/address.js";
import { compareRanges, fileAndLine } from "../terraform/source-range.js";
import type { Block } from "./blocks-of-findings.js";
import { type Paths, shownFile, shownPlace } from "./checkout.js";
import { tfinviteCommand } from "./commands.js";
import { escapeControls, wellFormed } from "./escape.js";
import { changesOf, commandsOf, fixOf, type ManualChange } from "./finding-text.js";
import { sizeOf } from "./instance-words.js";
import { stepWords } from "./messages/edit-words.js";
import type { Report } from "./report.js";
import type { CommandContext } from "./style.js";

/** A command to run as it is, or a change to make by hand. */
export type FixStep =
  | { readonly kind: "command"; readonly text: string; readonly purpose?: string }
  /** `place` is absent where the place of the finding is meant, or none is known. */
  | { readonly kind: "change"; readonly place?: string; readonly text: string };

/** How all findings of a block are fixed: by the steps one after another, or by those of `instead`. */
export interface BlockFix {
  readonly steps: readonly FixStep[];
  readonly instead: readonly FixStep[];
}

/** A command that names more addresses than this is not shown: `--format compact` has one for each finding. */
const MOST_ADDRESSES = 10;
/** More keys than this are counted, and more places as well. */
const MOST_KEYS = 3;
const MOST_PLACES = 5;

/** The fix of a block: that of its only finding, or what does it for all of them at once. */
export function blockFix(block: Block, report: Report, context: CommandContext): BlockFix {
  const [first, ...others] = block.findings;
  if (first?.remedy === undefined) return { steps: [], instead: [] };
  if (others.length === 0) {
    const { commands, changes, instead } = fixOf(first, context);
    const isHere = first.remedy.kind === "separate-projects";
    return {
      steps: [
        ...commands.map(({ text }) => commandStep(text)),
        ...changes.map((change) => changeStep(change, context, isHere)),
      ],
      instead: instead.map((change) => changeStep(change, context)),
    };
  }
  const remedies = block.findings.flatMap(({ remedy }) => remedy ?? []);
  const instead = remedies.flatMap((remedy) => (remedy.kind === "forget" ? (remedy.instead ?? []) : []));
  return {
    steps: [
      ...commandsForAll(block.findings, report, context),
      ...stepsInShort(remedies.flatMap(stepsOf), wholeSteps(block), context),
      ...otherChanges(remedies, context),
    ],
    instead: stepsInShort(instead, new Set(), context),
  };
}

/** The same as lines: `fix: COMMAND`, `and: FILE:LINE: CHANGE`, `or: …`; the easier way first. */
export function fixTexts({ steps, instead }: BlockFix): string[] {
  const [first, second] = instead.length > 0 ? [instead, steps] : [steps, instead];
  const led = (word: string) => (step: FixStep, index: number) => `${index === 0 ? word : "and"}: ${stepText(step)}`;
  return [...first.map(led("fix")), ...second.map(led("or"))];
}

function stepText(step: FixStep): string {
  if (step.kind === "command") {
    return wellFormed(step.text) + (step.purpose === undefined ? "" : ` (${step.purpose})`);
  }
  return escapeControls(step.place === undefined ? step.text : `${step.place}: ${step.text}`);
}

function commandStep(text: string, purpose?: string): FixStep {
  return { kind: "command", text, ...(purpose !== undefined && { purpose }) };
}

function changeStep({ text, range }: ManualChange, paths: Paths, isHere = false): FixStep {
  return { kind: "change", text, ...(!isHere && { place: shownPlace(range, paths) }) };
}

function stepsOf(remedy: Remedy): readonly ConfigurationStep[] {
  return "steps" in remedy ? remedy.steps : [];
}

/** The steps about resources whose invites are all in the block, each in its own root module. */
function wholeSteps({ rows }: Block): ReadonlySet<ConfigurationStep> {
  return new Set(
    rows
      .filter((row) => row.of === sizeOf(row))
      .flatMap(({ address, instances }) =>
        instances
          .flatMap(({ finding: { remedy } }) => (remedy === undefined ? [] : stepsOf(remedy)))
          .filter(({ resource }) => resource === address),
      ),
  );
}

/** One command for all findings, where there is one that is short. */
function commandsForAll(findings: readonly Finding[], report: Report, context: CommandContext): FixStep[] {
  const [first] = findings;
  if (first?.remedy?.kind === "forget") {
    const number = new Set(findings.map(({ directory, address }) => `${directory}\0${address}`)).size;
    return [
      commandStep(
        tfinviteCommand("repair", report, [], context),
        `prints the command that removes these ${number} from the state`,
      ),
    ];
  }
  const commands = mergedCommands(findings, context);
  if (commands !== undefined) return commands.map((text) => commandStep(text));
  const compact = tfinviteCommand("check", report, ["--format", "compact"], context);
  return [{ kind: "change", text: `one command for each of the ${findings.length}: ${compact} shows them` }];
}

/** The commands of several findings, in as few as they can be given; undefined where that is too many addresses to show. */
export function mergedCommands(findings: readonly Finding[], context: CommandContext): string[] | undefined {
  const wanted = findings.flatMap(({ directory, remedy }) =>
    remedy === undefined ? [] : commandsOf(remedy).map((command) => ({ directory, command })),
  );
  if (wanted.reduce((sum, { command }) => sum + command.addresses.length, 0) > MOST_ADDRESSES) return undefined;
  return [...groupBy(wanted, ({ directory, command }) => mergeKey(directory, command)).values()].flatMap((group) => {
    const [one] = group;
    if (one === undefined) return [];
    const addresses = uniqueBy(
      group.flatMap(({ command }) => command.addresses),
      formatAddress,
    );
    return context.command(one.directory, { ...one.command, addresses })?.text ?? [];
  });
}

/** Commands that can be one name the same thing to do, and nothing behind their addresses. */
function mergeKey(directory: string, { verb, flag, addresses, tail }: TerraformCommand): string {
  const isAlone = tail !== undefined || verb.join(" ") === "state mv";
  return JSON.stringify([directory, verb, flag, isAlone ? [addresses, tail] : []]);
}

/** Changes outside the blocks that declare the invites: to what reads them, and projects at the finding's place. */
function otherChanges(remedies: readonly Remedy[], paths: Paths): FixStep[] {
  const here = remedies.flatMap((remedy) => (remedy.kind === "separate-projects" ? changesOf(remedy) : []));
  const reading = remedies.flatMap((remedy) => ("dependents" in remedy ? changesOf({ ...remedy, steps: [] }) : []));
  const dependents = uniqueBy(reading, ({ range, text }) => `${fileAndLine(range)}\0${text}`);
  return [
    ...uniqueBy(here, ({ text }) => text).map((change) => changeStep(change, paths, true)),
    ...shortened(
      dependents.map((change) => changeStep(change, paths)),
      "references to them",
    ),
  ];
}

/** Steps by place; those that say the same of many places or keys are one. */
function stepsInShort(
  steps: readonly ConfigurationStep[],
  whole: ReadonlySet<ConfigurationStep>,
  paths: Paths,
): FixStep[] {
  const groups = groupBy(
    steps.toSorted((a, b) => compareRanges(a.range, b.range)),
    (step) => JSON.stringify([step.range.file, step.kind, ...sameness(step)]),
  );
  return shortened(
    [...groups.values()].flatMap((group) => stepForAll(group, whole, paths)),
    "changes",
  );
}

/** What steps of one kind in one file have in common that are shown as one. */
function sameness(step: ConfigurationStep): readonly unknown[] {
  switch (step.kind) {
    case "delete-block":
    case "delete-import":
      return [stepWords(step)];
    case "drop-keys":
      return [step.resource, step.via, step.ofCall];
    case "undo-edit":
      return [step.range.start.line, stepWords(step)];
    default:
      return [step.range.start.line, step.resource];
  }
}

function stepForAll(
  group: readonly ConfigurationStep[],
  whole: ReadonlySet<ConfigurationStep>,
  paths: Paths,
): FixStep[] {
  const [step] = group;
  if (step === undefined) return [];
  const isWhole = group.every((one) => whole.has(one));
  const lines = [...new Set(group.map(({ range }) => range.start.line))];
  const file = shownFile(step.range.file, paths);
  const place = lines.length > MOST_PLACES ? file : `${file}:${lines.join(", ")}`;
  const change = (text: string, at = place): FixStep[] => [{ kind: "change", place: at, text }];
  const [first, last] = [lines[0], lines.at(-1)];
  const stretch = first === last ? `${file}:${first}` : `${file}:${first}-${last}`;
  switch (step.kind) {
    case "delete-block": {
      const words = stepWords(step);
      if (group.length === 1 || words !== "delete the block") return change(words);
      return change(lines.length > MOST_PLACES ? `delete ${group.length} blocks` : "delete the blocks");
    }
    case "drop-keys": {
      const words = stepWords({ ...step, keys: inShort(keysOf(group), "key") });
      return change(isWhole ? `${words}, which are all, or delete the block` : words, stretch);
    }
    case "exclude-keys":
      return change(stepWords({ ...step, keys: inShort(keysOf(group), "key") }), stretch);
    case "find-key":
    case "change-call":
      return change(stepWords({ ...step, names: inShort(namesOf(group), "invite") }));
    case "lower-count":
    case "rework-count":
      if (group.length === 1) return change(stepWords(step));
      if (isWhole) return change("delete the block");
      return change(`change the count: ${group.length} of its instances go, and tfinvite repair says how`);
    default:
      return change(stepWords(step));
  }
}

function keysOf(steps: readonly ConfigurationStep[]): string[] {
  return [...new Set(steps.flatMap((step) => ("keys" in step ? step.keys : [])))];
}

function namesOf(steps: readonly ConfigurationStep[]): string[] {
  return [...new Set(steps.flatMap((step) => ("names" in step ? step.names : [])))];
}

function inShort(names: readonly string[], noun: string): readonly string[] {
  return names.length > MOST_KEYS ? [count(names.length, noun)] : names;
}

function shortened(steps: readonly FixStep[], noun: string): FixStep[] {
  if (steps.length <= MOST_PLACES + 1) return [...steps];
  const more = steps.length - MOST_PLACES;
  return [
    ...steps.slice(0, MOST_PLACES),
    { kind: "change", text: `${more} more ${noun}, which tfinvite repair lists` },
  ];
}
