import { readInstalledFile } from "../base/installed-files.js";
import type { RuleId } from "../invites/rules/finding.js";

/** The page of a rule, as it is published with the package: Markdown. Undefined where the installation lacks it. */
export function rulePage(id: RuleId): string | undefined {
  return readInstalledFile(`docs/rules/${id}.md`)?.toString("utf8");
}

/** A page without what is in it for tests only. */
export function shownPage(page: string): string {
  return page.replace(/<!--[\s\S]*?-->\n/g, "");
}

/** A line of a rule's page; of a table's rows, each with the names of its columns. */
export type PageLine =
  | { readonly kind: "fence" | "code" | "text"; readonly text: string }
  | { readonly kind: "row"; readonly cells: readonly string[]; readonly columns: readonly string[] };

/** A page in Markdown line by line, without what is in it for tests only, and without what frames a table. */
export function pageLines(page: string): PageLine[] {
  let inCode = false;
  let columns: readonly string[] | undefined;
  return shownPage(page)
    .split("\n")
    .flatMap((text): PageLine[] => {
      const isFence = text.startsWith("```");
      if (isFence) inCode = !inCode;
      if (isFence || inCode || !text.startsWith("|")) {
        columns = undefined;
        return [{ kind: isFence ? "fence" : inCode ? "code" : "text", text }];
      }
      const cells = cellsOf(text);
      if (columns === undefined) {
        columns = cells;
        return [];
      }
      return /^[|\s:-]+$/.test(text) ? [] : [{ kind: "row", cells, columns }];
    });
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}
