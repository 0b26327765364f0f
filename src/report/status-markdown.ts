import { declaredAt } from "../invites/inventory.js";
import type { Orphan } from "../invites/remedies/orphans.js";
import { type Paths, shownFile, shownPlace } from "./checkout.js";
import { escapeLines, wellFormed } from "./escape.js";
import { codeBlock, codeSpan, prose } from "./markdown-syntax.js";
import { statusDetail } from "./messages/status-words.js";
import { orphanAdvice, orphansTitle } from "./orphans.js";
import type { Report } from "./report.js";
import {
  hiddenText,
  rowPhrase,
  statusNotes,
  statusSteps,
  summaryParts,
  unknownReasons,
  verdictText,
} from "./status-text.js";
import { CONCERNS, type HiddenRows, type InviteRow, type StatusGroup, statusView } from "./status-view.js";
import type { TextContext } from "./style.js";

/** What `status` shows, in GitHub-flavoured Markdown: the same invites in the same order. Nothing from outside breaks out of its place. */
export function formatStatusMarkdown(report: Report, context: TextContext): string {
  const view = statusView(report, context.selection?.shown ?? "notable");
  const { orphans } = report;
  const lost = orphans === undefined ? [] : [`#### ${prose(orphansTitle(orphans))}`, ...orphans.orphans.map(orphanOf)];
  const steps = statusSteps(report, view, context);
  const parts = [
    `**${prose(verdictText(report, view))}**`,
    ...(view.groups.length === 0 ? [] : [tableOf(view.groups, report, context)]),
    ...statusNotes(report, view).map(prose),
    ...lost,
    summaryParts(report, view).map(prose).join(" · "),
    ...(steps.length === 0 ? [] : [codeBlock(steps.map(({ command }) => wellFormed(command)).join("\n"), "sh")]),
  ];
  return `${parts.join("\n\n")}\n`;

  function orphanOf(orphan: Orphan): string {
    const { block, command } = orphanAdvice(orphan, context);
    const { id, email, role, expiresAt } = orphan.invite;
    const detail = statusDetail({ status: "pending", ...(expiresAt !== undefined && { expiresAt }) }, report.now);
    const facts = [codeSpan(email), codeSpan(role), ...(detail === "" ? [] : [prose(detail)]), codeSpan(id)];
    const where = orphan.home === undefined ? [] : [`In ${codeSpan(shownFile(orphan.home.directory, context))}:`];
    return [
      facts.join(" · "),
      ...(block === undefined ? [] : [...where, codeBlock(escapeLines(block).join("\n"), "hcl")]),
      ...(command === undefined ? [] : [codeBlock(wellFormed(command.text), "sh")]),
    ].join("\n\n");
  }
}

const MARKS = { act: "❗", broken: "❌", waiting: "⏳", fine: "✅" } as const;

function tableOf(groups: readonly StatusGroup[], report: Report, paths: Paths): string {
  const reasons = unknownReasons(report).length;
  const rows = groups.flatMap(({ items }) =>
    items.map((item) => ("invite" in item ? rowOf(item, report, reasons, paths) : hiddenRow(item))),
  );
  const head = ["", "invite", "email", "role", "status", "place"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function hiddenRow(hidden: HiddenRows): string[] {
  return ["", `… ${prose(hiddenText(hidden))}`, "", "", "", ""];
}

function cellOf(text: string | undefined): string {
  return text === undefined ? "" : codeSpan(text);
}

function rowOf(row: InviteRow, report: Report, reasons: number, paths: Paths): string[] {
  const { entry, email } = row.invite;
  const range = declaredAt(entry);
  const address = `${row.group}.${row.name}`;
  const cells = [
    MARKS[CONCERNS[row.kind]],
    codeSpan(report.directories.length > 1 ? `${shownFile(entry.directory, paths)}: ${address}` : address),
    cellOf(email ?? entry.hiddenEmail),
    cellOf(entry.role ?? entry.hiddenRole),
    prose(rowPhrase(row, report, reasons)),
    range === undefined ? "not configured" : codeSpan(shownPlace(range, paths)),
  ];
  // A table splits its cells before it looks at code: https://github.github.com/gfm/#example-200
  return cells.map((cell) => cell.replaceAll("|", "\\|"));
}
