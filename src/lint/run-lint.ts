import path from "node:path";
import type { Assessment } from "../invites/planned/assessment.js";
import type { Finding } from "../invites/rules/finding.js";
import { findAll } from "../invites/rules/registry.js";
import type { ReportError } from "../report/report.js";
import { ParsedFiles } from "../terraform/configuration/syntax/parsed-files.js";
import type { ParsedFile } from "../terraform/configuration/syntax/syntax.js";
import { diskFileSystem, readingOnce } from "../terraform/files/file-system.js";
import { assessFiles, type FileSurroundings } from "./assess-files.js";
import type { AssessRoot } from "./assessment-cache.js";

/** A root module to be linted. */
export interface LintRoot {
  /** As shown. */
  readonly directory: string;
  /** As shown; findings in other files are not wanted. Absent where the whole module is. */
  readonly files?: ReadonlySet<string>;
}

/** What reading the files of some root modules brought to light, before anybody weighed it. */
export interface LintRun {
  readonly assessments: readonly Assessment[];
  /** Each place once, however many roots reach it. */
  readonly findings: readonly Finding[];
  /** Every file that a finding can lie in, once. */
  readonly files: readonly ParsedFile[];
  /** The first root module that each of them belongs to. */
  readonly directoryOf: ReadonlyMap<string, string>;
  readonly errors: readonly ReportError[];
}

/**
 * Reads root modules and asks every rule that needs files only. `called` are modules that seem to be called by one of
 * them; where that turns out to be in a comment only, they are root modules, too.
 */
export async function runLint(
  roots: readonly LintRoot[],
  called: readonly string[],
  surroundings: FileSurroundings,
  assess: AssessRoot = assessFiles,
): Promise<LintRun> {
  const { fileSystem = diskFileSystem } = surroundings;
  // Root modules have modules in common: read and parsed once, they serve all.
  const shared =
    roots.length > 1
      ? { ...surroundings, fileSystem: readingOnce(fileSystem), cache: new ParsedFiles() }
      : surroundings;
  const run = newRun();
  for (const root of roots) addRoot(run, root, await assess(root.directory, shared));
  const reached = new Set(
    run.assessments.flatMap(({ inventory }) => inventory.configuration.modules.map(({ directory }) => directory)),
  );
  for (const directory of called) {
    if (!reached.has(directory)) addRoot(run, { directory }, await assess(directory, shared));
  }
  const { assessments, findings, files, directoryOf, errors } = run;
  return {
    assessments,
    findings: [...findings.values()],
    files: [...files.values()],
    directoryOf,
    errors: [...errors.values()],
  };
}

interface Running {
  readonly assessments: Assessment[];
  readonly findings: Map<string, Finding>;
  readonly files: Map<string, ParsedFile>;
  readonly directoryOf: Map<string, string>;
  readonly errors: Map<string, ReportError>;
}

function newRun(): Running {
  return { assessments: [], findings: new Map(), files: new Map(), directoryOf: new Map(), errors: new Map() };
}

function addRoot(run: Running, root: LintRoot, assessment: Assessment): void {
  const { configuration } = assessment.inventory;
  run.assessments.push(assessment);
  for (const file of configuration.parsed) {
    if (!isWanted(file.file, root)) continue;
    run.files.set(file.file, file);
    if (!run.directoryOf.has(file.file)) run.directoryOf.set(file.file, root.directory);
  }
  for (const finding of findAll(assessment)) {
    if (!isWanted(finding.range?.file, root)) continue;
    const key = placeKey(finding);
    if (!run.findings.has(key)) run.findings.set(key, finding);
  }
  for (const { message, range } of configuration.problems) {
    if (!isWanted(range.file, root)) continue;
    const { line, column } = range.start;
    run.errors.set(`${range.file}\0${line}\0${column}\0${message}`, { message, file: range.file, line, column });
  }
}

function isWanted(file: string | undefined, { files }: LintRoot): boolean {
  return files === undefined || (file !== undefined && files.has(path.posix.normalize(file)));
}

/** A module that many roots call is one text, and what is wrong in it is one thing to put right. */
function placeKey({ rule, range, address, directory }: Finding): string {
  if (range === undefined) return [rule, directory, address].join("\0");
  return [rule, range.file, range.start.offset, range.end.offset].join("\0");
}
