import path from "node:path";
import { uniqueBy } from "../base/group-by.js";
import type { Assessment } from "../invites/planned/assessment.js";
import type { Finding } from "../invites/rules/finding.js";
import { findAll } from "../invites/rules/registry.js";
import { type PolicyInput, sourcesOf } from "../policy/apply-policy.js";
import { notKnownNotes } from "../report/messages/not-known.js";
import { errorAt, type ReportError } from "../report/report.js";
import { ParsedFiles } from "../terraform/configuration/syntax/parse-file.js";
import { diskFileSystem, readingOnce } from "../terraform/files/file-system.js";
import { assessFiles, type FileSurroundings } from "./assess-files.js";

/** A root module to be linted. */
export interface LintRoot {
  /** As shown. */
  readonly directory: string;
  /** As shown; findings in other files are not wanted. Absent where the whole module is. */
  readonly files?: ReadonlySet<string>;
}

/** What the files of some root modules hold, before the policy is applied. Each place once, however many roots reach it. */
export interface LintRun extends Pick<PolicyInput, "findings" | "files" | "directoryOf" | "blockOf" | "callsOf"> {
  readonly assessments: readonly Assessment[];
  readonly errors: readonly ReportError[];
  /** What the files do not tell. */
  readonly notKnown: readonly string[];
}

/** Reads one root module, as `assessFiles` does. */
export type AssessRoot = typeof assessFiles;

/**
 * Reads root modules and asks every rule that needs files only. `called` are modules that seem to be called by one of
 * them; where only a comment does, they are root modules, too.
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
  const assessments: Assessment[] = [];
  for (const { directory } of roots) assessments.push(await assess(directory, shared));
  const reached = new Set(
    assessments.flatMap(({ inventory }) => inventory.configuration.modules.map(({ directory }) => directory)),
  );
  for (const directory of called) if (!reached.has(directory)) assessments.push(await assess(directory, shared));

  const isWanted = (file: string | undefined, index: number) => {
    const files = roots[index]?.files;
    return files === undefined || (file !== undefined && files.has(path.posix.normalize(file)));
  };
  const findings = assessments.flatMap((assessment, index) =>
    findAll(assessment).filter(({ range }) => isWanted(range?.file, index)),
  );
  const errors = assessments.flatMap(({ inventory: { configuration } }, index) =>
    configuration.problems.filter(({ range }) => isWanted(range.file, index)).map(errorAt),
  );
  return {
    assessments,
    ...sourcesOf(assessments, isWanted),
    findings: uniqueBy(findings, placeKey),
    notKnown: [...new Set(assessments.flatMap(({ inventory }) => notKnownNotes(inventory)))],
    errors: uniqueBy(errors, ({ message, file, line, column }) => [file, line, column, message].join("\0")),
  };
}

/** A module that many roots call is one text, and a problem in it is one thing to fix. */
function placeKey({ rule, range, address, directory }: Finding): string {
  if (range === undefined) return [rule, directory, address].join("\0");
  return [rule, range.file, range.start.offset, range.end.offset].join("\0");
}
