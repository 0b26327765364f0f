import path from "node:path";
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { changesApart } from "../../invites/fixes/apart.js";
import type { Fix, TextEdit as FixEdit, Fixer } from "../../invites/fixes/fix.js";
import { applyEdits, editBetween } from "../../invites/fixes/text-edit.js";
import { isIgnorable, type Settings } from "../../invites/policy/settings.js";
import { shownFrom } from "../../terraform/paths.js";
import { Failure } from "../failure.js";
import { findSettings } from "../settings-file.js";
import type { ShownFinding } from "./diagnostics.js";
import { diskText, type EditorText } from "./document.js";
import { ignoreEdit } from "./ignore-edit.js";
import { lintModule, type ModuleLint } from "./lint-module.js";
import type { ModuleView } from "./workspace.js";

/** Puts right at once everything in a document that can be put right safely. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.tfinvite`;

export interface ActionRequest {
  /** Absolute. */
  readonly file: string;
  readonly range: Range;
  /** Kinds that are wanted; absent: all that are offered unasked. */
  readonly only: readonly string[] | undefined;
  /** Those that the client knows of at the range. */
  readonly diagnostics: readonly Diagnostic[];
  /** The client takes edits that name the version of the text they are for. */
  readonly documentChanges: boolean;
  readonly fixer: Fixer;
}

/** What can be done about the findings at a range. */
export async function codeActions(view: ModuleView, request: ActionRequest): Promise<CodeAction[]> {
  const { lint } = view;
  if (lint === undefined) return [];
  const here = view.findings.filter(({ file }) => file === request.file);
  const actions: CodeAction[] = [];
  if (wants(request, CodeActionKind.QuickFix)) {
    const touched = here.filter(({ diagnostic }) => overlap(diagnostic.range, request.range));
    for (const shown of touched) actions.push(...fixActions(shown, lint, view, request));
    for (const shown of touched) actions.push(...(await ignoreActions(shown, lint, view, request)));
  }
  // Asked for by name only: editors run it when saving.
  if (request.only !== undefined && wants(request, FIX_ALL)) actions.push(...(await fixAll(here, lint, view, request)));
  return actions;
}

function wants({ only }: ActionRequest, kind: string): boolean {
  return only === undefined || only.some((wanted) => wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`));
}

function fixActions(shown: ShownFinding, lint: ModuleLint, view: ModuleView, request: ActionRequest): CodeAction[] {
  const fix = fixOf(shown, lint, request.fixer);
  const edit = fix === undefined ? undefined : workspaceEdit(fix.edits, lint, view, request.documentChanges);
  if (fix === undefined || edit === undefined) return [];
  const diagnostics = [asTheClientHasIt(shown.diagnostic, request.diagnostics)];
  return [{ title: fix.title, kind: CodeActionKind.QuickFix, isPreferred: true, diagnostics, edit }];
}

function fixOf({ finding }: Pick<ShownFinding, "finding">, { outcome }: ModuleLint, fixer: Fixer): Fix | undefined {
  const assessment = outcome.assessments.find(({ inventory }) => inventory.directory === finding.directory);
  const result = assessment === undefined ? undefined : fixer(finding, assessment);
  return result?.kind === "fix" ? result.fix : undefined;
}

/** A fix may have to wait for another whose block it uses; more rounds than that would be a mistake of ours. */
const MOST_ROUNDS = 50;

/** All fixes of a document, one after another until none is left, as one edit of each file. */
async function fixAll(
  here: readonly ShownFinding[],
  lint: ModuleLint,
  view: ModuleView,
  request: ActionRequest,
): Promise<CodeAction[]> {
  const texts = new Map<string, string>();
  const fixable = here.filter((shown) => fixOf(shown, lint, request.fixer) !== undefined);
  let now = lint;
  let findings: readonly Pick<ShownFinding, "finding">[] = here;
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const fixes = changesApart(findings.flatMap((shown) => fixOf(shown, now, request.fixer) ?? []));
    const edits = fixes.flatMap((fix) => fix.edits);
    if (edits.length === 0) break;
    for (const file of new Set(edits.map((edit) => edit.file))) {
      const own = edits.filter((edit) => edit.file === file);
      texts.set(file, applyEdits(texts.get(file) ?? readText(file, lint) ?? "", own));
    }
    const unsaved = new Map([...texts].map(([file, text]) => [lint.absolute(file), text]));
    now = await lintModule({ ...lint.request, unsaved: new Map([...lint.request.unsaved, ...unsaved]) });
    findings = now.outcome.report.findings
      .filter(({ range }) => range !== undefined && now.absolute(range.file) === request.file)
      .map((finding) => ({ finding }));
  }
  const edits = [...texts].flatMap(([file, text]) => editBetween(file, readText(file, lint) ?? "", text) ?? []);
  const edit = edits.length === 0 ? undefined : workspaceEdit(edits, lint, view, request.documentChanges);
  if (edit === undefined) return [];
  const diagnostics = fixable.map(({ diagnostic }) => diagnostic);
  return [{ title: "Fix everything that tfinvite can fix safely", kind: FIX_ALL, diagnostics, edit }];
}

/** The text of a file as the module was linted with it. */
function readText(file: string, { outcome }: ModuleLint): string | undefined {
  const read = outcome.assessments.map(({ inventory }) => inventory.configuration.texts.get(file));
  return read.find((one) => one !== undefined);
}

async function ignoreActions(
  shown: ShownFinding,
  lint: ModuleLint,
  view: ModuleView,
  request: ActionRequest,
): Promise<CodeAction[]> {
  const { finding, diagnostic, file } = shown;
  const { cwd, directory, alone } = lint.request;
  const { range, rule } = finding;
  const parsed = range === undefined ? undefined : lint.outcome.files.find((one) => one.file === range.file);
  // A comment about comments would go on for ever.
  if (range === undefined || parsed === undefined || rule === "unused-suppression" || rule === "stale-baseline")
    return [];
  const settings = alone ? undefined : await settingsFor(directory, cwd);
  if (settings === "wrong") return [];
  const shownPath = settings === undefined ? "" : shownFrom(settings.folder, file);
  if (settings !== undefined && !isIgnorable(rule, shownPath.startsWith("../") ? undefined : shownPath, settings))
    return [];
  const insertion = await ignoreEdit(parsed, range.start.offset, rule);
  if (insertion === undefined) return [];
  const { offset, text } = insertion;
  const edit = workspaceEdit(
    [{ file: range.file, start: offset, end: offset, text }],
    lint,
    view,
    request.documentChanges,
  );
  if (edit === undefined) return [];
  const diagnostics = [asTheClientHasIt(diagnostic, request.diagnostics)];
  return [{ title: `Ignore ${rule} with a reason`, kind: CodeActionKind.QuickFix, diagnostics, edit }];
}

/** Settings that are wrong may have meant anything. */
async function settingsFor(directory: string, cwd: string): Promise<Settings | undefined | "wrong"> {
  try {
    return await findSettings(directory, cwd);
  } catch (error) {
    if (error instanceof Failure) return "wrong";
    throw error;
  }
}

/** Clients tell by the object that they sent which diagnostic an action belongs to. */
function asTheClientHasIt(own: Diagnostic, sent: readonly Diagnostic[]): Diagnostic {
  return sent.find(({ code, range }) => code === own.code && same(range, own.range)) ?? own;
}

function same(a: Range, b: Range): boolean {
  return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}

function overlap(a: Range, b: Range): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function compare(a: Range["start"], b: Range["start"]): number {
  return a.line - b.line || a.character - b.character;
}

/** Undefined where a text that is to be changed was never read. */
function workspaceEdit(
  edits: readonly FixEdit[],
  lint: ModuleLint,
  { textOf }: ModuleView,
  documentChanges: boolean,
): WorkspaceEdit | undefined {
  const texts = new Map<EditorText, TextEdit[]>();
  const known = new Map<string, EditorText>();
  for (const { file, start, end, text } of edits) {
    const absolute = path.resolve(lint.request.cwd, file);
    const disk = readText(file, lint);
    const of = known.get(absolute) ?? textOf(absolute) ?? (disk === undefined ? undefined : diskText(absolute, disk));
    if (of === undefined) return undefined;
    known.set(absolute, of);
    texts.set(of, [...(texts.get(of) ?? []), { range: of.range(start, end), newText: text }]);
  }
  if (!documentChanges) return { changes: Object.fromEntries([...texts].map(([{ uri }, changes]) => [uri, changes])) };
  return {
    documentChanges: [...texts].map(([{ uri, version }, changes]) => ({
      textDocument: { uri, version: version ?? null },
      edits: changes,
    })),
  };
}
