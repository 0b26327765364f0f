import path, { posix } from "node:path";
import { compareText } from "../base/compare-text.js";
import { defined } from "../base/defined.js";
import { groupBy } from "../base/group-by.js";
import { memoize } from "../base/memoize.js";
import { shownFrom } from "../base/paths.js";
import { count } from "../base/phrases.js";
import type { Inventory } from "../invites/inventory.js";
import { type Assessment, inviteKey } from "../invites/planned/assessment.js";
import { moduleResource } from "../invites/references.js";
import type { Finding, RuleId, RuleSetting, SilencedFinding } from "../invites/rules/finding.js";
import { findingOf, RULES, rulesFor } from "../invites/rules/registry.js";
import { wayFinder } from "../terraform/configuration/configuration.js";
import type { ParsedFile } from "../terraform/configuration/syntax/syntax.js";
import { isConfigurationFile } from "../terraform/files/file-names.js";
import { comparePlaces, type SourceRange } from "../terraform/source-range.js";
import type { LookedAt } from "./baseline.js";
import type { FailOn } from "./exit-code.js";
import { isIgnorable, type Settings, severityOf } from "./settings.js";
import { baselineOfSettings, type SettingsFinder, settingsFinder } from "./settings-file.js";
import { applySuppressions, type SuppressionFix } from "./suppressions.js";

/** The flags that decide about findings. */
export interface PolicyOptions {
  readonly rule?: ReadonlyMap<string, RuleSetting>;
  readonly baseline?: string;
  /** Whether to record the findings in the baseline instead of reporting them. */
  readonly updateBaseline?: boolean;
  /** For commands that use no baseline, even where the settings name one. */
  readonly withoutBaseline?: boolean;
}

/** The findings and what they were found in, before the policy is applied. */
export interface PolicyInput {
  readonly mode: Assessment["mode"];
  /** With a plan: the invites that it changes and that have a verdict, as `inviteKey` names them. */
  readonly planned?: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly files: readonly ParsedFile[];
  /** Root modules that were looked at, as shown. */
  readonly directories: readonly string[];
  /** Root modules with only some of their files in question. */
  readonly partly: ReadonlySet<string>;
  /** Whether a directory, as shown, lies in what was looked at, be there a root module or not. */
  covers(directory: string): boolean;
  /** The root module that a file belongs to, as shown. */
  directoryOf(file: string): string | undefined;
  /** The block that a finding in a data file is about, if it is in one. */
  blockOf?(finding: Finding): SourceRange | undefined;
  /** See `SuppressionPolicy`. */
  callsOf?(finding: Finding, range: SourceRange | undefined): readonly (readonly SourceRange[])[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface AppliedPolicy {
  /** In reading order. */
  readonly findings: readonly Finding[];
  readonly silenced: readonly SilencedFinding[];
  readonly removals: readonly SuppressionFix[];
  /** Notes for the user, such as on a baseline that was written. */
  readonly notes: readonly string[];
  /** The severity from which on the run fails, where the settings of a root module say so. */
  readonly failOn?: FailOn;
}

/** The settings of every root module. */
export type SettingsOf = (directory: string) => Settings | undefined;

/** Finds the settings that hold for root modules. Fails with a Failure where a file of them is wrong. */
export async function readSettingsOf(
  directories: readonly string[],
  cwd: string,
  find: SettingsFinder = settingsFinder(cwd),
): Promise<SettingsOf> {
  const found = new Map<string, Settings | undefined>();
  for (const directory of directories) found.set(directory, await find(path.resolve(cwd, directory)));
  return (directory) => found.get(directory);
}

/** The files that root modules were read from, each once, with the first module that it belongs to. */
export function sourcesOf(
  assessments: readonly Assessment[],
  isWanted: (file: string, index: number) => boolean = () => true,
): Pick<PolicyInput, "files" | "directoryOf" | "blockOf" | "callsOf"> {
  const files = new Map<string, ParsedFile>();
  const directories = new Map<string, string>();
  for (const [index, { inventory }] of assessments.entries()) {
    for (const parsed of inventory.configuration.parsed) {
      if (!isWanted(parsed.file, index)) continue;
      files.set(parsed.file, parsed);
      if (!directories.has(parsed.file)) directories.set(parsed.file, inventory.directory);
    }
  }
  const blocks = blocksOf(assessments);
  return {
    files: [...files.values()],
    directoryOf: (file) => directories.get(file),
    callsOf: (finding, range) => waysTo(finding, range, assessments),
    blockOf: ({ range, directory, address = "" }) =>
      range === undefined || isConfigurationFile(range.file) ? undefined : blocks.get(inviteKey(directory, address)),
  };
}

/** The headers of invites' blocks, by root module and address, of the invite or of the block. */
function blocksOf(assessments: readonly Assessment[]): ReadonlyMap<string, SourceRange> {
  const blocks = new Map<string, SourceRange>();
  for (const { inventory } of assessments) {
    for (const { name, resource, directory } of inventory.entries) {
      if (resource === undefined) continue;
      blocks.set(inviteKey(directory, name), resource.block.headerRange);
      blocks.set(inviteKey(directory, moduleResource(resource)), resource.block.headerRange);
    }
  }
  return blocks;
}

/**
 * The ways to a finding's module, each as the headers of its calls. A finding about an instance is on the way of its
 * address; one about the text, on all of them: in `lint` those of every root module, which has each text once.
 */
function waysTo(
  { rule, directory, address }: Finding,
  range: SourceRange | undefined,
  assessments: readonly Assessment[],
): SourceRange[][] {
  const folder = posix.dirname(range?.file ?? "");
  const inQuestion = assessments
    .filter(({ mode, inventory }) => mode === "static" || inventory.directory === directory)
    .map(({ inventory }) => waysIn(inventory));
  if (RULES[rule].needs !== "static") return inQuestion.flatMap(({ toInvite }) => toInvite(address ?? ""));
  // A root module is reached without a call.
  if (inQuestion.some(({ root }) => root === folder)) return [];
  return inQuestion.flatMap(({ toFolder }) => toFolder.get(folder) ?? []);
}

/** The ways to the modules of a root module, made once: a configuration may call one module thousands of times. */
const waysIn = memoize(({ directory, configuration: { modules }, entries }: Inventory) => {
  const wayTo = wayFinder(modules);
  const headers = (path: readonly string[]) => wayTo(path).map(({ range }) => range);
  const called = groupBy(modules, (call) => posix.normalize(call.directory));
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const paths = new Set(modules.map(({ path }) => path.join(".")));
  return {
    root: posix.normalize(directory),
    toFolder: new Map([...called].map(([folder, calls]) => [folder, calls.map((call) => headers(call.path))])),
    toInvite(name: string): SourceRange[][] {
      const path = byName.get(name)?.address.module.map((step) => step.name) ?? [];
      return paths.has(path.join(".")) ? [headers(path)] : [];
    },
  };
});

/** Applies the policy to findings: severities by flag, path and settings; then comments; then the baseline. */
export async function applyPolicy(
  input: PolicyInput,
  settingsOf: SettingsOf,
  options: PolicyOptions,
  cwd: string,
): Promise<AppliedPolicy> {
  const settingsOfFile = (file: string) => settingsOf(input.directoryOf(file) ?? "");
  const pathIn = (settings: Settings | undefined, shown: string) =>
    settings === undefined ? undefined : shownFrom(settings.folder, path.resolve(cwd, shown));
  const settingOf = (
    rule: RuleId,
    file: string | undefined,
    directory: string,
    unlessSet?: RuleSetting,
  ): RuleSetting => {
    const settings = settingsOf(directory);
    return severityOf(rule, pathIn(settings, file ?? directory), settings, options.rule, unlessSet);
  };
  const weigh = (findings: readonly Finding[]) =>
    findings.flatMap((finding) => {
      const setting = settingOf(finding.rule, finding.range?.file, finding.directory, finding.severity);
      return setting === "off" ? [] : [{ ...finding, severity: setting }];
    });

  const asked: ReadonlySet<string> = new Set(rulesFor(input.mode, input.planned !== undefined).map(({ id }) => id));
  const applied = applySuppressions(weigh(input.findings), input.files, {
    ignorable: (rule, file) => {
      const settings = settingsOfFile(file);
      return isIgnorable(rule, pathIn(settings, file), settings);
    },
    requiresReason: (file) => settingsOfFile(file)?.requireReason === true,
    asked: (rule, file) => asked.has(rule) && settingOf(rule, file, input.directoryOf(file) ?? "") !== "off",
    directoryOf: input.directoryOf,
    now: input.now,
    ...defined({ blockOf: input.blockOf, callsOf: input.callsOf }),
  });
  const problems = weigh(applied.problems.map(findingOf));

  const failOn = input.directories.map((directory) => settingsOf(directory)?.failOn).find((one) => one !== undefined);
  const known = await knownFindings(applied.kept, { input, settingsOf, options, cwd, asked });
  return {
    findings: [...withoutSuperseded(known.kept, input.planned), ...problems, ...weigh(known.stale)].sort(
      inReadingOrder,
    ),
    silenced: [...applied.silenced, ...known.silenced].sort((a, b) => inReadingOrder(a.finding, b.finding)),
    removals: applied.removals,
    notes: known.notes,
    ...defined({ failOn }),
  };
}

/** Drops live findings of an invite that the plan changes: the plan findings contain the status, and a forget is the fix already. */
function withoutSuperseded(findings: readonly Finding[], planned: ReadonlySet<string> | undefined): Finding[] {
  return findings.filter((finding) => {
    const { rule, directory, address = "" } = finding;
    return RULES[rule].needs !== "live" || planned?.has(inviteKey(directory, address)) !== true;
  });
}

interface Policy {
  readonly input: PolicyInput;
  readonly settingsOf: SettingsOf;
  readonly options: PolicyOptions;
  readonly cwd: string;
  /** The rules that were asked. */
  readonly asked: ReadonlySet<string>;
}

async function knownFindings(findings: readonly Finding[], { input, settingsOf, options, cwd, asked }: Policy) {
  const none = { kept: findings, silenced: [], stale: [], notes: [] };
  if (options.withoutBaseline === true) return none;
  const name = options.baseline ?? (await baselineBySettings(input.directories.map(settingsOf), cwd));
  if (name === undefined) return none;
  const baselines = await import("./baseline.js");
  const purpose = options.updateBaseline === true ? "update" : "apply";
  const namedBy = options.baseline === undefined ? "settings" : "flag";
  const file = await baselines.readBaselineFile(name, cwd, purpose, namedBy);
  const pathOf = baselines.baselinePath(file.path, cwd);
  const shown = baselines.shownBaselinePath(file.path, cwd);
  const partly = new Set([...input.partly].map(pathOf));
  const lookedAt: LookedAt = {
    directory: (directory) => !partly.has(directory) && input.covers(shown(directory)),
    rule: (rule) => asked.has(rule) && options.rule?.get(rule) !== "off",
  };
  const inFile = (one: SilencedFinding) => ({ ...one, baseline: file.name });
  if (options.updateBaseline !== true) {
    const { kept, silenced, stale } = baselines.applyBaseline(findings, file.baseline, lookedAt, pathOf);
    const discoveries = stale.map((entry) => baselines.staleDiscovery(entry, file.name, shown));
    return { kept, silenced: silenced.map(inFile), stale: discoveries.map(findingOf), notes: [] };
  }
  const updated = baselines.updateBaseline(file.baseline, findings, lookedAt, pathOf);
  const changed = await baselines.writeBaselineFile(file, updated);
  const { kept, silenced } = baselines.applyBaseline(findings, updated, lookedAt, pathOf);
  const number = baselines.countOf(updated.findings);
  const done = changed ? `wrote ${file.name}` : `${file.name} stays as it is`;
  return { kept, silenced: silenced.map(inFile), stale: [], notes: [`${done}: ${count(number, "known finding")}`] };
}

/** The baseline of the first root module's settings that name one; it holds for the whole run. */
async function baselineBySettings(all: readonly (Settings | undefined)[], cwd: string): Promise<string | undefined> {
  const settings = all.find((one) => one?.baseline !== undefined);
  const file = settings && (await baselineOfSettings(settings));
  return file && shownFrom(cwd, file);
}

/** By file and line; what has no place comes after what has one. */
export function inReadingOrder(a: Finding, b: Finding): number {
  return (
    comparePlaces(a.range, b.range) || compareText(a.address ?? "", b.address ?? "") || compareText(a.rule, b.rule)
  );
}
