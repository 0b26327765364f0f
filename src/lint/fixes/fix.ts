import type { Assessment } from "../../invites/planned/assessment.js";
import type { Finding } from "../../invites/rules/finding.js";
import { whyNeeded } from "../../invites/rules/invalid-forget-block.js";
import { doneStatements } from "../../invites/rules/leftover-forget-block.js";
import { isOf } from "../../terraform/edit/positions.js";
import { deletionOf } from "../../terraform/edit/text-edit.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { BLOCK_NOT_FOUND, type FixResult, fixWith, refuse, textOfFile } from "./fix-result.js";
import { keepOnDestroy } from "./lifecycle.js";
import { lowerEmail } from "./mixed-case-email.js";
import { separateProjects } from "./project-scoped-invite.js";

/** The fix of a finding of a root module; undefined for rules that no edit solves. */
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
    case "invalid-forget-block":
      if (finding.arguments.fault !== "still-declared") return refuse("deleting the block could destroy invites");
      return deleteForgetBlock(range, finding.arguments.from, assessment);
    case "project-scoped-invite":
      return separateProjects(range, assessment);
    default:
      return undefined;
  }
}

function deleteForgetBlock(range: SourceRange, from: string, assessment: Assessment): FixResult {
  const block = statementsAt(range, from, assessment)[0]?.block;
  if (block === undefined) return BLOCK_NOT_FOUND;
  const why = whyKept(range, from, assessment);
  if (why !== undefined) return refuse(why);
  return fixWith(`Delete the ${block.type} block`, deletionOf(textOfFile(range.file, assessment), block.range));
}

/** Why a `moved` or `removed` block has to stay for the state of a root module; undefined also where the module has none there. */
export function whyKept(range: SourceRange, from: string, assessment: Assessment): string | undefined {
  const { inventory } = assessment;
  const done = doneStatements(inventory);
  const declared = inventory.join.faults.flatMap(({ statement, fault }) =>
    fault === "still-declared" ? [statement] : [],
  );
  for (const statement of statementsAt(range, from, assessment)) {
    if (done.has(statement)) continue;
    const why = declared.includes(statement) ? whyNeeded(statement, inventory) : "the block may still have work to do";
    if (why !== undefined) return why;
  }
  return undefined;
}

function statementsAt(range: SourceRange, from: string, { inventory: { configuration } }: Assessment) {
  return configuration.refactorings.filter((one) => one.from === from && isOf(range, one.block));
}
