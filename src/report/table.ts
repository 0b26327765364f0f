import stringWidth from "string-width";
import { escapeControls } from "./escape.js";
import type { Style } from "./style.js";
import { padTo, widest, wrap } from "./text-width.js";

/** Columns that the last cell needs to be readable beside the others. */
const NARROWEST = 26;
/** What a column leaves for each one behind it. */
const LEFT_FOR_NEXT = 12;
/** For column widths where there is no terminal to keep to. */
const USUAL_WIDTH = 80;

/**
 * Rows in columns behind a margin. The last cell is broken at the terminal's width. A cell that is much longer than its
 * column pushes the rest of its own row to the right, or below, and no other row.
 */
export function formatTable(rows: readonly (readonly string[])[], style: Style, margin = 2): string[] {
  const cells = rows.map((row) => row.map(escapeControls));
  const columns = Math.max(0, ...cells.map((row) => row.length)) - 1;
  let room = (style.width ?? USUAL_WIDTH) - margin - NARROWEST - 2 * columns;
  const widths: number[] = [];
  for (let column = 0; column < columns; column += 1) {
    const cap = room - LEFT_FOR_NEXT * (columns - 1 - column);
    const width = widest(cells.flatMap((row) => row[column] ?? []).filter((text) => stringWidth(text) <= cap));
    widths.push(width);
    room -= width;
  }
  return cells.flatMap((row) => formatRow(row, widths, style, margin));
}

function formatRow(row: readonly string[], widths: readonly number[], style: Style, margin: number): string[] {
  const start = row.slice(0, -1).reduce((line, cell, at) => {
    const padded = padTo(cell, widths[at] ?? 0);
    return `${line}${padded}  `;
  }, " ".repeat(margin));
  const last = row.at(-1) ?? "";
  if (style.width === undefined || row.length === 1) return [`${start}${last}`.trimEnd()];
  const isAligned = row.slice(0, -1).every((cell, at) => stringWidth(cell) <= (widths[at] ?? 0));
  const beside = style.width - stringWidth(start);
  if (beside < NARROWEST || (!isAligned && stringWidth(last) > beside)) {
    return [
      start.trimEnd(),
      ...wrap(last, Math.max(1, style.width - margin - 2)).map((line) => " ".repeat(margin + 2) + line),
    ];
  }
  const [first = "", ...rest] = wrap(last, beside);
  return [start + first, ...rest.map((line) => " ".repeat(stringWidth(start)) + line)].map((line) => line.trimEnd());
}

/** A bold title, broken at the terminal's width, and the rows under it; nothing where there are no rows. */
export function formatSection(title: string, rows: readonly (readonly string[])[], style: Style): string {
  if (rows.length === 0) return "";
  const lines = wrap(escapeControls(title), style.width).map((line) => style.bold(line));
  return `${[...lines, ...formatTable(rows, style)].join("\n")}\n\n`;
}

/** The first rows, and a row that says how many more there are. */
export function firstOf<Row>(rows: readonly Row[], most: number, rest: (more: number) => Row): readonly Row[] {
  return rows.length <= most ? rows : [...rows.slice(0, most), rest(rows.length - most)];
}

/** What was done, as a list of names with what belongs to each: `Undo           tfinvite repair --undo …`. Commands are not broken. */
export function formatOutcome(rows: readonly (readonly [name: string, text: string])[], style: Style): string {
  const width = Math.max(13, widest(rows.map(([name]) => name)));
  return rows.map(([name, text]) => `${style.bold(padTo(name, width))}  ${escapeControls(text)}\n`).join("");
}
