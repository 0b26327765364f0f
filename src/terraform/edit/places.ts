import type { Assessment } from "../../invites/planned/assessment.js";
import type { ConfiguredResource } from "../configuration/configuration.js";
import { BYTE_ORDER_MARK } from "../configuration/syntax/line-index.js";
import type { Block } from "../configuration/syntax/syntax.js";
import type { SourceRange } from "../source-range.js";
import type { TextEdit } from "./text-edit.js";

/** The managed resource whose block holds a place. */
export function resourceAt(range: SourceRange, { inventory }: Assessment): ConfiguredResource | undefined {
  return inventory.configuration.resources.find(({ mode, block }) => mode === "managed" && isOf(range, block));
}

export function isInside(inner: SourceRange, outer: SourceRange): boolean {
  return inner.file === outer.file && outer.start.offset <= inner.start.offset && inner.end.offset <= outer.end.offset;
}

/** Whether a finding's place is in a block. In JSON syntax the key of a list stands for each block in it. */
export function isOf(place: SourceRange, { range, headerRange }: Pick<Block, "range" | "headerRange">): boolean {
  return isInside(place, range) || (isInside(place, headerRange) && isInside(headerRange, place));
}

export function textOfFile(file: string, { inventory }: Assessment): string {
  return inventory.configuration.texts.get(file) ?? "";
}

export function slice(text: string, { start, end }: SourceRange): string {
  return text.slice(start.offset, end.offset);
}

/** The line end that the file has around a place. */
export function lineEndAt(text: string, offset: number): string {
  const next = text.indexOf("\n", offset);
  const at = next === -1 ? text.lastIndexOf("\n", offset) : next;
  return at > 0 && text[at - 1] === "\r" ? "\r\n" : "\n";
}

/** The blanks that a line begins with. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? "";
}

export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** Whole lines from the one that `start` is in to the one that `end` is in, with the last one's end. */
export function wholeLines(text: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const next = text.indexOf("\n", end);
  return { start: lineStart(text, start), end: next === -1 ? text.length : next + 1 };
}

/**
 * A block's lines with one blank line beside them, so that no two are left where one was. Comments right above it speak of
 * it and go along.
 */
export function blockLines(text: string, range: SourceRange): { readonly start: number; readonly end: number } {
  const lines = wholeLines(text, range.start.offset, range.end.offset);
  // A byte order mark is the file's.
  const top = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  let from = Math.max(top, lines.start);
  for (;;) {
    const above = Math.max(top, lineStart(text, Math.max(0, from - 1)));
    if (from === top || !/^[ \t]*(?:#|\/\/)/.test(text.slice(above, from))) break;
    from = above;
  }
  const blankBelow = /^[ \t]*\r?\n/.exec(text.slice(lines.end))?.[0].length ?? 0;
  if (blankBelow > 0) return { start: from, end: lines.end + blankBelow };
  const above = Math.max(top, lineStart(text, Math.max(0, from - 1)));
  const isBlankAbove = from > top && /^[ \t]*\r?\n$/.test(text.slice(above, from));
  const first = isBlankAbove ? above : from;
  // A file that did not end with a line end does not afterwards.
  const endsFile = lines.end === text.length && !text.endsWith("\n");
  const lineEnd = /\r?\n$/.exec(text.slice(0, first))?.[0].length ?? 0;
  return { start: endsFile ? first - lineEnd : first, end: lines.end };
}

/**
 * Why a change that replaces an invite cannot be called safe here, or undefined where nothing was applied yet. `unread`
 * says that there may be a state which was not read.
 */
export function whyReplaced(
  { inventory }: Assessment,
  resource: ConfiguredResource,
  unread = false,
): string | undefined {
  const { configuration, state } = inventory;
  if (configuration.settings.backend !== undefined) {
    return "the state is in a backend, and if the invite is in it, the change replaces it: the person is mailed again, or the apply fails";
  }
  if (state === undefined && unread) {
    return "its state was not read, and if the invite is in it, the change replaces it: the person is mailed again, or the apply fails";
  }
  const held = state?.instances.some(
    ({ address }) =>
      address.type === resource.type &&
      address.name === resource.name &&
      address.module.map(({ name }) => name).join(".") === resource.modulePath.join("."),
  );
  return held === true
    ? "the invite is in the state, and the change replaces it: the person is mailed again, or the apply fails; forget it first (tfinvite repair) or wait until it is accepted"
    : undefined;
}

/** The same for every invite whose block an edit is in, whichever call of its module leads there. */
export function whyReplacedAt(
  { file, start, end }: TextEdit,
  assessment: Assessment,
  unread: boolean,
): string | undefined {
  for (const resource of assessment.inventory.configuration.resources) {
    const { range } = resource.block;
    const holds = range.file === file && range.start.offset <= start && end <= range.end.offset;
    const why = holds && resource.mode === "managed" ? whyReplaced(assessment, resource, unread) : undefined;
    if (why !== undefined) return why;
  }
  return undefined;
}

export function isJson(file: string): boolean {
  return file.endsWith(".json");
}
