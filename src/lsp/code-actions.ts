import path from "node:path";
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { Failure } from "../base/failure.js";
import { shownFrom } from "../base/paths.js";
import type { Fixer } from "../lint/fixes/fix.js";
import { ABOUT_POLICY, isIgnorable, type Settings } from "../policy/settings.js";
import { findSettings } from "../policy/settings-file.js";
import type { TextEdit as SourceEdit } from "../terraform/edit/text-edit.js";
import { type ShownFinding, SOURCE } from "./diagnostics.js";
import { comparePositions, diskText, type EditorText } from "./document.js";
import { fixesOfFile, fixOfOne } from "./fixes.js";
import { ignoreEdit } from "./ignore-edit.js";
import type { ModuleLint } from "./lint-module.js";
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
  /** Nobody waits for the answer any longer. */
  isCancelled(): boolean;
}

/** What can be done about the findings at a range. */
export async function codeActions(view: ModuleView, request: ActionRequest): Promise<CodeAction[]> {
  const { lint } = view;
  if (lint === undefined) return [];
  const here = view.findings.filter(({ file }) => file === request.file);
  const actions: CodeAction[] = [];
  if (wants(request, CodeActionKind.QuickFix)) {
    const meant = here.filter(({ diagnostic }) => isMeant(diagnostic, request));
    for (const shown of meant) actions.push(...(await fixActions(shown, lint, view, request)));
    for (const shown of meant) actions.push(...(await ignoreActions(shown, lint, view, request)));
  }
  // Asked for by name only: editors run it when saving.
  if (request.only !== undefined && wants(request, FIX_ALL)) actions.push(...(await fixAll(here, lint, view, request)));
  return actions;
}

/** Some editors ask at the cursor, and name the findings of its whole line. */
function isMeant({ code, range }: Diagnostic, request: ActionRequest): boolean {
  if (overlap(range, request.range)) return true;
  return request.diagnostics.some((sent) => sent.source === SOURCE && sent.code === code && same(sent.range, range));
}

function wants({ only }: ActionRequest, kind: string): boolean {
  return only === undefined || only.some((wanted) => wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`));
}

async function fixActions(
  shown: ShownFinding,
  lint: ModuleLint,
  view: ModuleView,
  request: ActionRequest,
): Promise<CodeAction[]> {
  const fix = await fixOfOne(shown.finding, lint, request.fixer);
  const edit = fix === undefined ? undefined : workspaceEdit(fix.edits, lint, view, request.documentChanges);
  if (fix === undefined || edit === undefined) return [];
  const diagnostics = [asTheClientHasIt(shown.diagnostic, request.diagnostics)];
  return [{ title: fix.title, kind: CodeActionKind.QuickFix, isPreferred: true, diagnostics, edit }];
}

async function fixAll(
  here: readonly ShownFinding[],
  lint: ModuleLint,
  view: ModuleView,
  request: ActionRequest,
): Promise<CodeAction[]> {
  const file = here.find(({ finding }) => finding.range !== undefined)?.finding.range?.file;
  if (file === undefined) return [];
  const edits = await fixesOfFile(file, lint, request.isCancelled);
  const edit =
    edits === undefined || edits.length === 0 ? undefined : workspaceEdit(edits, lint, view, request.documentChanges);
  return edit === undefined ? [] : [{ title: "Fix everything that tfinvite can fix safely", kind: FIX_ALL, edit }];
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
  if (range === undefined || parsed === undefined || ABOUT_POLICY.has(rule)) return [];
  const settings = alone ? undefined : await settingsFor(directory, cwd);
  if (settings === "wrong") return [];
  const shownPath = settings === undefined ? "" : shownFrom(settings.folder, file);
  if (settings !== undefined && !isIgnorable(rule, shownPath.startsWith("../") ? undefined : shownPath, settings))
    return [];
  const ignore = await ignoreEdit(parsed, range.start.offset, rule);
  if (ignore === undefined) return [];
  const edit = workspaceEdit([{ file: range.file, ...ignore }], lint, view, request.documentChanges);
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
  return comparePositions(a.start, b.start) === 0 && comparePositions(a.end, b.end) === 0;
}

function overlap(a: Range, b: Range): boolean {
  return comparePositions(a.start, b.end) <= 0 && comparePositions(b.start, a.end) <= 0;
}

/** Undefined where a text that is to be changed was never read. */
function workspaceEdit(
  edits: readonly SourceEdit[],
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

/** The text of a file as the module was linted with it. */
function readText(file: string, { outcome }: ModuleLint): string | undefined {
  const read = outcome.assessments.map(({ inventory }) => inventory.configuration.texts.get(file));
  return read.find((one) => one !== undefined);
}
