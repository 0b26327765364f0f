import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Assessment } from "../../invites/assessment.js";
import type { Finding } from "../../invites/finding.js";
import { fixFor, type TextEdit } from "../../invites/fixes/fix.js";
import { maskKeys } from "../../report/mask-keys.js";
import { overlayFileSystem } from "../../terraform/configuration/overlay-file-system.js";
import { parseFile } from "../../terraform/configuration/parse-file.js";
import { Failure } from "../failure.js";
import type { Io } from "../io.js";
import { writeWhole } from "../output.js";
import type { FileSurroundings } from "./assess-files.js";
import type { LintOutcome } from "./lint-once.js";

/** What fixing came to. */
export interface Fixed {
  /** The last round, in which nothing was left to put right. */
  readonly outcome: LintOutcome;
  /** Files that changed, by name as shown. */
  readonly files: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  readonly fixed: number;
  /** Findings that have a fix which is not safe where they are. */
  readonly refused: readonly string[];
}

/** Fixes make room for others, in a module with many projects one a round; more than that would be a mistake of ours. */
const MOST_ROUNDS = 500;

/** Puts right what is safe to put right, in memory, until nothing is left to do. */
export async function fixFiles(
  lint: (surroundings: FileSurroundings) => Promise<LintOutcome>,
  surroundings: FileSurroundings,
): Promise<Fixed> {
  const { cwd, fileSystem } = surroundings;
  const texts = new Map<string, string>();
  const files = new Map<string, { before: string; after: string }>();
  const given = { ...surroundings, fileSystem: overlayFileSystem(texts, fileSystem) };
  const tried = new Set<string>();
  let fixed = 0;
  for (let round = 1; ; round += 1) {
    const outcome = await lint(given);
    const candidates = round > MOST_ROUNDS ? [] : changesFor(outcome, tried);
    const changed = await applyChanges(candidates, outcome, tried);
    if (changed.texts.size === 0) return { outcome, files, fixed, refused: refusalsOf(outcome) };
    fixed += changed.count;
    for (const [file, after] of changed.texts) {
      const before = files.get(file)?.before ?? textIn(outcome, file);
      files.set(file, { before, after });
      texts.set(path.resolve(cwd, file), after);
    }
  }
}

/** One change, all of it or nothing, and the name under which it is not tried a second time. */
interface Change {
  readonly key: string;
  readonly edits: readonly TextEdit[];
  /** Of changes that name this module, one a round: they add blocks to it that the next one may use. */
  readonly module?: string;
}

function changesFor(outcome: LintOutcome, tried: ReadonlySet<string>): Change[] {
  const fixes = outcome.report.findings.flatMap((finding): Change[] => {
    const result = resultFor(finding, outcome);
    if (result?.kind !== "fix") return [];
    const module = finding.rule === "project-scoped-invite" ? path.posix.dirname(finding.range?.file ?? "") : undefined;
    return [{ key: keyOf(finding, outcome), edits: result.fix.edits, ...(module !== undefined && { module }) }];
  });
  const shown = new Set(outcome.report.findings.flatMap(({ rule }) => rule));
  const removals = shown.has("unused-suppression")
    ? outcome.removals.map(({ file, edit }) => ({
        key: `${file}\0${edit.start}\0${textIn(outcome, file)}`,
        edits: [{ file, ...edit }],
      }))
    : [];
  return [...fixes, ...removals].filter(({ key }) => !tried.has(key));
}

function resultFor(finding: Finding, { assessments }: LintOutcome) {
  const assessment: Assessment | undefined = assessments.find(
    ({ inventory }) => inventory.directory === finding.directory,
  );
  return assessment === undefined ? undefined : fixFor(finding, assessment);
}

/** A finding in a text: once the text is another one, it may be tried again. */
function keyOf({ rule, range }: Finding, outcome: LintOutcome): string {
  return [rule, range?.file, range?.start.offset, textIn(outcome, range?.file ?? "")].join("\0");
}

/** Applies changes that do not touch each other; one that would keep a file from being parsed is dropped. */
async function applyChanges(
  changes: readonly Change[],
  outcome: LintOutcome,
  tried: Set<string>,
): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly count: number }> {
  const accepted: TextEdit[] = [];
  const modules = new Set<string>();
  let texts = new Map<string, string>();
  let count = 0;
  for (const { key, edits, module } of changes) {
    if (module !== undefined && modules.has(module)) continue;
    if (edits.some((edit) => accepted.some((other) => touches(edit, other)))) continue;
    tried.add(key);
    const edited = editedTexts([...accepted, ...edits], outcome);
    if (await breaksAny(edits, edited, outcome)) continue;
    accepted.push(...edits);
    if (module !== undefined) modules.add(module);
    texts = edited;
    count += 1;
  }
  return { texts, count };
}

function touches(a: TextEdit, b: TextEdit): boolean {
  return a.file === b.file && a.start <= b.end && b.start <= a.end;
}

function editedTexts(edits: readonly TextEdit[], outcome: LintOutcome): Map<string, string> {
  const files = new Set(edits.map(({ file }) => file));
  return new Map(
    [...files].map((file) => [
      file,
      applied(
        textIn(outcome, file),
        edits.filter((edit) => edit.file === file),
      ),
    ]),
  );
}

function applied(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => b.start - a.start || b.end - a.end);
  return sorted.reduce((done, { start, end, text: written }) => done.slice(0, start) + written + done.slice(end), text);
}

async function breaksAny(
  edits: readonly TextEdit[],
  edited: ReadonlyMap<string, string>,
  outcome: LintOutcome,
): Promise<boolean> {
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const before = await parseFile(file, textIn(outcome, file), { validate: true });
    const after = await parseFile(file, edited.get(file) ?? "", { validate: true });
    if (after.problems.length > before.problems.length) return true;
  }
  return false;
}

function textIn({ files }: LintOutcome, file: string): string {
  return files.find((one) => one.file === file)?.text ?? "";
}

function refusalsOf(outcome: LintOutcome): string[] {
  return outcome.report.findings.flatMap((finding) => {
    const result = resultFor(finding, outcome);
    if (result?.kind !== "refused" || finding.range === undefined) return [];
    return [`${finding.range.file}:${finding.range.start.line}: ${finding.rule} is not fixed: ${result.reason}`];
  });
}

/** Writes what changed, each file whole or not at all. One that somebody else has changed meanwhile is left alone. */
export async function writeFixed({ files }: Fixed, io: Pick<Io, "cwd">): Promise<void> {
  for (const [file, { before }] of files) {
    const now = await readFile(path.resolve(io.cwd, file), "utf8");
    if (now !== before)
      throw new Failure(`${file} has changed since it was read`, "Nothing was written; run it again.");
  }
  for (const [file, { after }] of files) await writeWhole(path.resolve(io.cwd, file), file, after);
}

/** The changes as `git apply` and `patch -p1` read them, but for API keys, which are masked. */
export async function diffOf({ files }: Fixed): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  const patches = [...files].map(([file, { before, after }]) =>
    createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, { context: 3 }).replace(
      /^=+\n/,
      "",
    ),
  );
  return maskKeys(patches.join(""));
}
