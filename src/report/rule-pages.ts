import type { Report } from "./report.js";
import type { Style } from "./style.js";
import { wrap } from "./text.js";

const MORE = "tfinvite explain RULE says more, as do these pages:";

/** Where to read about the rules that found something, one a line under a heading; empty where none did. */
export function rulePages({ findings }: Pick<Report, "findings">, style: Style): string {
  const pages = [...new Set(findings.map(({ docs }) => docs))].sort();
  if (pages.length === 0) return "";
  // Each address ends with the rule's name, and stays in one piece, so that it can be copied and clicked on.
  const lines = [...wrap(MORE, style.width).map(style.dim), ...pages.map((page) => `  ${page}`)];
  return lines.map((line) => `${line}\n`).join("");
}
