import stringWidth from "string-width";
import type { Style } from "./style.js";

/** Sentences over longer lines are hard to follow. */
const WIDEST_TEXT = 100;

/** Pads to a display width; wide letters count as two columns. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

/** The display width of the widest of some texts; 0 for none. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, stringWidth(text)), 0);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a reader takes for single characters: an emoji with all its parts, a letter with its accents. */
function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** As many of the characters as fit a display width. */
function takeWidth(characters: readonly string[], width: number): string[] {
  let left = width;
  const end = characters.findIndex((character) => {
    left -= stringWidth(character);
    return left < 0;
  });
  return characters.slice(0, end === -1 ? undefined : end);
}

/** Shortens to a display width, with an ellipsis where something was cut. */
export function shorten(text: string, width: number, ellipsis: string): string {
  if (stringWidth(text) <= width) return text;
  const mark = fitting(ellipsis, width);
  return takeWidth(charactersOf(text), width - stringWidth(mark)).join("") + mark;
}

/** Shortens to a display width by cutting the beginning. */
export function shortenStart(text: string, width: number, ellipsis: string): string {
  if (stringWidth(text) <= width) return text;
  const mark = fitting(ellipsis, width);
  return (
    mark +
    takeWidth(charactersOf(text).reverse(), width - stringWidth(mark))
      .reverse()
      .join("")
  );
}

/** Shortens to a display width by cutting the middle: what tells addresses apart is at both ends. */
export function shortenMiddle(text: string, width: number, ellipsis: string): string {
  if (stringWidth(text) <= width) return text;
  const mark = fitting(ellipsis, width);
  const characters = charactersOf(text);
  const room = width - stringWidth(mark);
  const start = takeWidth(characters, Math.ceil(room / 2));
  const end = takeWidth(characters.slice(start.length).reverse(), room - stringWidth(start.join("")));
  return start.join("") + mark + end.reverse().join("");
}

/** Shortens a path to a display width: leading folders go first, the name and what follows it last. */
export function shortenPath(path: string, width: number, ellipsis: string): string {
  if (stringWidth(path) <= width) return path;
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const rest = ellipsis + path.slice(slash);
    if (stringWidth(rest) <= width) return rest;
  }
  return shortenStart(path, width, ellipsis);
}

/** The ellipsis, or none where there is hardly room for anything else. */
function fitting(ellipsis: string, width: number): string {
  return stringWidth(ellipsis) * 2 < width ? ellipsis : "";
}

/**
 * Breaks a sentence into lines of at most that width, at spaces only. What is in double quotes stays in one piece
 * where a line can hold it, and an instance key always does, so that an address can be copied. `taken` is what is already
 * on the first line; where nothing more fits there, the first line is empty.
 */
export function wrap(text: string, width: number | undefined, taken = 0): string[] {
  if (width === undefined) return [text];
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of wordsOf(text, width)) {
    const room = lines.length === 0 ? width - taken : width;
    const longer: string = line === undefined ? word : `${line} ${word}`;
    const fits = stringWidth(longer) <= room;
    if (fits || (line === undefined && (lines.length > 0 || taken === 0))) {
      line = longer;
    } else {
      lines.push(line ?? "");
      line = word;
    }
  }
  return [...lines, line ?? ""];
}

function wordsOf(text: string, width: number): string[] {
  const words: string[] = [];
  let open: string[] = [];
  for (const piece of text.split(" ")) {
    open.push(piece);
    const word = open.join(" ");
    if (quotesIn(word) % 2 === 1) continue;
    if (stringWidth(word) <= width || word.includes('["')) words.push(word);
    else words.push(...open);
    open = [];
  }
  return [...words, ...open];
}

/** How many double quotes begin or end a string; escaped ones do neither. */
function quotesIn(text: string): number {
  return text.replace(/\\./gs, "").split('"').length - 1;
}

/** Text broken at the terminal's width, each line behind a margin. */
export function indented(margin: string, text: string, style: Style): string[] {
  return wrap(text, textWidth(style, margin.length)).map((line) => margin + line);
}

/** How wide text behind a margin may be; undefined where nothing has to be broken. */
export function textWidth(style: Style, margin: number): number | undefined {
  return style.width === undefined ? undefined : Math.max(1, Math.min(style.width, WIDEST_TEXT) - margin);
}
