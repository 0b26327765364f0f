import { diffLines } from "diff";
import type { Finding } from "../invites/rules/finding.js";
import { fixFiles, REMOVAL_TITLE } from "../lint/fix-files.js";
import { fixFor } from "../lint/fixes/fix.js";
import type { Fix } from "../lint/fixes/fix-result.js";
import type { LintOutcome } from "../lint/lint-once.js";
import type { TextEdit } from "../terraform/edit/text-edit.js";
import { lintIn, type ModuleLint, surroundingsOf } from "./lint-module.js";

/** Editors ask again at every move of the cursor. */
const known = new WeakMap<Finding, Promise<Fix | undefined>>();

/** What `lint --fix` does about one finding; undefined where it skips that. */
export function fixOfOne(finding: Finding, lint: ModuleLint): Promise<Fix | undefined> {
  const fix = known.get(finding) ?? triedFix(finding, lint);
  known.set(finding, fix);
  return fix;
}

async function triedFix(finding: Finding, { outcome, request }: ModuleLint): Promise<Fix | undefined> {
  const fix = removalOf(finding, outcome) ?? ruleFix(finding, outcome);
  if (fix === undefined) return undefined;
  const alone = narrowed(outcome, (other) => other === finding);
  const rounds = [alone, narrowed(outcome, () => false)];
  const { files } = await fixFiles(async () => rounds.shift() ?? alone, surroundingsOf(request));
  return files.size === 0 ? undefined : fix;
}

function ruleFix(finding: Finding, { assessments }: LintOutcome): Fix | undefined {
  const assessment = assessments.find(({ inventory }) => inventory.directory === finding.directory);
  const result = assessment && fixFor(finding, assessment);
  return result?.kind === "fix" ? result.fix : undefined;
}

function removalOf(finding: Finding, { removals }: LintOutcome): Fix | undefined {
  const removal = removals.find((one) => isRemovedBy(finding, one));
  return removal && { title: REMOVAL_TITLE, edits: [removal.edit] };
}

function isRemovedBy({ rule, range }: Finding, { edit, problems }: LintOutcome["removals"][number]): boolean {
  if (rule !== "unused-suppression" || range?.file !== edit.file) return false;
  return problems.some((problem) => problem.range?.start.offset === range.start.offset);
}

/**
 * What `lint --fix` makes of one file, by its name as shown: as many rounds as that takes. Other files may have to change
 * as well. Undefined if the client no longer waits for it.
 */
export async function fixesOfFile(
  file: string,
  { outcome, request }: ModuleLint,
  isCancelled: () => boolean,
): Promise<readonly TextEdit[] | undefined> {
  const isHere = ({ range }: Finding) => range?.file === file;
  let isFirst = true;
  const result = await fixFiles(async (given) => {
    // Other messages are read between the rounds, that this is called off among them.
    await new Promise((resolve) => setImmediate(resolve));
    if (isCancelled()) return narrowed(outcome, () => false);
    const round = isFirst ? outcome : await lintIn(request, given);
    isFirst = false;
    return narrowed(round, isHere);
  }, surroundingsOf(request));
  if (isCancelled()) return undefined;
  return [...result.files].flatMap(([name, { before, after }]) => lineEdits(name, before, after));
}

/** The same outcome as if nothing but some of its findings had been found. */
function narrowed(outcome: LintOutcome, isWanted: (finding: Finding) => boolean): LintOutcome {
  const findings = outcome.report.findings.filter(isWanted);
  const removals = outcome.removals.filter((one) => findings.some((finding) => isRemovedBy(finding, one)));
  return { ...outcome, report: { ...outcome.report, findings }, removals };
}

/** Changes by whole lines, so that the cursor stays where nothing has changed. */
function lineEdits(file: string, before: string, after: string): TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let open: { start: number; text: string } | undefined;
  const close = () => {
    if (open !== undefined) edits.push({ file, start: open.start, end: at, text: open.text });
    open = undefined;
  };
  for (const { added, removed, value } of diffLines(before, after)) {
    if (!added && !removed) close();
    else open ??= { start: at, text: "" };
    if (added && open !== undefined) open.text += value;
    if (!added) at += value.length;
  }
  close();
  return edits;
}
