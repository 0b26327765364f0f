import path from "node:path";
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag, type Range } from "vscode-languageserver/node";
import type { Finding, Severity } from "../invites/rules/finding.js";
import { escapeControls } from "../report/escape.js";
import { errorMessage } from "../report/finding-text.js";
import { messageOf } from "../report/messages/words.js";
import { placeFinder } from "../report/places.js";
import type { ReportError } from "../report/report.js";
import { type EditorText, editorRange, offsetOfPlace } from "./document.js";
import type { ModuleLint } from "./lint-module.js";

export const SOURCE = "tfinvite";

/** A finding where the editor shows it. */
export interface ShownFinding {
  /** Absolute. */
  readonly file: string;
  readonly finding: Finding;
  readonly diagnostic: Diagnostic;
}

export interface DiagnosticOptions {
  /** The client shows other places beside a diagnostic. */
  readonly relatedInformation: boolean;
  /** Gives a file's text by absolute path. */
  textOf(file: string): EditorText | undefined;
  /** Absolute path of the file to show what is about no file at all. */
  readonly fallback: string;
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  notice: DiagnosticSeverity.Information,
};

const FILE_START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** The findings of a module, each with its place and its diagnostic. */
export function shownFindings({ outcome, request }: ModuleLint, options: DiagnosticOptions): ShownFinding[] {
  const placeOf = placeFinder(outcome.report);
  return outcome.report.findings.map((finding) => {
    const place = placeOf(finding);
    const file = place.isFolder ? options.fallback : path.resolve(request.cwd, place.file);
    return { file, finding, diagnostic: diagnosticOf(finding, file, request.cwd, options) };
  });
}

function diagnosticOf(finding: Finding, file: string, cwd: string, options: DiagnosticOptions): Diagnostic {
  const text = options.textOf(file);
  const related = options.relatedInformation ? relatedTo(finding, cwd, options) : [];
  return {
    range: finding.range === undefined || text === undefined ? FILE_START : editorRange(text, finding.range),
    severity: SEVERITIES[finding.severity],
    code: finding.rule,
    codeDescription: { href: finding.docs },
    source: SOURCE,
    message: escapeControls(messageOf(finding)),
    ...(isIdle(finding) && { tags: [DiagnosticTag.Unnecessary] }),
    ...(related.length > 0 && { relatedInformation: related }),
  };
}

/** Code that no longer does anything; editors fade it. */
function isIdle(finding: Finding): boolean {
  if (finding.rule === "unused-suppression") return finding.arguments.why === "unused";
  return finding.rule === "leftover-forget-block";
}

function relatedTo(finding: Finding, cwd: string, { textOf }: DiagnosticOptions) {
  if (finding.rule !== "duplicate-invite") return [];
  const { address, range } = finding.arguments.other;
  const text = range === undefined ? undefined : textOf(path.resolve(cwd, range.file));
  if (range === undefined || text === undefined) return [];
  return [
    { location: { uri: text.uri, range: editorRange(text, range) }, message: escapeControls(`${address} comes first`) },
  ];
}

/** What could not be read, by absolute path: syntax errors with their places, and the rest at a file's start. */
export function errorDiagnostics(
  { outcome, request }: ModuleLint,
  { textOf, fallback }: DiagnosticOptions,
): { readonly file: string; readonly diagnostic: Diagnostic }[] {
  return outcome.report.errors.map((error) => {
    const file = error.file === undefined ? fallback : path.resolve(request.cwd, error.file);
    const text = textOf(file);
    const diagnostic = problem(errorMessage(error), text === undefined ? FILE_START : rangeOfError(error, text));
    return { file, diagnostic };
  });
}

/** Something that is wrong without being a rule's business. */
export function problem(message: string, range: Range = FILE_START): Diagnostic {
  return { range, severity: DiagnosticSeverity.Error, source: SOURCE, message };
}

/** From the place of the error to the end of what is written on its line. */
function rangeOfError({ line, column }: ReportError, text: EditorText): Range {
  if (line === undefined || line < 1) return FILE_START;
  const start = offsetOfPlace(text.text, line, Math.max(1, column ?? 1));
  const rest = /^[^\r\n]*/.exec(text.text.slice(start, start + 1000))?.[0].trimEnd() ?? "";
  return text.range(start, start + rest.length);
}
