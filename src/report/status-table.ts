import stringWidth from "string-width";
import { lowerCaseEmail } from "../base/email.js";
import { declaredAt, type InviteEntry } from "../invites/inventory.js";
import { fileAndLine } from "../terraform/source-range.js";
import { escapeControls } from "./escape.js";
import { formatOrphans } from "./orphans.js";
import type { Report } from "./report.js";
import {
  hiddenText,
  rowPhrase,
  rowWords,
  statusNotes,
  statusSteps,
  summaryParts,
  unknownReasons,
  verdictText,
} from "./status-text.js";
import {
  CONCERNS,
  type Concern,
  type HiddenRows,
  type InviteRow,
  type StatusGroup,
  type StatusView,
  statusView,
} from "./status-view.js";
import { ellipsisOf, type Paint, type Style, type TextContext } from "./style.js";
import { padTo, shorten, shortenMiddle, shortenPath, widest, wrap } from "./text-width.js";

const MARKS: Readonly<Record<Concern, readonly [unicode: string, plain: string]>> = {
  act: ["!", "!"],
  broken: ["✗", "x"],
  waiting: ["…", "."],
  fine: ["✔", "+"],
};

/** Sentences over longer lines are hard to follow. */
const WIDEST_TEXT = 100;

/** The verdict, the invites that need a look, what all add up to, and the commands that come next. */
export function formatStatus(report: Report, context: TextContext): string {
  const { style } = context;
  const view = statusView(report, context.selection?.shown ?? "notable");
  const orphans = report.orphans === undefined ? [] : [formatOrphans(report.orphans, report.now, context)];
  const notes = statusNotes(report, view).map((text) => `${wrapped(text, style)}\n`);
  const summary = `${wrapped(noBreaks(summaryParts(report, view).join(style.unicode ? " · " : " - ")), style)}\n`;
  const paragraphs = [
    `${style.bold(wrapped(verdictText(report, view), style))}\n`,
    formatGroups(view.groups, report, style),
    notes.join(""),
    ...orphans,
    summary,
    nextSteps(report, view, context),
  ];
  return paragraphs.filter((text) => text !== "").join("\n");
}

/** A number stays with what it counts. */
function noBreaks(text: string): string {
  return text.replace(/(\d) /g, "$1\u00a0").replaceAll("--all shows ", "--all\u00a0shows\u00a0");
}

function wrapped(text: string, { width }: Style): string {
  const lines = wrap(text, width === undefined ? undefined : Math.min(width, WIDEST_TEXT));
  return lines.join("\n").replaceAll("\u00a0", " ");
}

/** The commands in one column and what they do in another, or below where there is no room. Commands are never broken. */
function nextSteps(report: Report, view: StatusView, context: TextContext): string {
  const { style } = context;
  const steps = statusSteps(report, view, context);
  const width = widest(steps.map(({ command }) => command));
  const lead = "Next:  ";
  const margin = " ".repeat(lead.length);
  const beside = lead.length + width + 2 + widest(steps.map(({ purpose }) => purpose));
  const fits = style.width === undefined ? width <= LONG_COMMAND : beside <= style.width;
  const lines = steps.flatMap(({ command, purpose }) => {
    const shown = style.bold(command);
    if (fits) return [`${padTo(shown, width)}  ${purpose}`];
    const room = style.width === undefined ? undefined : Math.max(1, style.width - margin.length - 2);
    return [shown, ...wrap(purpose, room).map((line) => `  ${line}`)];
  });
  return lines.map((line, index) => `${index === 0 ? lead : margin}${line}\n`).join("");
}

/** In a pipe, what a command does is said beside shorter ones only. */
const LONG_COMMAND = 60;

/** A row as it is laid out. */
interface Cells {
  readonly name: string;
  /** Empty where the name shows it already, as most keys do. */
  readonly email: string;
  /** The status with its details, in short, and alone. */
  readonly phrases: readonly [phrase: string, brief: string, word: string];
  readonly place: string;
}

/** Rows grouped by module and type, with what is hidden counted; columns line up over all groups. */
export function formatGroups(groups: readonly StatusGroup[], report: Report, style: Style): string {
  const reasons = unknownReasons(report).length;
  const rows = groups.flatMap(({ items }) => items.flatMap((item) => ("invite" in item ? [item] : [])));
  const cells = new Map(rows.map((row) => [row, cellsOf(row, report, reasons)]));
  const layout = chooseLayout([...cells.values()], style);
  const many = report.directories.length > 1;
  const lines = groups.flatMap(({ directory, title, items }) => {
    const heading = escapeControls(many ? `${directory}: ${title}` : title);
    return [
      style.bold(style.width === undefined ? heading : shortenMiddle(heading, style.width, ellipsisOf(style))),
      ...items.flatMap((item) => {
        if (!("invite" in item)) return hiddenLines(item, style);
        const shown = cells.get(item);
        return shown === undefined ? [] : [formatRow(item, shown, layout, style)];
      }),
    ];
  });
  return lines.map((line) => `${line}\n`).join("");
}

function hiddenLines(hidden: HiddenRows, style: Style): string[] {
  const margin = " ".repeat(INDENT);
  const room = style.width === undefined ? undefined : style.width - INDENT;
  const text = wrap(noBreaks(`${ellipsisOf(style)} ${hiddenText(hidden)}`), room);
  return text.map((line) => margin + style.dim(line.replaceAll("\u00a0", " ")));
}

function cellsOf(row: InviteRow, report: Report, reasons: number): Cells {
  const { entry, email = "" } = row.invite;
  return {
    name: escapeControls(row.name),
    email: isShownBy(entry.address.key, email) ? "" : escapeControls(email || (entry.hiddenEmail ?? "")),
    phrases: [rowPhrase(row, report, reasons), ...rowWords(row, report.now)],
    place: placeOf(entry),
  };
}

/** Addresses are often written with other capitals in a key than in the invite. */
function isShownBy(key: InviteEntry["address"]["key"], email: string): boolean {
  return typeof key === "string" && email !== "" && lowerCaseEmail(key).includes(lowerCaseEmail(email));
}

function placeOf(entry: InviteEntry): string {
  const range = declaredAt(entry);
  return range === undefined ? "not configured" : escapeControls(fileAndLine(range));
}

/** Column widths; a column of width 0 is not shown. */
interface Layout {
  readonly name: number;
  readonly email: number;
  readonly phrase: number;
  readonly place: number;
  /** True where emails have no column: those that the name does not show follow it. */
  readonly folded: boolean;
}

const [INDENT, GAP] = [2, 2];
/** Indentation, the mark, and a space. */
const START = INDENT + 2;
/** Enough for `pending, 23 hours left`. */
const SHORT_PHRASE = 22;
const SHORT_PLACE = 14;
const SHORTEST_NAME = 14;
/** A shorter piece of an email than this says nothing. */
const SHORTEST_EMAIL = 6;

/** The first layout, from the fullest to the barest, that fits; then the room that is left goes to what was shortened. */
function chooseLayout(rows: readonly Cells[], style: Style): Layout {
  const phrase = (limit: number) => widest(rows.map((row) => fitting(row, limit)));
  const natural: Layout = {
    name: widest(rows.map(({ name }) => name)),
    email: widest(rows.map(({ email }) => email)),
    phrase: phrase(Number.POSITIVE_INFINITY),
    place: widest(rows.map(({ place }) => place)),
    folded: false,
  };
  const { width } = style;
  if (width === undefined) return natural;
  const folded = widest(rows.map((row) => row.name + (row.email && " ".repeat(GAP) + row.email)));
  // What the reader can best do without goes first.
  const steps: readonly Partial<Layout>[] = [
    {},
    { phrase: phrase(SHORT_PHRASE) },
    { place: Math.min(natural.place, SHORT_PLACE) },
    { name: folded, email: 0, folded: true },
    { place: 0 },
    { name: natural.name },
    { phrase: phrase(0) },
  ];
  let layout = natural;
  for (const step of steps) {
    layout = { ...layout, ...step };
    if (widthOf(layout) <= width) {
      return spread(layout, { ...natural, name: layout.folded ? folded : natural.name }, width - widthOf(layout));
    }
  }
  const room = width - widthOf({ ...layout, name: 0 });
  if (room >= SHORTEST_NAME) return { ...layout, name: room - GAP };
  return { name: Math.max(1, width - START), email: 0, phrase: 0, place: 0, folded: true };
}

/** Gives room that is left over to the columns that are shown and shortened. */
function spread(layout: Layout, wanted: Layout, room: number): Layout {
  const grown = { ...layout };
  let left = room;
  for (const column of ["phrase", "name", "place"] as const) {
    if (grown[column] === 0) continue;
    // Half a phrase is no better than the status alone.
    const more = wanted[column] - grown[column];
    const given = column === "phrase" && more > left ? 0 : Math.max(0, Math.min(left, more));
    grown[column] += given;
    left -= given;
  }
  return grown;
}

function widthOf({ name, email, phrase, place }: Layout): number {
  return START + [name, email, phrase, place].reduce((sum, width) => sum + (width > 0 ? width + GAP : 0), -GAP);
}

/** The fullest phrase that fits, or else the shortest. */
function fitting({ phrases }: Cells, width: number): string {
  return phrases.find((phrase) => stringWidth(phrase) <= width) ?? phrases[2];
}

function formatRow(row: InviteRow, cells: Cells, layout: Layout, style: Style): string {
  const concern = CONCERNS[row.kind];
  const [unicode, plain] = MARKS[concern];
  const paint = paints(concern, style);
  const ellipsis = ellipsisOf(style);
  const columns: readonly (readonly [text: string, width: number])[] = [
    [layout.folded ? foldedText(cells, layout.name, style) : cells.name, layout.name],
    [style.dim(shorten(cells.email, layout.email, ellipsis)), layout.email],
    [paint(shorten(fitting(cells, layout.phrase), layout.phrase, ellipsis)), layout.phrase],
    [style.dim(shortenPath(cells.place, layout.place, ellipsis)), layout.place],
  ];
  const shown = columns.filter(([, width]) => width > 0).map(([text, width]) => padTo(text, width));
  return `${" ".repeat(INDENT)}${paint(style.unicode ? unicode : plain)} ${shown.join(" ".repeat(GAP)).trimEnd()}`;
}

/** The name, and as much as fits of an email that it does not show. */
function foldedText({ name, email }: Cells, width: number, style: Style): string {
  const shown = shortenMiddle(name, width, ellipsisOf(style));
  const room = width - stringWidth(shown) - GAP;
  if (email === "" || room < Math.min(SHORTEST_EMAIL, stringWidth(email))) return shown;
  return `${shown}${" ".repeat(GAP)}${style.dim(shorten(email, room, ellipsisOf(style)))}`;
}

function paints(concern: Concern, style: Style): Paint {
  return { act: style.yellow, broken: style.red, waiting: style.cyan, fine: style.dim }[concern];
}
