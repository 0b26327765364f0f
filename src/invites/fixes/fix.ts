import type { Assessment } from "../assessment.js";
import type { Finding } from "../finding.js";
import { type FixResult, refuse } from "./fix-result.js";
import { deleteForgetBlock } from "./leftover-forget-block.js";
import { keepOnDestroy } from "./lifecycle.js";
import { lowerEmail } from "./mixed-case-email.js";
import { separateProjects } from "./project-scoped-invite.js";

export type { Fix, FixResult } from "./fix-result.js";
export type { TextEdit } from "./text-edit.js";

/** How a finding of a root module is put right; undefined for rules that no edit mends. */
export function fixFor(finding: Finding, assessment: Assessment): FixResult | undefined {
  const { range } = finding;
  if (range === undefined) return undefined;
  const fix = FIXES[finding.rule];
  if (fix === undefined) return undefined;
  if (/(?:^|\/)\.terraform\//.test(range.file)) return refuse("the file is a copy that terraform init has fetched");
  return fix(finding, range, assessment);
}

type FixOf = (finding: Finding, range: NonNullable<Finding["range"]>, assessment: Assessment) => FixResult;

const FIXES: Partial<Record<Finding["rule"], FixOf>> = {
  "mixed-case-email": ({ address }, range, assessment) => lowerEmail(range, address, assessment),
  "removed-without-keep": (_, range, assessment) => keepOnDestroy(range, assessment),
  "missing-destroy-guard": (_, range, assessment) => keepOnDestroy(range, assessment),
  "leftover-forget-block": (_, range, assessment) => deleteForgetBlock(range, assessment),
  "project-scoped-invite": (_, range, assessment) => separateProjects(range, assessment),
};

/** How findings are put right, as callers are handed it. */
export type Fixer = typeof fixFor;
