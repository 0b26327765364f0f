import type { Assessment } from "../assessment.js";
import type { Finding } from "../finding.js";
import { deleteForgetBlock } from "./leftover-forget-block.js";
import { keepOnDestroy } from "./lifecycle.js";
import { lowerEmail } from "./mixed-case-email.js";
import { separateProjects } from "./project-scoped-invite.js";

/** Text to be put in the place of a stretch of a file. */
export interface TextEdit {
  /** As shown. */
  readonly file: string;
  /** Offsets into the file's text, in UTF-16 units; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What puts a finding right, all of it or nothing. */
export interface Fix {
  /** Short, and in the imperative, as an editor offers it. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export type FixResult =
  | { readonly kind: "fix"; readonly fix: Fix }
  /** There is a way, but not one that is surely safe here. */
  | { readonly kind: "refused"; readonly reason: string };

/** How a finding of a root module is put right; undefined for rules that no edit mends. */
export function fixFor(finding: Finding, assessment: Assessment): FixResult | undefined {
  const { range } = finding;
  if (range === undefined) return undefined;
  if (/(?:^|\/)\.terraform\//.test(range.file)) return refuse("the file is a copy that terraform init has fetched");
  switch (finding.rule) {
    case "mixed-case-email":
      return lowerEmail(range, finding.address, assessment);
    case "removed-without-keep":
    case "missing-destroy-guard":
      return keepOnDestroy(range, assessment);
    case "leftover-forget-block":
      return deleteForgetBlock(range, assessment);
    case "project-scoped-invite":
      return separateProjects(range, assessment);
    default:
      return undefined;
  }
}

/** How findings are put right, as callers are handed it. */
export type Fixer = typeof fixFor;

export function refuse(reason: string): FixResult {
  return { kind: "refused", reason };
}
