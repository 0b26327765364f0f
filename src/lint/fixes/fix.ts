import type { Finding } from "../../invites/finding.js";
import type { Assessment } from "../../invites/planned/assessment.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { type FixResult, refuse } from "./fix-result.js";
import { deleteForgetBlock } from "./leftover-forget-block.js";
import { keepOnDestroy } from "./lifecycle.js";
import { lowerEmail } from "./mixed-case-email.js";
import { separateProjects } from "./project-scoped-invite.js";

export type { TextEdit } from "../../terraform/edit/text-edit.js";
export type { Fix, FixResult } from "./fix-result.js";

/** How a finding of a root module is put right; undefined for rules that no edit mends. */
export function fixFor(finding: Finding, assessment: Assessment): FixResult | undefined {
  const { range } = finding;
  if (range === undefined) return undefined;
  const result = resultFor(finding, range, assessment);
  const isFetched = /(?:^|\/)\.terraform\//.test(range.file);
  return result?.kind === "fix" && isFetched ? refuse("the file is a copy that terraform init has fetched") : result;
}

function resultFor(finding: Finding, range: SourceRange, assessment: Assessment): FixResult | undefined {
  switch (finding.rule) {
    case "mixed-case-email":
      return lowerEmail(range, finding.address, assessment);
    case "removed-without-keep":
      return keepOnDestroy(range, finding.arguments.from, assessment);
    case "missing-destroy-guard":
      return keepOnDestroy(range, undefined, assessment);
    case "leftover-forget-block":
      return deleteForgetBlock(range, finding.arguments.from, assessment);
    case "project-scoped-invite":
      return separateProjects(range, assessment);
    default:
      return undefined;
  }
}

/** How findings are put right, as callers are handed it. */
export type Fixer = typeof fixFor;
