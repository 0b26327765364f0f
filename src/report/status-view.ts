import { groupBy } from "../base/group-by.js";
import { storedName } from "../invites/inventory.js";
import { failsEveryPlan, type ReportedInvite } from "../invites/planned/assessment.js";
import { isUsed } from "../invites/status.js";
import { formatModulePath } from "../terraform/addresses/address.js";
import type { Report } from "./report.js";

/**
 * What `status` counts an invite as, what needs action first. `member`: the next apply would send it to someone who is
 * already a member. `deposed`: only a deposed object of it is used. `forgotten`: the next apply removes it from the state.
 */
export const INVITE_KINDS = [
  "used",
  "member",
  "deposed",
  "missing",
  "expired",
  "unknown",
  "pending",
  "not-sent",
  "forgotten",
] as const;

export type InviteKind = (typeof INVITE_KINDS)[number];

/** How the row of an invite is marked. */
export type Concern = "act" | "broken" | "waiting" | "fine";

export const CONCERNS: Readonly<Record<InviteKind, Concern>> = {
  used: "act",
  member: "act",
  deposed: "act",
  missing: "broken",
  expired: "broken",
  unknown: "waiting",
  pending: "waiting",
  "not-sent": "waiting",
  forgotten: "fine",
};

/** Kinds that need nothing, and are only counted unless they are asked for. */
const QUIET: ReadonlySet<InviteKind> = new Set<InviteKind>(["pending", "not-sent", "forgotten"]);

export function kindOf({ entry, status, used }: ReportedInvite): InviteKind {
  const { status: known, isMember = false } = status;
  if (known === "unknown") return "unknown";
  if (entry.statement?.kind === "forgotten" && !failsEveryPlan({ entry, status })) return "forgotten";
  if (used) return "used";
  // From these two, the next apply sends the invite.
  const isToBeSent = (known === "not-sent" || known === "missing") && entry.inConfig !== false;
  if (isToBeSent && isMember) return "member";
  const isHeldUsed = entry.objects.some(({ deposed }, index) => {
    const object = status.objects[index];
    return deposed !== undefined && object !== undefined && isUsed(object.status);
  });
  if (isHeldUsed) return "deposed";
  switch (known) {
    case "expired":
    case "missing":
    case "pending":
    case "not-sent":
      return known;
    default:
      return "used";
  }
}

/** One invite as a row; `group` is its module and type, and with `name` behind a dot its address. */
export interface InviteRow {
  readonly invite: ReportedInvite;
  readonly kind: InviteKind;
  readonly directory: string;
  readonly group: string;
  readonly name: string;
}

/** A number of rows that are not shown. */
export interface HiddenRows {
  readonly kind: InviteKind;
  readonly count: number;
  /** Where they are, if not with the row above: in other instances of a module, or in other resources of a root module. */
  readonly elsewhere?: { readonly module: string } | "resources";
}

export interface StatusGroup {
  readonly directory: string;
  readonly title: string;
  readonly items: readonly (InviteRow | HiddenRows)[];
}

/** What `status` shows: each invite is a row, is counted among hidden rows, or is of a kind that is only counted. */
export interface StatusView {
  readonly counts: ReadonlyMap<InviteKind, number>;
  /** Kinds that are only counted. */
  readonly quiet: ReadonlySet<InviteKind>;
  readonly groups: readonly StatusGroup[];
  /** Root modules without a row. */
  readonly silent: readonly string[];
}

/** Which rows are wanted: all, all kinds but no long lists, or only what needs a look. */
export type Shown = "all" | "selected" | "notable";

/** Rows of one kind that are shown of a resource, and of a root module. */
export const MOST_OF_RESOURCE = 10;
export const MOST_OF_ROOT = 40;

export function statusView(report: Pick<Report, "invites" | "directories">, shown: Shown): StatusView {
  const all = report.invites.map(rowOf);
  const byKind = groupBy(all, ({ kind }) => kind);
  const counts = new Map(
    INVITE_KINDS.map((kind) => [kind, byKind.get(kind)?.length ?? 0] as const).filter(([, number]) => number > 0),
  );
  const quiet = new Set(shown === "notable" ? [...counts.keys()].filter((kind) => QUIET.has(kind)) : []);
  const byDirectory = groupBy(
    all.filter(({ kind }) => !quiet.has(kind)),
    ({ directory }) => directory,
  );
  return {
    counts,
    quiet,
    groups: [...byDirectory.values()].flatMap((rows) => groupsOf(rows, shown === "all")),
    silent: report.directories.filter((directory) => !byDirectory.has(directory)),
  };
}

function rowOf(invite: ReportedInvite): InviteRow {
  const { entry } = invite;
  const { module, type } = entry.storedAs ?? entry.address;
  const group = module.length === 0 ? type : `${formatModulePath(module)}.${type}`;
  return {
    invite,
    kind: kindOf(invite),
    directory: entry.directory,
    group,
    name: storedName(entry).slice(group.length + 1),
  };
}

/** The groups of one root module, and of each the rows: what needs action first, else in the order of the state. */
function groupsOf(rows: readonly InviteRow[], isWhole: boolean): StatusGroup[] {
  const groups = [...groupBy(rows, ({ group }) => group).values()].map((members) => members.toSorted(byUrgency));
  const sorted = groups.toSorted(([a], [b]) => (a && b ? byUrgency(a, b) : 0));
  const shown = isWhole ? new Set(sorted.flat()) : shownRows(sorted.flat());
  const hidden = hiddenBehind(sorted.flat(), shown);
  return sorted.flatMap((members) => {
    const items = members.filter((row) => shown.has(row)).flatMap((row) => [row, ...(hidden.get(row) ?? [])]);
    const [first] = members;
    return first === undefined || items.length === 0 ? [] : [{ directory: first.directory, title: first.group, items }];
  });
}

function byUrgency(a: InviteRow, b: InviteRow): number {
  return INVITE_KINDS.indexOf(a.kind) - INVITE_KINDS.indexOf(b.kind);
}

/** The first rows of each bucket, and of each kind. */
function shownRows(rows: readonly InviteRow[]): ReadonlySet<InviteRow> {
  const ofBuckets = new Set(
    [...groupBy(rows, bucketOf).values()].flatMap((members) => firstOf(members, MOST_OF_RESOURCE)),
  );
  const kinds = groupBy(
    rows.filter((row) => ofBuckets.has(row)),
    ({ kind }) => kind,
  );
  return new Set([...kinds.values()].flatMap((members) => firstOf(members, MOST_OF_ROOT)));
}

/** As many as are shown; one more rather than a line that says so. */
function firstOf<Row>(rows: readonly Row[], most: number): readonly Row[] {
  return rows.length <= most + 1 ? rows : rows.slice(0, most);
}

/** Rows that are alike: instances of one resource, over all instances of its module; or single resources of one module. */
function bucketOf({ invite, kind, group }: InviteRow): string {
  const { module, type, name, key } = invite.entry.storedAs ?? invite.entry.address;
  const isInstance = key !== undefined || module.some((step) => step.key !== undefined);
  return [kind, ...(isInstance ? [callPath(invite), type, name] : [group])].join("\0");
}

/** The path of module calls, without the keys of instances. */
function callPath({ entry }: ReportedInvite): string {
  const { module } = entry.storedAs ?? entry.address;
  return module.map(({ name }) => `module.${name}`).join(".");
}

/** How many rows are hidden behind each shown one: the last of their bucket, or else the last of all. */
function hiddenBehind(
  rows: readonly InviteRow[],
  shown: ReadonlySet<InviteRow>,
): ReadonlyMap<InviteRow, readonly HiddenRows[]> {
  const behind = new Map<InviteRow, HiddenRows[]>();
  const add = (row: InviteRow, hidden: HiddenRows) => behind.set(row, [...(behind.get(row) ?? []), hidden]);
  const elsewhere: InviteRow[] = [];
  for (const members of groupBy(rows, bucketOf).values()) {
    const hidden = members.filter((row) => !shown.has(row));
    const last = members.findLast((row) => shown.has(row));
    const [first] = hidden;
    if (first === undefined) continue;
    if (last === undefined) {
      elsewhere.push(...hidden);
      continue;
    }
    const isHere = hidden.every(({ group }) => group === last.group);
    const where = isHere ? {} : { elsewhere: { module: callPath(first.invite) } };
    add(last, { kind: first.kind, count: hidden.length, ...where });
  }
  const lastOfAll = rows.findLast((row) => shown.has(row));
  for (const [kind, hidden] of groupBy(elsewhere, (row) => row.kind)) {
    if (lastOfAll !== undefined) add(lastOfAll, { kind, count: hidden.length, elsewhere: "resources" });
  }
  return behind;
}
