import { maskWholeKeys } from "../base/secrets.js";
import type { Finding } from "../invites/rules/finding.js";
import { LineIndex } from "../terraform/configuration/syntax/line-index.js";
import { applyEdits, editBetween, type TextEdit } from "../terraform/edit/text-edit.js";
import type { SourceRange } from "../terraform/source-range.js";
import { redactEmails } from "./masking.js";
import type { Report } from "./report.js";
import type { CommandContext } from "./style.js";

/** What `lint --fix` would do about a finding. */
export interface ReportedFix {
  /** In the imperative. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** Text to be put in the place of a range. */
export interface Replacement {
  readonly range: SourceRange;
  readonly text: string;
}

/** The edits of a finding's fix with their places, unless some of their text is not to be shown: half a fix is no fix. */
export function replacementsOf(
  finding: Finding,
  { fixes, sources }: Report,
  context: CommandContext,
): { readonly title: string; readonly replacements: readonly Replacement[] } | undefined {
  const fix = fixes?.get(finding);
  if (fix === undefined || fix.edits.length === 0) return undefined;
  const replacements = fix.edits.flatMap((edit) => {
    const source = sources.get(edit.file);
    return source === undefined || isMasked(edit.text, context) ? [] : [replacement(edit, source)];
  });
  return replacements.length < fix.edits.length ? undefined : { title: fix.title, replacements };
}

/** The same as one edit, for readers that take one; undefined where the fix needs several files. */
export function singleReplacement(finding: Finding, report: Report, context: CommandContext): Replacement | undefined {
  const edits = report.fixes?.get(finding)?.edits ?? [];
  const [file, ...others] = new Set(edits.map((edit) => edit.file));
  const source = file === undefined || others.length > 0 ? undefined : report.sources.get(file);
  if (file === undefined || source === undefined) return undefined;
  const edit = editBetween(file, source, applyEdits(source, edits) ?? source);
  return edit === undefined || isMasked(edit.text, context) ? undefined : replacement(edit, source);
}

function replacement({ file, start, end, text }: TextEdit, source: string): Replacement {
  return { range: new LineIndex(file, source).range(start, end), text };
}

/** A masked text in the place of the true one would be a mistake. */
function isMasked(text: string, { given }: CommandContext): boolean {
  return maskWholeKeys(text) !== text || (given?.redact === true && redactEmails(text) !== text);
}
