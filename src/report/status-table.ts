import type { InviteEntry } from "../invites/inventory.js";
import type { Report, ReportedInvite } from "../invites/report.js";
import type { Standing } from "../invites/standing.js";
import { standingDetail } from "./standing-detail.js";
import type { Style } from "./style.js";
import { clean, padTo, shorten, shortenStart, widest } from "./text.js";

const GLYPHS: Readonly<Record<Standing, readonly [unicode: string, plain: string]>> = {
  accepted: ["✔", "x"],
  joined: ["●", "*"],
  departed: ["○", "o"],
  expired: ["✕", "-"],
  missing: ["∅", "0"],
  pending: ["…", "."],
  unsent: ["+", "+"],
  unknown: ["?", "?"],
};

/** The columns of a row, in order. The first one is never shortened. */
interface Row {
  readonly invite: ReportedInvite;
  readonly cells: readonly [address: string, email: string, role: string, detail: string, place: string];
}

/** The column whose end matters more than its beginning. */
const PLACE = 4;

interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Every invite in a table a person likes to read, grouped by module; columns line up over all groups. */
export function formatStatusTable(report: Report, style: Style): string {
  const groups = groupByModule(report);
  const widths = columnWidths(groups, style);
  const lines = groups.flatMap((group) => [
    style.bold(group.title),
    ...group.rows.map((row) => formatRow(row, widths, style)),
  ]);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** A group's title and a row's first cell, joined by a dot, are the address. */
function groupByModule(report: Report): Group[] {
  const groups = new Map<string, Row[]>();
  for (const invite of report.invites) {
    const { entry } = invite;
    const resourceType = entry.modulePath === "" ? entry.address.type : `${entry.modulePath}.${entry.address.type}`;
    const title = report.directories.length > 1 ? `${clean(entry.directory)}: ${resourceType}` : resourceType;
    const address = entry.name.slice(resourceType.length + 1);
    const detail = clean(detailOf(invite, report));
    const row: Row = {
      invite,
      cells: [address, clean(entry.email ?? ""), clean(entry.role ?? ""), detail, placeOf(entry)],
    };
    groups.set(title, [...(groups.get(title) ?? []), row]);
  }
  return [...groups].map(([title, rows]) => ({ title, rows }));
}

function detailOf({ entry, standing }: ReportedInvite, report: Report): string {
  const deposed = entry.objects.filter((object) => object.deposed !== undefined).length;
  const extra = [
    entry.tainted && "tainted",
    deposed > 0 && `and ${deposed} deposed`,
    standing.reason !== undefined && standing.standing !== "unknown" && standing.reason,
  ].filter((part): part is string => typeof part === "string");
  // A failure that concerns them all is told once, beside the table.
  const told = report.errors.some(({ message }) => standing.reason?.endsWith(message));
  return [told ? "could not be looked up" : standingDetail(standing, report.now), ...extra]
    .filter((part) => part !== "")
    .join(", ");
}

function placeOf(entry: InviteEntry): string {
  const range = entry.resource?.block.headerRange;
  if (entry.inConfig === false || range === undefined) return "not configured";
  return `${clean(range.file)}:${range.start.line}`;
}

type Widths = readonly number[];

/** Natural widths; on a narrow terminal the widest of detail, e-mail and place give way first. */
function columnWidths(groups: readonly Group[], style: Style): Widths {
  const rows = groups.flatMap((group) => group.rows);
  const widths = [0, 1, 2, 3, 4].map((column) => widest(rows.map((row) => row.cells[column] ?? "")));
  if (style.width === undefined) return widths;
  const standing = widest(rows.map((row) => row.invite.standing.standing));
  let excess = 4 + standing + widths.reduce((sum, width) => sum + width + 2, 0) - style.width;
  while (excess > 0) {
    const column = [3, 1, 4]
      .filter((candidate) => (widths[candidate] ?? 0) > 12)
      .sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (column === undefined) break;
    widths[column] = (widths[column] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function formatRow(row: Row, widths: Widths, style: Style): string {
  const [unicode, plain] = GLYPHS[row.invite.standing.standing];
  const paint = painter(row.invite, style);
  const mark = paint(`${style.unicode ? unicode : plain} ${padTo(row.invite.standing.standing, 8)}`);
  const ellipsis = style.unicode ? "…" : "...";
  const [address, email, role, detail, place] = row.cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    if (column === 0) return padTo(cell, width);
    return padTo(column === PLACE ? shortenStart(cell, width, ellipsis) : shorten(cell, width, ellipsis), width);
  });
  return `  ${mark}  ${address}  ${email}  ${role}  ${style.dim(detail ?? "")}  ${style.dim(place?.trimEnd() ?? "")}`.trimEnd();
}

function painter({ spent, standing: { standing } }: ReportedInvite, style: Style): (text: string) => string {
  if (spent) return style.yellow;
  if (standing === "unknown") return style.red;
  if (standing === "missing") return style.magenta;
  return standing === "expired" ? style.dim : style.cyan;
}
