import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { replaceOrFail } from "../base/replace-files.js";
import { whyNotWritten } from "../base/tree.js";
import type { Finding } from "../invites/rules/finding.js";
import type { ReportedFix } from "../report/fixes.js";
import { lineAt } from "../terraform/edit/positions.js";
import { editTexts, nonOverlapping, type TextEdit } from "../terraform/edit/text-edit.js";
import type { TreeFileSystem } from "../terraform/files/file-system.js";
import { overlayFileSystem } from "../terraform/files/overlay-file-system.js";
import { type FileSurroundings, stateMayBeElsewhere } from "./assess-files.js";
import { fixFor, whyKept } from "./fixes/fix.js";
import { type FixResult, refuse, whyReplacedAt } from "./fixes/fix-result.js";
import type { LintOutcome } from "./lint-once.js";

/** The result of fixing. */
export interface Fixed {
  /** The last round, in which nothing was left to fix. */
  readonly outcome: LintOutcome;
  /** Files that changed, by name as shown. */
  readonly files: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  readonly fixed: number;
  /** One line for each fix, with the place in the file as it was. */
  readonly done: readonly string[];
  /** Findings that have a fix which is not safe where they are. */
  readonly refused: readonly string[];
}

/** Fixes make room for others, at worst one a round; more than that would be a bug. */
const MOST_ROUNDS = 500;

/** Applies what is safe, in memory, until nothing is left to do. */
export async function fixFiles(
  lint: (surroundings: FileSurroundings) => Promise<LintOutcome>,
  surroundings: FileSurroundings,
): Promise<Fixed> {
  const { cwd, fileSystem } = surroundings;
  const texts = new Map<string, string>();
  const files = new Map<string, { before: string; after: string }>();
  const given = { ...surroundings, fileSystem: overlayFileSystem(texts, fileSystem) };
  const tried = new Set<string>();
  const history: TextEdit[][] = [];
  const done: Done[] = [];
  for (let round = 1; ; round += 1) {
    const look: Look = { outcome: await lint(given), surroundings, fileSystem: given.fileSystem };
    const firstText = (file: string) => files.get(file)?.before ?? textIn(look, file);
    const candidates = round > MOST_ROUNDS ? [] : changesFor(look).filter(({ key }) => !tried.has(key));
    const applied = await applyChanges(candidates, look, tried);
    if (applied.changes.length === 0) {
      const lines = done.sort(byPlace).map(({ line }) => line);
      const sorted = new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
      return {
        outcome: look.outcome,
        files: sorted,
        fixed: done.length,
        done: lines,
        refused: refusalsOf(look, tried),
      };
    }
    for (const { file, offset, text } of applied.changes.flatMap((change) => change.done)) {
      const place = history.reduceRight((at, edits) => offsetBefore(file, at, edits), offset);
      done.push({ file, place, line: `${file}:${lineAt(firstText(file), place)}: ${text}` });
    }
    history.push(applied.changes.flatMap(({ edits }) => [...edits]));
    for (const [file, after] of applied.texts) {
      files.set(file, { before: firstText(file), after });
      texts.set(path.resolve(cwd, file), after);
    }
  }
}

/** What fixing would fix, and how, as far as can be said without trying whether the result parses. */
export function fixesOf(outcome: LintOutcome, surroundings: FileSurroundings): ReadonlyMap<Finding, ReportedFix> {
  const { findings } = outcome.report;
  const look = { outcome, surroundings, fileSystem: overlayFileSystem(new Map(), surroundings.fileSystem) };
  const removals = new Map(
    outcome.removals.flatMap(({ edit, problems }) => problems.map(({ range }) => [range, edit] as const)),
  );
  return new Map(
    findings.flatMap((finding): (readonly [Finding, ReportedFix])[] => {
      if (finding.rule === "unused-suppression") {
        const edit = finding.range && removals.get(finding.range);
        return edit === undefined ? [] : [[finding, { title: REMOVAL_TITLE, edits: [edit] }]];
      }
      const result = resultFor(finding, look);
      return result?.kind === "fix" ? [[finding, result.fix]] : [];
    }),
  );
}

interface Look {
  readonly outcome: LintOutcome;
  readonly surroundings: FileSurroundings;
  readonly fileSystem: TreeFileSystem;
}

interface Done {
  readonly file: string;
  /** Offset into the file as it was first. */
  readonly place: number;
  readonly line: string;
}

function byPlace(a: Done, b: Done): number {
  return a.file === b.file ? a.place - b.place : a.file < b.file ? -1 : 1;
}

/** Where a place was before edits of a file were made: at the start of the edit that it lies in. */
function offsetBefore(file: string, offset: number, edits: readonly TextEdit[]): number {
  const own = edits.filter((edit) => edit.file === file).sort((a, b) => a.start - b.start);
  let moved = 0;
  for (const { start, end, text } of own) {
    if (start + moved > offset) break;
    if (offset < start + moved + text.length) return start;
    moved += text.length - (end - start);
  }
  return offset - moved;
}

/** One change, all of it or nothing, and the name under which it is not tried a second time. */
interface FindingChange {
  readonly key: string;
  readonly edits: readonly TextEdit[];
  /** What it fixes, and where that was found. */
  readonly done: readonly { readonly file: string; readonly offset: number; readonly text: string }[];
  /** Of those that add the same, one a round, so that the next may use it. */
  readonly makes?: readonly string[];
}

/** What an editor offers for a suppression that silences nothing. */
export const REMOVAL_TITLE = "Remove what silences nothing";

function changesFor(look: Look): FindingChange[] {
  const { report, removals } = look.outcome;
  const fixes = report.findings.flatMap((finding): FindingChange[] => {
    const { rule, range } = finding;
    const result = resultFor(finding, look);
    if (result?.kind !== "fix" || range === undefined) return [];
    const { title, note, ...fix } = result.fix;
    const text = `${rule} fixed: ${title}${note === undefined ? "" : ` (${note})`}`;
    const done = [{ file: range.file, offset: range.start.offset, text }];
    return [{ ...fix, key: keyOf(finding, look), done }];
  });
  if (!report.findings.some(({ rule }) => rule === "unused-suppression")) return fixes;
  const shorter = removals
    .filter(({ edit }) => unfit(edit.file, look) === undefined)
    .map(({ edit: { file, start }, edit, problems }) => ({
      key: `${file}\0${start}\0${textIn(look, file)}`,
      edits: [edit],
      done: problems.map(({ range }) => ({
        file,
        offset: range?.start.offset ?? start,
        text: `unused-suppression fixed: ${REMOVAL_TITLE}`,
      })),
    }));
  return [...fixes, ...shorter];
}

/** Rules whose fix changes what Terraform compares with an invite that exists. */
const REPLACING: ReadonlySet<string> = new Set(["project-scoped-invite", "mixed-case-email"]);

function resultFor(finding: Finding, look: Look): FixResult | undefined {
  const { outcome, surroundings, fileSystem } = look;
  const { assessments } = outcome;
  const assessment = assessments.find(({ inventory }) => inventory.directory === finding.directory);
  if (assessment === undefined) return undefined;
  const result = fixFor(finding, assessment);
  if (result?.kind !== "fix") return result;
  const why = result.fix.edits.map(({ file }) => unfit(file, look)).find(Boolean);
  if (why !== undefined) return refuse(why);
  const isDeletion = finding.rule === "leftover-forget-block" || finding.rule === "invalid-forget-block";
  if (isDeletion && finding.range !== undefined) {
    // The root modules that call one module each have a state of their own.
    for (const one of assessments) {
      const kept = whyKept(finding.range, finding.arguments.from, one);
      if (kept !== undefined) return refuse(`in the root module ${one.inventory.directory}, ${kept}`);
    }
  }
  if (!REPLACING.has(finding.rule)) return result;
  // The module may be one of several root modules, each with a state of its own.
  for (const one of assessments) {
    const held = { ...result.fix, unread: stateMayBeElsewhere(one, surroundings, fileSystem) };
    const replaced = result.fix.edits.map((edit) => whyReplacedAt(edit, one, held)).find(Boolean);
    if (replaced !== undefined)
      return refuse(one === assessment ? replaced : `in the root module ${one.inventory.directory}, ${replaced}`);
  }
  return result;
}

/** Why a file is not touched at all. */
function unfit(file: string, { outcome, surroundings, fileSystem }: Look): string | undefined {
  const place = path.resolve(surroundings.cwd, file);
  const why = whyNotWritten(place, outcome.trees);
  if (why !== undefined) return why;
  const found = outcome.files.find((one) => one.file === file);
  if (found === undefined) return undefined;
  if (found.problems.length > 0) return "the file has a syntax error, which comes first";
  // Writing the text back would not bring those bytes back.
  const isDoubtful = found.text.includes("\ufffd");
  if (isDoubtful && !Buffer.from(found.text).equals(fileSystem.bytes(place))) return "the file is not UTF-8 throughout";
  return undefined;
}

/** A finding in a text: once the text is another one, it may be tried again. */
function keyOf({ rule, range }: Finding, look: Look): string {
  return [rule, range?.file, range?.start.offset, textIn(look, range?.file ?? "")].join("\0");
}

interface Applied {
  readonly texts: ReadonlyMap<string, string>;
  readonly changes: readonly FindingChange[];
}

/** Applies changes that do not touch each other; one that would keep a file from being parsed is dropped. */
async function applyChanges(candidates: readonly FindingChange[], look: Look, tried: Set<string>): Promise<Applied> {
  const together = nonOverlapping(candidates);
  for (const { key } of together) tried.add(key);
  const apply = async (changes: readonly FindingChange[]): Promise<Applied | undefined> => {
    const edits = changes.flatMap((change) => change.edits);
    const result = await editTexts(edits, (file) => textIn(look, file));
    return result.ok ? { texts: result.texts, changes } : undefined;
  };
  const all = await apply(together);
  if (all !== undefined) return all;
  // At least one does not parse: each by itself tells which.
  let applied: Applied = { texts: new Map(), changes: [] };
  for (const change of together) applied = (await apply([...applied.changes, change])) ?? applied;
  return applied;
}

function textIn({ outcome }: Look, file: string): string {
  return outcome.files.find((one) => one.file === file)?.text ?? "";
}

function refusalsOf(look: Look, tried: ReadonlySet<string>): string[] {
  return look.outcome.report.findings.flatMap((finding) => {
    const { rule, range } = finding;
    const result = resultFor(finding, look);
    if (result === undefined || range === undefined) return [];
    if (result.kind === "fix" && !tried.has(keyOf(finding, look))) return [];
    const reason = result.kind === "refused" ? result.reason : "what would come of it does not parse";
    return [`${range.file}:${range.start.line}: ${rule} is not fixed: ${reason}`];
  });
}

/** Writes all that changed, or nothing: where one file cannot be written, the others are as they were. */
export async function writeFixed(
  { files, outcome }: Pick<Fixed, "files" | "outcome">,
  io: Pick<Io, "cwd">,
): Promise<void> {
  const replacements = [...files].map(([name, texts]) => ({ file: path.resolve(io.cwd, name), name, ...texts }));
  await replaceOrFail(replacements, outcome.trees, "cannot fix");
}
