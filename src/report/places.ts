import { defined } from "../base/defined.js";
import { groupBy } from "../base/group-by.js";
import { memoize } from "../base/memoize.js";
import type { Finding, Severity } from "../invites/rules/finding.js";
import { fileAndLine, type Position, type SourceRange } from "../terraform/source-range.js";
import { prefixed } from "./checkout.js";
import { escapeControls } from "./escape.js";
import { errorMessage, findingMessage } from "./finding-text.js";
import { notLookedUp } from "./not-looked-up.js";
import type { OuterCall, Report, ReportError } from "./report.js";

/** Where a finding is shown by formats that show nothing without a file. */
export interface Place {
  /** Tidied; a folder where no file is known. */
  readonly file: string;
  readonly isFolder: boolean;
  /** Absent where the finding is about no line. */
  readonly start?: Position;
  readonly end?: Position;
  /** The file of `start` and `end` by its name in `report.sources`. */
  readonly source?: string;
  /** `FILE:LINE` where it really is, if the place shown is the call of the module that has it. */
  readonly calledFrom?: string;
}

/** A finding, an error, or neither where it is about the whole run, as formats show it that have one list for both. */
export interface Diagnostic {
  readonly place: Place;
  readonly severity: Severity;
  /** Of an error on several lines. */
  readonly message: string;
  readonly finding?: Finding;
  readonly error?: ReportError;
}

/** Everything that a report has to show, each at its place: first what was not looked up, and what could not be read. */
export function diagnosticsOf(report: Report, prefix = ""): Diagnostic[] {
  const placeOf = placeFinder(report, prefix);
  const note = notLookedUp(report);
  return [
    ...(note === undefined
      ? []
      : [{ place: folder(report.directories[0] ?? ".", prefix), severity: "notice" as const, message: note }]),
    ...report.errors.map((error) => {
      const place = placeOfError(error, report, prefix);
      return { place, severity: "error" as const, message: errorMessage(error), error };
    }),
    ...report.findings.map((finding) => {
      const place = placeOf(finding);
      return { place, severity: finding.severity, message: placedMessage(finding, place), finding };
    }),
  ];
}

/**
 * Finds the place to show a finding at, relative to `prefix` (see `CommandContext`). What is in no file is shown at the
 * file of its root module that configures invites, since readers such as GitHub's code scanning refuse a whole report
 * for one finding without a file; where none does, at the root module's folder. What is in no file of the repository is
 * shown at the call of its module.
 */
export function placeFinder(
  report: Report,
  prefix = "",
): (finding: Pick<Finding, "directory" | "range" | "address">) => Place {
  const callOf = callFinder(report);
  const files = filesOfRoots(report, callOf);
  return (finding) => {
    const { directory, range } = finding;
    const call = callOf(finding);
    const file = range?.file ?? files.get(directory);
    if (call !== undefined && range !== undefined) return { ...placeOf(call, prefix), calledFrom: fileAndLine(range) };
    if (file === undefined) return folder(directory, prefix);
    return range === undefined ? { file: prefixed(file, prefix), isFolder: false } : placeOf(range, prefix);
  };
}

function placeOf({ file, start, end }: SourceRange, prefix: string): Place {
  return { file: prefixed(file, prefix), isFolder: false, start, end, source: file };
}

type CallFinder = (finding: Pick<Finding, "directory" | "range" | "address">) => SourceRange | undefined;

/** Finds the call of the module that a finding is in, where the repository does not have its file. */
function callFinder({ calls }: Report): CallFinder {
  const key = (directory: string, folder: string) => `${directory}\0${folder}`;
  const byFolder = groupBy(calls, ({ directory, folder }) => key(directory, folder));
  const startsOf = memoize(
    (called: readonly OuterCall[]) => new Map(called.toReversed().map(({ start, range }) => [start, range])),
  );
  return ({ directory, range, address = "" }) => {
    const { file = "" } = range ?? {};
    // A module may lie in the folder of another, and be called several times.
    const called = [...file.matchAll(/\//g)]
      .map(({ index }) => byFolder.get(key(directory, file.slice(0, index))))
      .findLast((calls) => calls !== undefined);
    if (called === undefined) return undefined;
    const starts = startsOf(called);
    const steps = address.replaceAll(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]/g, "");
    const own = [...steps.matchAll(/\./g)].map(({ index }) => starts.get(steps.slice(0, index + 1)));
    return own.find((call) => call !== undefined) ?? called[0]?.range;
  };
}

/** The same report, with the places that messages name relative to the repository's root. */
export function namedFromRoot(report: Report, prefix: string): Report {
  const named = (finding: Finding): Finding => {
    if (finding.rule !== "duplicate-invite") return finding;
    const { other } = finding.arguments;
    const range = other.range && { ...other.range, file: prefixed(other.range.file, prefix) };
    return { ...finding, arguments: { ...finding.arguments, other: { ...other, range } } };
  };
  return {
    ...report,
    findings: report.findings.map(named),
    silenced: report.silenced.map((one) => ({ ...one, finding: named(one.finding) })),
  };
}

/** What a finding says, and where it is if that is not the place it is shown at. */
export function placedMessage(finding: Finding, { calledFrom }: Place): string {
  const message = findingMessage(finding);
  return calledFrom === undefined ? message : `${message} (in ${escapeControls(calledFrom)})`;
}

/** Where something that could not be read is shown: at its file, or else at the first root module's folder. */
export function placeOfError(error: ReportError, report: Report, prefix = ""): Place {
  if (error.file === undefined) return folder(report.directories[0] ?? ".", prefix);
  const file = prefixed(error.file, prefix);
  if (error.line === undefined || error.line < 1) return { file, isFolder: false };
  // The offset is not known, and not used.
  return { file, isFolder: false, start: { line: error.line, column: Math.max(1, error.column ?? 1), offset: 0 } };
}

function folder(directory: string, prefix: string): Place {
  return { file: prefixed(directory, prefix), isFolder: true };
}

/** For each root module the first file that configures invites: one of its own, or else of a module it calls. */
function filesOfRoots(report: Report, callOf: CallFinder): Map<string, string> {
  const own = new Map<string, string>();
  const called = new Map<string, string>();
  for (const { entry } of report.invites) {
    const range = entry.resource?.block.headerRange;
    const file = (callOf({ directory: entry.directory, address: entry.name, ...defined({ range }) }) ?? range)?.file;
    const files = entry.modulePath === "" ? own : called;
    if (file !== undefined && !files.has(entry.directory)) files.set(entry.directory, file);
  }
  return new Map([...called, ...own]);
}
