import type { Instance, Row } from "./blocks-of-findings.js";
import { type Paths, shownFile } from "./checkout.js";
import { escapeControls } from "./escape.js";
import { statusPhrase } from "./messages/status-words.js";
import type { Report } from "./report.js";

/** More names of instances than this are counted. */
export const MOST_NAMES = 10;

/** How many invites, or other things with an address, a row is about. */
export function sizeOf({ instances }: Row): number {
  return new Set(instances.map(({ finding }) => finding.address)).size;
}

/** The instances of a row by key, each with its email address where the key does not say it. */
export function namesOf({ instances }: Row): string[] {
  return [...new Set(instances.map(nameOf))];
}

function nameOf({ finding, invite }: Instance): string {
  if (invite === undefined) return escapeControls(finding.address ?? "");
  const { email } = invite;
  const { key } = invite.entry.address;
  if (key === undefined) return escapeControls(email ?? invite.entry.name);
  if (typeof key === "number") return escapeControls(email === undefined ? `[${key}]` : `[${key}] ${email}`);
  return escapeControls(email === undefined || email === key ? key : `${key} (${email})`);
}

/** What is known of a row's invites beside the address, in short; the longest text first, for rows with less room. */
export function factsOf(row: Row, { mode, now, directories }: Report, paths: Paths = {}): string[] {
  const emails = row.instances.flatMap(({ invite }) => invite?.email ?? []);
  const statuses = row.instances.flatMap(({ invite }) =>
    invite === undefined || mode === "static" ? [] : [statusPhrase(invite.status, now)],
  );
  const number = sizeOf(row);
  const [status, ...otherStatuses] = new Set(statuses);
  const common = status === undefined || otherStatuses.length > 0 ? [] : [status];
  const [email] = emails;
  const isSaid = email === undefined || row.address?.includes(JSON.stringify(email)) === true;
  const isElsewhere = row.range === undefined || !row.range.file.startsWith(`${row.directory}/`);
  const where = directories.length > 1 && isElsewhere ? [`in ${shownFile(row.directory, paths)}`] : [];
  const who = number > 1 ? [howMany(number, row.of)] : isSaid ? [] : [email];
  const texts = [
    [...who, ...common, ...where],
    [...who, ...where],
  ];
  return [...new Set(texts.map((parts) => escapeControls(parts.join(", "))))];
}

function howMany(number: number, of: number | undefined): string {
  if (of === undefined) return String(number);
  return number === of ? `all ${number}` : `${number} of ${of}`;
}

/** As many names as there is room for, and how many more there are; empty where there is no room for one. */
export function namesThatFit(names: readonly string[], fits: (text: string) => boolean): string {
  for (let shown = Math.min(names.length, MOST_NAMES); shown > 0; shown -= 1) {
    const text = listed(names, shown);
    if (fits(text)) return text;
  }
  return "";
}

/** `a, b and 3 more`. */
export function listed(names: readonly string[], shown = MOST_NAMES): string {
  const more = names.length - shown;
  return names.slice(0, shown).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
