import stringWidth from "string-width";
import { lowerCaseEmail } from "../base/email.js";
import { groupBy } from "../base/group-by.js";
import { configuredAt, type InviteEntry, storedName } from "../invites/inventory.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import type { InviteStatus } from "../invites/status.js";
import { formatModulePath } from "../terraform/addresses/address.js";
import { fileAndLine } from "../terraform/source-range.js";
import { tfinviteCommand } from "./commands.js";
import { escapeControls } from "./escape.js";
import { statementWords, statusDetail } from "./messages/status-words.js";
import { formatOrphans } from "./orphans.js";
import type { Report } from "./report.js";
import type { Style, TextContext } from "./style.js";
import { summaryText } from "./summary.js";
import { padTo, shorten, shortenMiddle, shortenPath, widest } from "./text-width.js";

const GLYPHS: Readonly<Record<InviteStatus, readonly [unicode: string, plain: string]>> = {
  accepted: ["✔", "x"],
  joined: ["●", "*"],
  departed: ["○", "o"],
  expired: ["✕", "-"],
  missing: ["∅", "0"],
  pending: ["…", "."],
  "not-sent": ["+", "+"],
  unknown: ["?", "?"],
};

/** What a row tells beside the status. */
interface Row {
  readonly invite: ReportedInvite;
  /** With the address behind a dot, the whole address. */
  readonly group: string;
  readonly address: string;
  readonly email: string;
  /** The same; empty where the address shows it already, as most keys do. */
  readonly otherEmail: string;
  readonly role: string;
  readonly detail: string;
  readonly place: string;
}

/** The table with what it adds up to, and the command that removes the used invites from the state. */
export function formatStatus(report: Report, context: TextContext): string {
  const { style } = context;
  const table = formatStatusTable(report, style);
  const used = report.invites.filter((invite) => invite.used && invite.entry.statement?.kind !== "forgotten").length;
  const are = used === 1 ? "is" : "are";
  const advice =
    used === 0
      ? ""
      : `${used} of ${report.invites.length} ${are} used: ${style.bold(tfinviteCommand("repair", report))}\n`;
  const orphans = report.orphans === undefined ? "" : `${formatOrphans(report.orphans, report.now, context)}\n`;
  const gap = table === "" ? "" : "\n";
  return `${table}${gap}${orphans}${summaryText(report, style, { findings: false })}\n${advice}`;
}

/** Every invite in a table a person likes to read, grouped by module; columns line up over all groups. */
export function formatStatusTable(report: Report, style: Style): string {
  const rows = report.invites.map((invite) => rowOf(invite, report));
  const layout = chooseLayout(rows, style);
  const lines = [...groupBy(rows, ({ group }) => group)].flatMap(([group, members]) => [
    style.bold(style.width === undefined ? group : shortenMiddle(group, style.width, ellipsisOf(style))),
    ...members.map((row) => formatRow(row, layout, style)),
  ]);
  return lines.map((line) => `${line}\n`).join("");
}

function rowOf(invite: ReportedInvite, report: Report): Row {
  const { entry } = invite;
  const email = escapeControls(invite.email ?? entry.hiddenEmail ?? "");
  const { module, type } = entry.storedAs ?? entry.address;
  const resourceType = module.length === 0 ? type : `${formatModulePath(module)}.${type}`;
  return {
    invite,
    group: escapeControls(report.directories.length > 1 ? `${entry.directory}: ${resourceType}` : resourceType),
    address: escapeControls(storedName(entry).slice(resourceType.length + 1)),
    email,
    otherEmail: isShownBy(entry.address.key, invite.email ?? "") ? "" : email,
    role: escapeControls(entry.role ?? entry.hiddenRole ?? ""),
    detail: escapeControls(detailOf(invite, report)),
    place: placeOf(entry),
  };
}

/** Addresses are often written with other capitals in a key than in the invite. */
function isShownBy(key: InviteEntry["address"]["key"], email: string): boolean {
  return typeof key === "string" && lowerCaseEmail(key).includes(lowerCaseEmail(email));
}

function detailOf({ entry, status }: ReportedInvite, report: Report): string {
  const deposed = entry.objects.filter((object) => object.deposed !== undefined).length;
  // A failure that concerns them all is told once, beside the table.
  const told = report.errors.some(({ message }) => status.reason?.endsWith(message));
  const parts = [
    told ? "could not be looked up" : statusDetail(status, report.now),
    entry.tainted && "tainted",
    deposed > 0 && `and ${deposed} deposed`,
    entry.statement && statementWords(entry.statement, entry.name),
    status.status !== "unknown" && status.reason,
  ];
  return parts.filter(Boolean).join(", ");
}

function placeOf(entry: InviteEntry): string {
  const range = configuredAt(entry);
  return entry.inConfig === false || range === undefined ? "not configured" : escapeControls(fileAndLine(range));
}

/** Column widths; a column of width 0 is left out. */
interface Layout {
  readonly address: number;
  readonly email: number;
  readonly role: number;
  readonly detail: number;
  readonly place: number;
  /** True where emails have no column: those that the address does not show stand right behind it. */
  readonly folded: boolean;
}

const [INDENT, GAP] = [2, 2];
/** Indentation, the longest status with its glyph, and the gap behind it. */
const START = INDENT + 10 + GAP;
/** Enough for `expires in 5 days`, and enough for `12 days ago`. */
const [SHORT_DETAIL, SHORTEST_DETAIL] = [18, 12];
const SHORT_PLACE = 16;
/** A shorter piece of an email than this says nothing. */
const SHORTEST_EMAIL = 6;

/** The first layout, from the fullest to the barest, that fits; then what is left over goes back to what was shortened. */
function chooseLayout(rows: readonly Row[], style: Style): Layout {
  const natural: Layout = {
    address: widest(rows.map((row) => row.address)),
    email: widest(rows.map((row) => row.email)),
    role: widest(rows.map((row) => row.role)),
    detail: widest(rows.map((row) => row.detail)),
    place: widest(rows.map((row) => row.place)),
    folded: false,
  };
  const { width } = style;
  if (width === undefined) return natural;
  const folded = widest(rows.map((row) => row.address + (row.otherEmail && " ".repeat(GAP) + row.otherEmail)));
  const layouts = [natural, ...narrower(natural, folded)];
  const layout = layouts.find((candidate) => widthOf(candidate) <= width);
  if (layout === undefined) {
    return { address: Math.max(1, width - START), email: 0, role: 0, detail: 0, place: 0, folded: true };
  }
  return spread(layout, { ...natural, address: layout.folded ? folded : natural.address }, width - widthOf(layout));
}

/** What the reader can best do without goes first. */
function narrower(natural: Layout, folded: number): Layout[] {
  const steps: readonly Partial<Layout>[] = [
    { detail: Math.min(natural.detail, SHORT_DETAIL) },
    { place: Math.min(natural.place, SHORT_PLACE) },
    { address: folded, email: 0, folded: true },
    { role: 0 },
    { place: 0 },
    { address: natural.address },
    { detail: Math.min(natural.detail, SHORTEST_DETAIL) },
    { detail: 0 },
  ];
  let layout = natural;
  return steps.map((step) => {
    layout = { ...layout, ...step };
    return layout;
  });
}

/** Gives room that is left over to the columns that are shown and shortened. */
function spread(layout: Layout, wanted: Layout, room: number): Layout {
  const grown = { ...layout };
  let left = room;
  for (const column of ["address", "place", "detail"] as const) {
    if (grown[column] === 0) continue;
    const more = Math.max(0, Math.min(left, wanted[column] - grown[column]));
    grown[column] += more;
    left -= more;
  }
  return grown;
}

function widthOf({ address, email, role, detail, place }: Layout): number {
  return (
    START + [address, email, role, detail, place].reduce((sum, width) => sum + (width > 0 ? width + GAP : 0), -GAP)
  );
}

function formatRow(row: Row, layout: Layout, style: Style): string {
  const [unicode, plain] = GLYPHS[row.invite.status.status];
  const paint = painter(row.invite, style);
  const ellipsis = ellipsisOf(style);
  const cells: readonly (readonly [text: string, width: number])[] = [
    [paint(`${style.unicode ? unicode : plain} ${row.invite.status.status}`), START - GAP - INDENT],
    [layout.folded ? foldedText(row, layout.address, style) : row.address, layout.address],
    [shorten(row.email, layout.email, ellipsis), layout.email],
    [shorten(row.role, layout.role, ellipsis), layout.role],
    [style.dim(shorten(row.detail, layout.detail, ellipsis)), layout.detail],
    [style.dim(shortenPath(row.place, layout.place, ellipsis)), layout.place],
  ];
  const shown = cells.filter(([, width]) => width > 0).map(([text, width]) => padTo(text, width));
  return " ".repeat(INDENT) + shown.join(" ".repeat(GAP)).trimEnd();
}

/** The address, and as much as fits of an email that it does not show. */
function foldedText(row: Row, width: number, style: Style): string {
  const address = shortenMiddle(row.address, width, ellipsisOf(style));
  const room = width - stringWidth(address) - GAP;
  if (row.otherEmail === "" || room < Math.min(SHORTEST_EMAIL, stringWidth(row.otherEmail))) return address;
  return `${address}${" ".repeat(GAP)}${style.dim(shorten(row.otherEmail, room, ellipsisOf(style)))}`;
}

function ellipsisOf(style: Style): string {
  return style.unicode ? "…" : "...";
}

function painter({ used, status: { status } }: ReportedInvite, style: Style): (text: string) => string {
  if (used) return style.yellow;
  if (status === "unknown") return style.red;
  if (status === "missing") return style.magenta;
  return status === "expired" ? style.dim : style.cyan;
}
