/** A rule's page as editors show it in a small window: tables, which few of them lay out, are lists, and nothing is in it for tests only. */
export function hoverPage(page: string): string {
  let inCode = false;
  let columns: readonly string[] | undefined;
  const lines = page
    .replace(/<!--[\s\S]*?-->\n/g, "")
    .split("\n")
    .flatMap((line) => {
      if (line.startsWith("```")) inCode = !inCode;
      if (inCode || !line.startsWith("|")) {
        columns = undefined;
        return [line];
      }
      const cells = cellsOf(line);
      if (columns === undefined) {
        columns = cells;
        return [];
      }
      return /^[|\s:-]+$/.test(line) ? [] : listItem(cells, columns);
    });
  return lines.join("\n").trimEnd();
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** A row under its first cell, each of the others behind its column's name. */
function listItem([name = "", ...others]: readonly string[], columns: readonly string[]): string[] {
  return [`- ${name}`, ...others.map((cell, index) => `  - ${columns[index + 1] ?? ""}: ${cell}`)];
}
