import type { ParsedFile } from "../configuration/syntax/syntax.js";
import { collectionsIn } from "./collections.js";
import { lineStart } from "./positions.js";
import type { TextEdit } from "./text-edit.js";

/** An argument of a block or an item of a map: where its name begins and ends, and where all of it ends. */
export interface Named {
  readonly start: number;
  readonly nameEnd: number;
  readonly end: number;
}

/** An argument on a line of its own. */
interface Line {
  readonly start: number;
  /** With its line end. */
  readonly end: number;
  readonly nameLength: number;
  /** The blanks between its name and the equals sign. */
  readonly gap: { readonly start: number; readonly end: number };
}

/**
 * Edits that align the equals signs of arguments that become neighbors when lines are removed, like terraform fmt. None
 * if they were not aligned before.
 */
export function realigned(
  { text, file }: Pick<ParsedFile, "text" | "file">,
  named: readonly Named[],
  removals: readonly TextEdit[],
): TextEdit[] {
  const lines = named.flatMap((one) => lineOf(text, one) ?? []);
  const removed = ({ start }: Pick<Line, "start">) =>
    removals.find((removal) => removal.start <= start && start < removal.end);
  const before = runsOf(lines, []);
  if (!before.every(isAligned)) return [];
  const staying = lines.filter((line) => removed(line) === undefined);
  return runsOf(staying, removals).flatMap((run) => {
    const width = Math.max(...run.map(({ nameLength }) => nameLength));
    return run.flatMap(({ nameLength, gap }) => {
      const blanks = " ".repeat(width - nameLength + 1);
      return blanks.length === gap.end - gap.start ? [] : [{ file, start: gap.start, end: gap.end, text: blanks }];
    });
  });
}

/** The same for the maps of a file that lose items. */
export function realignedMaps(file: ParsedFile, removals: readonly TextEdit[]): TextEdit[] {
  return collectionsIn(file).flatMap(({ start, end, items }) => {
    const own = removals.filter((edit) => edit.text === "" && start <= edit.start && edit.end <= end);
    const named = items.flatMap(({ nameEnd, ...item }) => (nameEnd === undefined ? [] : [{ ...item, nameEnd }]));
    return own.length === 0 ? [] : realigned(file, named, own);
  });
}

/** Undefined for an argument over several lines, which is aligned with nothing, and for one that shares its line. */
function lineOf(text: string, { start: nameStart, nameEnd, end: valueEnd }: Named): Line | undefined {
  const start = lineStart(text, nameStart);
  const next = text.indexOf("\n", valueEnd);
  const end = next === -1 ? text.length : next + 1;
  const gap = /^[ \t]*(?==)/.exec(text.slice(nameEnd, end))?.[0].length;
  const isAlone =
    text.slice(start, nameStart).trim() === "" && /^[ \t]*,?\s*(?:$|#|\/\/)/.test(text.slice(valueEnd, end));
  if (gap === undefined || !isAlone || text.slice(nameStart, valueEnd).includes("\n")) return undefined;
  return { start, end, nameLength: nameEnd - nameStart, gap: { start: nameEnd, end: nameEnd + gap } };
}

/** Whether there is nothing between two lines, or only removed lines. */
function runsOf(lines: readonly Line[], removals: readonly TextEdit[]): Line[][] {
  const runs: Line[][] = [];
  let reached = -1;
  for (const line of lines.toSorted((a, b) => a.start - b.start)) {
    for (const { start, end } of removals) if (start === reached) reached = end;
    const last = runs[runs.length - 1];
    if (last !== undefined && reached === line.start) last.push(line);
    else runs.push([line]);
    reached = line.end;
  }
  return runs;
}

function isAligned(run: readonly Line[]): boolean {
  const width = Math.max(...run.map(({ nameLength }) => nameLength));
  return run.every(({ nameLength, gap }) => gap.end - gap.start === width - nameLength + 1);
}
