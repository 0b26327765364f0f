import path from "node:path";
import type { Assessment } from "../../invites/assessment.js";
import type { Finding } from "../../invites/finding.js";
import type { ReportError } from "../../invites/report.js";
import { findAll } from "../../invites/rules/registry.js";
import type { ParsedFile } from "../../terraform/configuration/syntax.js";
import { assessFiles, type FileSurroundings } from "./assess-files.js";

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
  readonly errors: readonly ReportError[];
}

/** Reads root modules and asks every rule that needs files only. */
export async function runLint(roots: readonly LintRoot[], surroundings: FileSurroundings): Promise<LintRun> {
  const assessments: Assessment[] = [];
  const findings = new Map<string, Finding>();
  const files = new Map<string, ParsedFile>();
  const errors = new Map<string, ReportError>();
  for (const root of roots) {
    const assessment = await assessFiles(root.directory, surroundings);
    const { configuration } = assessment.inventory;
    assessments.push(assessment);
    for (const file of configuration.parsed) files.set(file.file, file);
    for (const finding of findAll(assessment)) {
      if (!isWanted(finding.range?.file, root)) continue;
      const key = placeKey(finding);
      if (!findings.has(key)) findings.set(key, finding);
    }
    for (const { message, range } of configuration.problems) {
      if (!isWanted(range.file, root)) continue;
      const { line, column } = range.start;
      errors.set(`${range.file}\0${line}\0${column}\0${message}`, { message, file: range.file, line, column });
    }
  }
  return { assessments, findings: [...findings.values()], files: [...files.values()], errors: [...errors.values()] };
}

function isWanted(file: string | undefined, { files }: LintRoot): boolean {
  return files === undefined || (file !== undefined && files.has(path.posix.normalize(file)));
}

/** A module that many roots call is one text, and what is wrong in it is one thing to put right. */
function placeKey({ rule, range, address, directory }: Finding): string {
  if (range === undefined) return [rule, directory, address].join("\0");
  return [rule, range.file, range.start.offset, range.end.offset].join("\0");
}
