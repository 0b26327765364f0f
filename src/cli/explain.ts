import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { isRuleId, RULES } from "../invites/rules/registry.js";
import type { Needs } from "../invites/rules/rule.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import { summaryOf } from "../report/messages/words.js";
import { pageLines, rulePage } from "../report/rule-pages.js";
import type { Style } from "../report/style.js";
import { padTo, widest, wrap } from "../report/text-width.js";
import { noRule } from "./option-values.js";
import { styleFor } from "./style.js";

/** `tfinvite explain [RULE]`: the page of a rule, or without one the list of all. */
export async function explain(name: string | undefined, io: Io): Promise<ExitStatus> {
  const style = styleFor(io.stdout, io);
  if (name === undefined) {
    io.stdout.write(listRules(style));
    return { code: EXIT.ok };
  }
  if (!isRuleId(name)) throw noRule(name, Object.keys(RULES));
  const page = rulePage(name);
  if (page === undefined) {
    throw new Failure(`the page of ${name} is missing from this installation`, "Reinstall tfinvite.");
  }
  io.stdout.write(io.stdout.isTTY === true ? forTerminal(page, style) : page);
  return { code: EXIT.ok };
}

/** All rules by what they need, in columns. */
function listRules(style: Style): string {
  const rules = Object.values(RULES);
  const groups: readonly (readonly [string, Needs])[] = [
    ["Files only, by lint and check:", "static"],
    ["With live statuses, by check:", "live"],
    ["With a plan, by check --plan:", "plan"],
  ];
  const width = widest(rules.map(({ id }) => id));
  const blocks = groups.map(([heading, needs]) => {
    const lines = rules
      .filter((rule) => rule.needs === needs)
      .map(
        ({ id, severity, fixable }) =>
          `  ${padTo(id, width)}  ${padTo(severity, 7)}  ${fixable ? "fix" : "   "}  ${summaryOf(id)}`,
      );
    return [style.bold(heading), ...lines].join("\n");
  });
  return `${blocks.join("\n\n")}\n\nfix: tfinvite lint --fix fixes it where that is safe\ntfinvite explain RULE shows its page\n`;
}

/** Wider lines are hard to read. */
const WIDEST = 100;

/** A page for a terminal: bold headings, indented code, tables as lists, no Markdown marks. */
export function forTerminal(page: string, style: Style): string {
  const width = Math.min(style.width ?? WIDEST, WIDEST);
  const lines = pageLines(page).flatMap((line) => {
    if (line.kind === "fence") return [];
    if (line.kind === "code") return [line.text === "" ? "" : `    ${style.cyan(line.text)}`];
    if (line.kind === "row") return tableRow(line.cells.map(plainText), line.columns.map(plainText), width, style);
    const heading = /^#+ (.*)/.exec(line.text)?.[1];
    return heading === undefined ? wrap(plainText(line.text), width) : [style.bold(heading)];
  });
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Links as text with the address after it; code without its marks. */
function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\((\S+?)\)/g, "$1 ($2)").replaceAll("`", "");
}

/** A row as a list: its first cell, then each other cell after its column's name. A table seldom fits a terminal. */
function tableRow(cells: readonly string[], columns: readonly string[], width: number, style: Style): string[] {
  const [name = "", ...others] = cells;
  const lines = others.flatMap((cell, index) =>
    wrap(`${columns[index + 1] ?? ""}: ${cell}`, width - 4).map(
      (line, number) => `${number === 0 ? "  " : "    "}${line}`,
    ),
  );
  return [style.bold(name), ...lines];
}
