import { pageLines } from "../report/rule-pages.js";

/** A rule's page as editors show it in a small window: tables, which few of them lay out, are lists. */
export function hoverPage(page: string): string {
  const lines = pageLines(page).flatMap((line) =>
    line.kind === "row" ? listItem(line.cells, line.columns) : [line.text],
  );
  return lines.join("\n").trimEnd();
}

/** A row under its first cell, each of the others behind its column's name. */
function listItem([name = "", ...others]: readonly string[], columns: readonly string[]): string[] {
  return [`- ${name}`, ...others.map((cell, index) => `  - ${columns[index + 1] ?? ""}: ${cell}`)];
}
