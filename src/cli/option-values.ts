import { defined } from "../base/defined.js";
import { Failure } from "../base/failure.js";
import { listOf } from "../base/phrases.js";
import { RULE_SETTINGS, type RuleSetting } from "../invites/rules/finding.js";
import { INVITE_STATUSES, type InviteStatus, isUsed } from "../invites/status.js";
import { FAIL_ON, type FailOn } from "../policy/exit-code.js";
import type { VariableArgument } from "../terraform/configuration/evaluation/variable-arguments.js";
import { didYouMean, notOneOf, notValid, quoted } from "./usage.js";

/** A report format and where it goes; without a file, to standard output. */
export interface FormatChoice {
  readonly format: string;
  readonly file?: string;
}

/** `F` or `F:FILE`, collected over repeated flags. */
export function collectFormats(known: readonly string[]) {
  return (value: string, previous: readonly FormatChoice[] = []): readonly FormatChoice[] => {
    const colon = value.indexOf(":");
    const format = colon === -1 ? value : value.slice(0, colon);
    const file = colon === -1 ? undefined : value.slice(colon + 1);
    if (!known.includes(format)) throw notOneOf("--format", format, known, " FORMAT:FILE writes to a file.");
    if (file === "") throw notValid("--format", value, `Name the file after the colon, as in ${format}:report.txt.`);
    return [...previous, { format, ...defined({ file }) }];
  };
}

const DURATION = /^(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/;
const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;

/** `5m`, `90s`, `1h30m` in whole milliseconds: at least a second, at most a day. */
export function parseDuration(value: string): number {
  const match = DURATION.exec(value);
  if (match === null) throw notValid("--deadline", value, "Write a duration like 90s, 5m or 1h30m.");
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const total = Math.round((hours * 3600 + minutes * 60 + seconds) * SECOND);
  if (total < SECOND || total > DAY) throw notValid("--deadline", value, "It must be at least 1s and at most 24h.");
  return total;
}

/** A duration that Terraform takes, as it is: https://pkg.go.dev/time#ParseDuration */
export function checkGoDuration(value: string): string {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/.test(value))
    throw notValid("--lock-timeout", value, "Write a duration like 0s, 30s or 5m.");
  return value;
}

/** A whole number, zero included. */
export function parseCount(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw notValid("--keep", value, "Write a whole number, such as 5.");
  return Number(value);
}

/** Names of several statuses at once. */
const STATUS_GROUPS: Readonly<Record<string, readonly InviteStatus[]>> = {
  used: INVITE_STATUSES.filter(isUsed),
};

/** All names that `--status` takes. */
export const STATUS_NAMES: readonly string[] = [...Object.keys(STATUS_GROUPS), ...INVITE_STATUSES];

/** `accepted,joined`, or `used` for all that can only be removed from the state; collected over repeated flags. */
export function collectStatuses(
  value: string,
  previous: ReadonlySet<InviteStatus> = new Set(),
): ReadonlySet<InviteStatus> {
  const names = value.split(",").map((name) => name.trim());
  return new Set([...previous, ...names.flatMap(statusesCalled)]);
}

function statusesCalled(name: string): readonly InviteStatus[] {
  const known = INVITE_STATUSES.filter((status) => status === name);
  const found = known.length > 0 ? known : STATUS_GROUPS[name];
  if (found !== undefined) return found;
  throw notOneOf("--status", name.replaceAll(" ", "-"), STATUS_NAMES);
}

/** `error`, `warning`, `notice` or `never`. */
export function parseFailOn(value: string): FailOn {
  return oneOf("--fail-on", FAIL_ON, value);
}

/** `ID=off|notice|warning|error`, collected over repeated flags. */
export function collectRules(known: readonly string[]) {
  return (value: string, previous: ReadonlyMap<string, RuleSetting> = new Map()): ReadonlyMap<string, RuleSetting> => {
    const [id = "", written] = value.split("=", 2);
    if (!known.includes(id)) throw noRule(id, known);
    const setting = RULE_SETTINGS.find((one) => one === written);
    if (setting === undefined) {
      const choices = `Set the rule to ${listOf(RULE_SETTINGS, "or")}, as in --rule ${id}=warning.`;
      throw notValid("--rule", value, `${didYouMean(written ?? "", RULE_SETTINGS)}${choices}`);
    }
    return new Map([...previous, [id, setting]]);
  };
}

/** The error for a name that is not a rule's. */
export function noRule(name: string, known: readonly string[]): Failure {
  return new Failure(
    `there is no rule ${quoted(name)}`,
    `${didYouMean(name, known)}\`tfinvite explain\` lists all rules.`,
  );
}

/** One of some names. */
export function oneOf<Name extends string>(flag: string, names: readonly Name[], value: string): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw notOneOf(flag, value, names);
  return found;
}

/** `NAME=VALUE`, as `-var` of Terraform takes it. */
export function parseAssignment(assignment: string): VariableArgument {
  if (!/^[^=\s]+=/.test(assignment)) throw notValid("--var", assignment, "Write it as NAME=VALUE.");
  return { assignment };
}

/** Collects flags of several kinds in the order in which they were typed. */
export function collectVariables(read: (value: string) => VariableArgument) {
  return (value: string, previous: readonly VariableArgument[] = []): readonly VariableArgument[] => [
    ...previous,
    read(value),
  ];
}

/** Addresses and email addresses between commas, collected over repeated flags; a comma in a key is part of it. */
export function collectSelected(value: string, previous: readonly string[] = []): readonly string[] {
  const parts = value.match(/(?:\["(?:\\.|[^"\\])*"\]|[^,])+/g) ?? [];
  return [...previous, ...parts.map((part) => part.trim()).filter((part) => part !== "")];
}

/** Collects a flag that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
