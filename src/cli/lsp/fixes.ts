import type { Assessment } from "../../invites/assessment.js";
import type { Finding } from "../../invites/finding.js";

/** Text to be put in the place of a stretch of a file. */
export interface FixEdit {
  /** As shown. */
  readonly file: string;
  /** Offsets into the file's text, in UTF-16 units; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What puts a finding right, all of it or nothing. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly FixEdit[];
}

/** How findings are put right; undefined where there is no way that is safe. */
export type Fixer = (
  finding: Finding,
  assessment: Assessment,
) => { readonly kind: "fix"; readonly fix: Fix } | { readonly kind: "refused"; readonly reason: string } | undefined;
