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
import { ABOUT_POLICY, isIgnorable, type Settings } from "../policy/settings.js";
import { findSettings } from "../policy/settings-file.js";
import type { TextEdit as SourceEdit } from "../terraform/edit/text-edit.js";
import { type ShownFinding, SOURCE } from "./diagnostics.js";
import { comparePositions, diskText, type EditorText } from "./document.js";
import { fixesOfFile, fixOfOne } from "./fixes.js";
import { ignoreEdit } from "./ignore-edit.js";
import type { ModuleLint } from "./lint-module.js";
import type { ModuleView } from "./workspace.js";

/** Fixes everything in a document that can be fixed safely, at once. */
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
  /** The client no longer waits for the answer. */
  isCancelled(): boolean;
}

/** A request, and what is known about the module that it is about. */
interface Asked extends ActionRequest {
  readonly view: ModuleView;
  readonly lint: ModuleLint;
}

/** What can be done about the findings at a range. */
export async function codeActions(view: ModuleView, request: ActionRequest): Promise<CodeAction[]> {
  const { lint } = view;
  if (lint === undefined) return [];
  const asked = { ...request, view, lint };
  const here = view.findings.filter(({ file }) => file === request.file);
  const actions: (CodeAction | undefined)[] = [];
  if (wants(request, CodeActionKind.QuickFix)) {
    const meant = here.filter(({ diagnostic }) => isMeant(diagnostic, request));
    for (const shown of meant) actions.push(await fixAction(shown, asked));
    for (const shown of meant) actions.push(await ignoreAction(shown, asked));
  }
  // Asked for by name only: editors run it when saving.
  if (request.only !== undefined && wants(request, FIX_ALL)) actions.push(await fixAll(here, asked));
  return actions.filter((action) => action !== undefined);
}

/** Some editors ask at the cursor, and name the findings of its whole line. */
function isMeant({ code, range }: Diagnostic, request: ActionRequest): boolean {
  if (overlap(range, request.range)) return true;
  return request.diagnostics.some((sent) => sent.source === SOURCE && sent.code === code && same(sent.range, range));
}

function wants({ only }: ActionRequest, kind: string): boolean {
  return only === undefined || only.some((wanted) => wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`));
}

async function fixAction(shown: ShownFinding, asked: Asked): Promise<CodeAction | undefined> {
  const fix = await fixOfOne(shown.finding, asked.lint);
  return fix && action(fix.title, fix.edits, asked, { ...quickFix(shown, asked), isPreferred: true });
}

async function fixAll(here: readonly ShownFinding[], asked: Asked): Promise<CodeAction | undefined> {
  const file = here.find(({ finding }) => finding.range !== undefined)?.finding.range?.file;
  const edits = file === undefined ? undefined : await fixesOfFile(file, asked.lint, asked.isCancelled);
  if (edits === undefined || edits.length === 0) return undefined;
  return action("Fix everything that tfinvite can fix safely", edits, asked, { kind: FIX_ALL });
}

async function ignoreAction(shown: ShownFinding, asked: Asked): Promise<CodeAction | undefined> {
  const { range, rule } = shown.finding;
  const { cwd, directory, alone } = asked.lint.request;
  const parsed = asked.lint.outcome.files.find(({ file }) => file === range?.file);
  // A comment about comments would go on for ever.
  if (range === undefined || parsed === undefined || ABOUT_POLICY.has(rule)) return undefined;
  const settings = alone ? undefined : await settingsFor(directory, cwd);
  if (settings === "wrong") return undefined;
  const shownPath = settings === undefined ? "" : shownFrom(settings.folder, shown.file);
  if (settings !== undefined && !isIgnorable(rule, shownPath.startsWith("../") ? undefined : shownPath, settings))
    return undefined;
  const ignore = await ignoreEdit(parsed, range.start.offset, rule);
  return ignore && action(`Ignore ${rule} with a reason`, [ignore], asked, quickFix(shown, asked));
}

function quickFix({ diagnostic }: ShownFinding, { diagnostics }: Asked): Pick<CodeAction, "kind" | "diagnostics"> {
  return { kind: CodeActionKind.QuickFix, diagnostics: [asTheClientHasIt(diagnostic, diagnostics)] };
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
function action(
  title: string,
  edits: readonly SourceEdit[],
  { lint, view, documentChanges }: Asked,
  more: Omit<CodeAction, "title">,
): CodeAction | undefined {
  const documents = new Map<string, { readonly of: EditorText; readonly changes: TextEdit[] }>();
  for (const { file, start, end, text } of edits) {
    const absolute = path.resolve(lint.request.cwd, file);
    const disk = readText(file, lint);
    const of = view.textOf(absolute) ?? (disk === undefined ? undefined : diskText(absolute, disk));
    const document = documents.get(absolute) ?? (of && { of, changes: [] });
    if (document === undefined) return undefined;
    documents.set(absolute, document);
    document.changes.push({ range: document.of.range(start, end), newText: text });
  }
  const all = [...documents.values()];
  const edit: WorkspaceEdit = documentChanges
    ? {
        documentChanges: all.map(({ of: { uri, version }, changes }) => ({
          textDocument: { uri, version: version ?? null },
          edits: changes,
        })),
      }
    : { changes: Object.fromEntries(all.map(({ of, changes }) => [of.uri, changes])) };
  return { title, ...more, edit };
}

/** The text of a file as the module was linted with it. */
function readText(file: string, { outcome }: ModuleLint): string | undefined {
  const read = outcome.assessments.map(({ inventory }) => inventory.configuration.texts.get(file));
  return read.find((one) => one !== undefined);
}
