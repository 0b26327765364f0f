import type { Finding } from "../../invites/finding.js";
import { makeReport, type Report } from "../../invites/report.js";
import { rulesFacts } from "../../invites/rules/registry.js";
import type { RuleSetting } from "../option-values.js";
import { VERSION } from "../version.js";
import type { FileSurroundings } from "./assess-files.js";
import { type LintRoot, type LintRun, runLint } from "./run-lint.js";

/** What is to be linted, and how it is to be weighed. */
export interface LintRequest {
  /** Directories, files and globs as the user named them. */
  readonly targets: readonly string[];
  /** Severities set by flags. */
  readonly rules: ReadonlyMap<string, RuleSetting>;
}

/** One round of linting: the report, and what it was made from. */
export interface LintOutcome extends LintRun {
  readonly roots: readonly LintRoot[];
  readonly report: Report;
}

/** Lints once: finds the root modules, reads them, asks the rules, and weighs what they find. */
export async function lintOnce(request: LintRequest, surroundings: FileSurroundings): Promise<LintOutcome> {
  const roots: LintRoot[] = request.targets.map((directory) => ({ directory }));
  const run = await runLint(roots, surroundings);
  const findings: readonly Finding[] = run.findings;
  const report = makeReport(
    {
      tool: { name: "tfinvite", version: VERSION },
      mode: "static",
      findings,
      silenced: [],
      rules: rulesFacts("static"),
      errors: run.errors,
      requests: 0,
      now: 0,
    },
    run.assessments,
  );
  return { ...run, roots, report };
}
