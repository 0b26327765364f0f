import { declaredAt, storedName } from "../invites/inventory.js";
import { fileAndLine, type SourceRange } from "../terraform/source-range.js";
import { escapeControls } from "./escape.js";
import { statusDetail } from "./messages/status-words.js";
import { notLookedUp } from "./not-looked-up.js";
import type { Report } from "./report.js";

/**
 * One line an invite, none hidden, for `grep` and `cut`: status, address, email, root module, place and detail between
 * tabs; `-` for what there is not. Pending invites that no state holds follow, with `-` for their address; then what was
 * not looked up.
 */
export function formatStatusCompact(report: Report): string {
  const invites = report.invites.map(({ entry, email, status }) => [
    status.status,
    storedName(entry),
    email ?? entry.hiddenEmail,
    entry.directory,
    placeOf(declaredAt(entry)),
    [statusDetail(status, report.now), status.status === "unknown" ? "" : (status.reason ?? "")]
      .filter(Boolean)
      .join(", "),
  ]);
  const orphans = (report.orphans?.orphans ?? []).map(({ invite }) => [
    "pending",
    undefined,
    invite.email,
    undefined,
    undefined,
    `in no state: ${invite.id}`,
  ]);
  const lines = [...invites, ...orphans].map((cells) => cells.map((cell) => escapeControls(cell || "-")).join("\t"));
  const note = notLookedUp(report);
  return [...lines, ...(note === undefined ? [] : [`${report.tool.name}: ${note}`])]
    .map((line) => `${line}\n`)
    .join("");
}

function placeOf(range: SourceRange | undefined): string | undefined {
  return range && fileAndLine(range);
}
