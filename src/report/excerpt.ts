import stringWidth from "string-width";
import { isValueFile } from "../terraform/files/file-names.js";
import { fileAndLine, type SourceRange } from "../terraform/source-range.js";
import { escapeControls } from "./escape.js";
import { hideKey, maskKeys, maskValues } from "./masking.js";
import type { Report } from "./report.js";
import { ellipsisOf, type Style } from "./style.js";
import { shorten, shortenStart } from "./text-width.js";

/** The source line with a mark under what is meant. A range over several lines is marked to the end of its first one. */
export function excerpt(range: SourceRange, report: Report, style: Style): string[] {
  const written = shownLine(range, report);
  const corner = style.unicode ? "┌─" : "-->";
  const bar = style.unicode ? "│" : "|";
  const number = String(range.start.line);
  const margin = " ".repeat(number.length);
  const place = `  ${margin}${corner} ${escapeControls(fileAndLine(range))}:${range.start.column}`;
  if (written === undefined) return [style.dim(place)];
  const line = isValueFile(range.file) ? maskValues(written) : maskKeys(written);
  const end = range.end.line === range.start.line ? range.end.column - 1 : line.length;
  const width = style.width === undefined ? undefined : Math.max(1, style.width - number.length - 5);
  const shown = cutLine(
    {
      before: expandTabs(line.slice(0, range.start.column - 1)),
      marked: expandTabs(line.slice(range.start.column - 1, end)),
      after: expandTabs(line.slice(end)),
    },
    width,
    ellipsisOf(style),
  );
  return [
    style.dim(place),
    `  ${style.dim(`${number} ${bar}`)} ${shown.line}`,
    `  ${style.dim(`${margin} ${bar}`)} ${" ".repeat(shown.start)}${style.yellow("^".repeat(shown.length))}`,
  ];
}

/** A source line cut to a display width, and where the mark goes under it: what it is about stays in sight. */
function cutLine(
  { before, marked, after }: { readonly before: string; readonly marked: string; readonly after: string },
  width: number | undefined,
  ellipsis: string,
): { readonly line: string; readonly start: number; readonly length: number } {
  const length = Math.max(1, stringWidth(marked));
  const whole = before + marked + after;
  if (width === undefined || stringWidth(whole) <= width) return { line: whole, start: stringWidth(before), length };
  const rest = marked + after;
  const lead = shortenStart(before, Math.max(Math.floor(width / 3), width - stringWidth(rest)), ellipsis);
  const room = width - stringWidth(lead);
  return { line: lead + shorten(rest, room, ellipsis), start: stringWidth(lead), length: Math.min(length, room) };
}

/** The line that a range begins in, without the keys that the report knows of: it may hold one beside what is meant. */
function shownLine(shown: SourceRange, { findings, sources }: Report): string | undefined {
  const text = sources.get(shown.file);
  const { offset, line } = shown.start;
  if (text === undefined || offset > text.length) return undefined;
  const from = offset - shown.start.column + 1;
  const next = text.indexOf("\n", offset);
  const to = next === -1 ? text.length : next;
  return findings
    .flatMap(({ rule, range }) => (rule === "hardcoded-admin-key" && range !== undefined ? [range] : []))
    .filter(({ file, start, end }) => file === shown.file && start.line <= line && line <= end.line)
    .map(({ start, end }) => ({ start: Math.max(from, start.offset) - from, end: Math.min(to, end.offset) - from }))
    .reduce(hideKey, text.slice(from, to))
    .replace(/\r$/, "");
}

function expandTabs(text: string): string {
  return escapeControls(text.replaceAll("\t", "  "));
}
