import { storedName } from "../invites/inventory.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import type { Orphan } from "../invites/remedies/orphans.js";
import { fileAndLine } from "../terraform/source-range.js";
import { escapeLines, wellFormed } from "./escape.js";
import { codeBlock, codeSpan, prose } from "./markdown-syntax.js";
import { statusDetail, statusWords } from "./messages/status-words.js";
import { orphanAdvice, orphansTitle } from "./orphans.js";
import type { Report } from "./report.js";
import type { TextContext } from "./style.js";
import { summaryText } from "./summary.js";

/** Every invite in a table of GitHub-flavoured Markdown, and those that no state holds. Nothing from outside breaks out of its place. */
export function formatStatusMarkdown(report: Report, context: TextContext): string {
  const summary = summaryText(report, { ...context.style, unicode: true }, { findings: false }).replaceAll(
    "\n",
    "\\\n",
  );
  const { orphans } = report;
  const lost = orphans === undefined ? [] : [`#### ${prose(orphansTitle(orphans))}`, ...orphans.orphans.map(orphanOf)];
  return `${[summary, ...(report.invites.length === 0 ? [] : [tableOf(report)]), ...lost].join("\n\n")}\n`;

  function orphanOf(orphan: Orphan): string {
    const { block, command } = orphanAdvice(orphan, context);
    const { id, email, role, expiresAt } = orphan.invite;
    const detail = statusDetail({ status: "pending", ...(expiresAt !== undefined && { expiresAt }) }, report.now);
    const facts = [codeSpan(email), codeSpan(role), ...(detail === "" ? [] : [prose(detail)]), codeSpan(id)];
    const where = orphan.home === undefined ? [] : [`In ${codeSpan(orphan.home.directory)}:`];
    return [
      facts.join(" · "),
      ...(block === undefined ? [] : [...where, codeBlock(escapeLines(block).join("\n"), "hcl")]),
      ...(command === undefined ? [] : [codeBlock(wellFormed(command.text), "sh")]),
    ].join("\n\n");
  }
}

function tableOf(report: Report): string {
  const rows = report.invites.map((invite) => rowOf(invite, report));
  const head = ["status", "invite", "email", "role", "detail", "place"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cellOf(text: string | undefined): string {
  return text === undefined ? "" : codeSpan(text);
}

function rowOf({ entry, email, status }: ReportedInvite, report: Report): string[] {
  const range = entry.inConfig === false ? undefined : entry.resource?.block.headerRange;
  const name = report.directories.length > 1 ? `${entry.directory}: ${storedName(entry)}` : storedName(entry);
  const cells = [
    prose(statusWords(status.status)),
    codeSpan(name),
    cellOf(email ?? entry.hiddenEmail),
    cellOf(entry.role ?? entry.hiddenRole),
    prose(statusDetail(status, report.now)),
    range === undefined ? "not configured" : codeSpan(fileAndLine(range)),
  ];
  // A table splits its cells before it looks at code: https://github.github.com/gfm/#example-200
  return cells.map((cell) => cell.replaceAll("|", "\\|"));
}
