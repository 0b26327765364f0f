import { posix } from "node:path";
import { defined } from "../base/defined.js";
import { nearestName } from "../base/nearest-name.js";
import type { Finding, FindingArguments, RawFinding, RuleId, SilencedFinding } from "../invites/rules/finding.js";
import { isRuleId, RULES } from "../invites/rules/registry.js";
import type { ParsedFile } from "../terraform/configuration/syntax/syntax.js";
import type { TextEdit } from "../terraform/edit/text-edit.js";
import type { SourceRange } from "../terraform/source-range.js";
import { ABOUT_POLICY } from "./settings.js";
import { type Expiry, type SuppressedName, type Suppression, suppressionsOf } from "./suppression-comments.js";
import { suppressionRemoval } from "./suppression-removal.js";

/** What decides about suppressions beside the comments themselves. Files are named as they are shown. */
export interface SuppressionPolicy {
  /** Whether the settings let findings of a rule in a file be suppressed. */
  ignorable(rule: RuleId, file: string): boolean;
  /** Whether a suppression in a file counts only with a reason. */
  requiresReason(file: string): boolean;
  /** Whether the rule ran on that file, and is not off there: otherwise it is unknown whether a suppression is used. */
  asked(rule: RuleId, file: string): boolean;
  /** The block that a finding in a data file is about: it holds the comments that are about its people. */
  blockOf?(finding: Finding): SourceRange | undefined;
  /**
   * The calls by which a finding's module is reached: for each way there, the headers of its calls. A comment at one call
   * of each way silences it.
   */
  callsOf?(finding: Finding, range: SourceRange | undefined): readonly (readonly SourceRange[])[];
  /** Milliseconds since 1970: suppressions whose last day is over do not count. Without it, none are. */
  readonly now?: number;
  /** The root module to show a file's problems under; without it, the file's own folder. */
  directoryOf?(file: string): string | undefined;
}

export interface AppliedSuppressions {
  readonly kept: readonly Finding[];
  readonly silenced: readonly SilencedFinding[];
  /** Of rule `unused-suppression`, file by file from top to bottom. */
  readonly problems: readonly RawFinding[];
  /** Edits that remove unused suppressions, each with the problems that it fixes. */
  readonly removals: readonly SuppressionFix[];
}

export interface SuppressionFix {
  readonly edit: TextEdit;
  readonly problems: readonly RawFinding[];
}

/**
 * Removes findings that comments silence. `findings` are those of the whole run, of every root module, since a module that many
 * of them use has one text; `files` are all that findings can lie in, each file once.
 */
export function applySuppressions(
  findings: readonly Finding[],
  files: readonly ParsedFile[],
  policy: SuppressionPolicy,
): AppliedSuppressions {
  const unique = new Map(files.map((file) => [file.file, file]));
  const byFile = new Map<string, readonly CheckedSuppression[]>();
  for (const file of unique.values()) {
    const suppressions = suppressionsOf(file).map((suppression) => checked(suppression, policy));
    if (suppressions.length > 0) byFile.set(file.file, suppressions);
  }
  const kept: Finding[] = [];
  const silenced: SilencedFinding[] = [];
  for (const finding of findings) {
    const { rule } = finding;
    const range = policy.blockOf?.(finding) ?? finding.range;
    const coveringAt = (place: SourceRange | undefined) =>
      (byFile.get(place?.file ?? "") ?? []).filter((one) => covers(one, { rule, range: place }));
    const here = coveringAt(range);
    const covering =
      here.length > 0 || byFile.size === 0 ? here : coveringWays(policy.callsOf?.(finding, range), coveringAt);
    for (const { used } of covering) used.add(finding.rule);
    const [first] = covering;
    if (first === undefined) kept.push(finding);
    else
      silenced.push(silencedBy(covering.find(({ suppression }) => suppression.reason !== undefined) ?? first, finding));
  }
  const problems: RawFinding[] = [];
  const removals: SuppressionFix[] = [];
  for (const [name, suppressions] of byFile) {
    const text = unique.get(name)?.text ?? "";
    const directory = policy.directoryOf?.(name) ?? posix.dirname(name);
    for (const one of suppressions) {
      const found = problemsOf(one, directory, policy);
      problems.push(...found.map(({ problem }) => problem));
      const unused = found.filter(({ problem }) => problem.arguments.why === "unused");
      const edit = suppressionRemoval(text, one.suppression, new Set(unused.flatMap(({ of }) => of ?? [])));
      if (edit !== undefined) removals.push({ edit, problems: unused.map(({ problem }) => problem) });
    }
  }
  return { kept, silenced, problems, removals };
}

/** What silences a finding by the calls of its module: something on every way there, or nothing. */
function coveringWays(
  ways: readonly (readonly SourceRange[])[] = [],
  coveringAt: (call: SourceRange) => readonly CheckedSuppression[],
): readonly CheckedSuppression[] {
  // A comment about a whole file says nothing about the files of modules.
  const isAbout = ({ suppression }: CheckedSuppression) =>
    suppression.scopes.every(({ end }) => end < Number.POSITIVE_INFINITY);
  const found: CheckedSuppression[] = [];
  for (const calls of ways) {
    const those = calls.flatMap(coveringAt).filter(isAbout);
    if (those.length === 0) return [];
    found.push(...those);
  }
  return found;
}

function silencedBy({ suppression }: CheckedSuppression, finding: Finding): SilencedFinding {
  const { reason, range, until } = suppression;
  return { finding, by: "comment", comment: range, ...defined({ reason, until: until?.text }) };
}

interface CheckedSuppression {
  readonly suppression: Suppression;
  /** The rules that it may silence. */
  readonly valid: ReadonlySet<RuleId>;
  readonly lacksReason: boolean;
  /** Why its date keeps it from silencing anything. */
  readonly lapse?: "expired" | "no-date";
  readonly used: Set<RuleId>;
}

function checked(suppression: Suppression, policy: SuppressionPolicy): CheckedSuppression {
  const { file, names, reason, until } = suppression;
  const lacksReason = names.length > 0 && reason === undefined && policy.requiresReason(file);
  const lapse = names.length > 0 && until !== undefined ? lapseOf(until, policy.now) : undefined;
  const rules = names.flatMap(({ name }) => (isRuleId(name) && maySilence(name, file, policy) ? [name] : []));
  const valid = new Set(lacksReason || lapse !== undefined ? [] : rules);
  return { suppression, valid, lacksReason, ...defined({ lapse }), used: new Set() };
}

function lapseOf({ end }: Expiry, now = 0): CheckedSuppression["lapse"] {
  if (end === undefined) return "no-date";
  return now < end ? undefined : "expired";
}

function covers(
  { suppression, valid }: CheckedSuppression,
  { rule, range }: { readonly rule: RuleId; readonly range: SourceRange | undefined },
): boolean {
  if (range === undefined || !valid.has(rule)) return false;
  const { offset } = range.start;
  return suppression.scopes.some(({ start, end }) => start <= offset && offset < end);
}

/** What is wrong with one suppression; `of` is the name that it is about. */
function problemsOf(
  { suppression, lacksReason, lapse, used }: CheckedSuppression,
  directory: string,
  policy: SuppressionPolicy,
): { readonly problem: RawFinding<"unused-suppression">; readonly of?: SuppressedName }[] {
  const { file, names } = suppression;
  const problem = (args: FindingArguments["unused-suppression"], range: SourceRange) =>
    ({ rule: "unused-suppression", arguments: args, directory, range }) as const;
  if (names.length === 0) return [{ problem: problem({ why: "no-rule" }, suppression.range) }];
  const byName = names.flatMap((of) => {
    const { name, range } = of;
    const about = (args: Omit<FindingArguments["unused-suppression"], "name">) => [
      { problem: problem({ ...args, name }, range), of },
    ];
    if (!isRuleId(name)) return about({ why: "unknown-rule", ...defined({ meant: meantBy(name) }) });
    if (!maySilence(name, file, policy)) return about({ why: "not-ignorable" });
    if (lacksReason || lapse !== undefined || used.has(name) || !policy.asked(name, file)) return [];
    return about({ why: "unused" });
  });
  const until = suppression.until?.text ?? "";
  return [
    ...(lacksReason ? [{ problem: problem({ why: "no-reason" }, suppression.range) }] : []),
    ...(lapse === undefined ? [] : [{ problem: problem({ why: lapse, until }, suppression.range) }]),
    ...byName,
  ];
}

/** A reason without its dashes, or without space around them, makes a strange name; its first word tells. */
function meantBy(written: string): string | undefined {
  const [first = ""] = written.split(/[^\w-]|--/);
  return isRuleId(first) ? first : nearestName(written, Object.keys(RULES));
}

function maySilence(rule: RuleId, file: string, policy: SuppressionPolicy): boolean {
  return !ABOUT_POLICY.has(rule) && policy.ignorable(rule, file);
}
