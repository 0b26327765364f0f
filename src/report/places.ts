import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { isWithin, shownFrom } from "../base/paths.js";
import type { Finding, Severity } from "../invites/rules/finding.js";
import type { Position } from "../terraform/source-range.js";
import { wellFormed } from "./escape.js";
import { errorMessage, findingMessage } from "./finding-text.js";
import { notLookedUp } from "./not-looked-up.js";
import type { Report, ReportError } from "./report.js";

/** Where a finding is shown by formats that show nothing without a file. */
export interface Place {
  /** Tidied; a folder where no file is known. */
  readonly file: string;
  readonly isFolder: boolean;
  /** Absent where the finding is about no line. */
  readonly start?: Position;
  readonly end?: Position;
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
      return { place: placeOf(finding), severity: finding.severity, message: findingMessage(finding), finding };
    }),
  ];
}

/** A path as readers match it against their files: no `./`, no doubled slashes. The starting folder itself is `.`. */
export function tidyPath(file: string): string {
  const tidied = path.posix.normalize(wellFormed(file));
  return tidied.length > 1 && tidied.endsWith("/") ? tidied.slice(0, -1) : tidied;
}

/**
 * Finds the place to show a finding at, told from `prefix` (see `CommandContext`). What is in no file is shown at the
 * file of its root module that configures invites, since readers such as GitHub's code scanning refuse a whole report
 * for one finding without a file; where none does, at the root module's folder.
 */
export function placeFinder(report: Report, prefix = ""): (finding: Pick<Finding, "directory" | "range">) => Place {
  const files = filesOfRoots(report);
  return ({ directory, range }) => {
    const file = range?.file ?? files.get(directory);
    if (file === undefined) return folder(directory, prefix);
    const place = { file: prefixed(file, prefix), isFolder: false };
    return range === undefined ? place : { ...place, start: range.start, end: range.end };
  };
}

/** Where something that could not be read is shown: at its file, or else at the first root module's folder. */
export function placeOfError(error: ReportError, report: Report, prefix = ""): Place {
  if (error.file === undefined) return folder(report.directories[0] ?? ".", prefix);
  const file = prefixed(error.file, prefix);
  if (error.line === undefined || error.line < 1) return { file, isFolder: false };
  // The offset is not known, and nobody asks for it.
  return { file, isFolder: false, start: { line: error.line, column: Math.max(1, error.column ?? 1), offset: 0 } };
}

function folder(directory: string, prefix: string): Place {
  return { file: prefixed(directory, prefix), isFolder: true };
}

/** A relative path, told from the root of the checkout instead of the folder that tfinvite was started in. */
export function prefixed(file: string, prefix: string): string {
  return tidyPath(path.posix.isAbsolute(file) || /^[A-Za-z]:/.test(file) ? file : prefix + file);
}

/** For each root module the first file that configures invites: one of its own, or else of a module it calls. */
function filesOfRoots(report: Report): Map<string, string> {
  const own = new Map<string, string>();
  const called = new Map<string, string>();
  for (const { entry } of report.invites) {
    const file = entry.resource?.block.headerRange.file;
    const files = entry.modulePath === "" ? own : called;
    if (file !== undefined && !files.has(entry.directory)) files.set(entry.directory, file);
  }
  return new Map([...called, ...own]);
}

/** From the root of the CI's checkout to where tfinvite was started: `infra/`, or empty there and outside of CI. */
export function checkoutPrefix({ env, cwd }: Pick<Io, "env" | "cwd">): string {
  // Annotations are matched with files by their paths from there.
  const checkouts = [env["GITHUB_WORKSPACE"], env["CI_PROJECT_DIR"]];
  const root = checkouts.find((one) => one && path.resolve(one) !== cwd && isWithin(one, cwd));
  return root === undefined ? "" : `${shownFrom(root, cwd)}/`;
}
