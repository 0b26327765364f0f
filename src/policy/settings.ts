import type { RuleId, RuleSetting } from "../invites/rules/finding.js";
import { RULES } from "../invites/rules/registry.js";
import type { RuleSettings, WrittenSettings } from "./read-settings.js";

/** Rules about suppressions and baselines, which neither of these silences. */
export const ABOUT_POLICY: ReadonlySet<string> = new Set(["unused-suppression", "stale-baseline"] satisfies RuleId[]);

export type RuleTable = Readonly<Partial<Record<string, RuleSettings>>>;

/** A valid `.tfinvite.json`. Paths it is asked about are relative to its folder, with `/`, as `baseline` is. */
export interface Settings extends Pick<WrittenSettings, "failOn" | "baseline" | "requireReason"> {
  /** Absolute. */
  readonly folder: string;
  /** The file as shown. */
  readonly file: string;
  readonly rules: RuleTable;
  /** In the order of the file; of several that match, the last that says something of a rule holds. */
  readonly paths: readonly { matches(path: string): boolean; readonly rules: RuleTable }[];
  excludes(path: string, kind: "file" | "folder"): boolean;
  /** Provider configurations (`openai.eu`), each with the variable that holds its organization's key. */
  readonly organizations: ReadonlyMap<string, string>;
}

/**
 * What a rule's findings weigh at a place: what a flag says, else the settings for that path, else the settings, else
 * the rule's own severity. `path` is relative to the settings' folder; absent where the place lies outside of it.
 */
export function severityOf(
  rule: RuleId,
  path: string | undefined,
  settings: Settings | undefined,
  flags: ReadonlyMap<string, RuleSetting> = new Map(),
  unlessSet: RuleSetting = RULES[rule].severity,
): RuleSetting {
  return flags.get(rule) ?? lookUp(rule, path, settings, "severity") ?? unlessSet;
}

/** Whether comments may silence a rule there. */
export function isIgnorable(rule: RuleId, path: string | undefined, settings: Settings | undefined): boolean {
  return lookUp(rule, path, settings, "ignorable") ?? true;
}

function lookUp<Key extends keyof RuleSettings>(
  rule: RuleId,
  path: string | undefined,
  settings: Settings | undefined,
  key: Key,
): RuleSettings[Key] | undefined {
  if (settings === undefined) return undefined;
  const byPath = path === undefined ? [] : settings.paths.filter((one) => one.matches(path));
  return [settings, ...byPath].findLast(({ rules }) => rules[rule]?.[key] !== undefined)?.rules[rule]?.[key];
}
