import stringWidth from "string-width";
import { uniqueBy } from "../base/group-by.js";
import type { Finding } from "../invites/rules/finding.js";
import { directoriesText } from "./by-directory.js";
import { type NextStep, nextSteps } from "./next-steps.js";
import type { Report } from "./report.js";
import type { Style, TextContext } from "./style.js";
import { textWidth, widest, wrap } from "./text-width.js";

/** Commands beside which their purpose finds room. */
const WIDEST_COMMAND = 48;

/** What to do next and where to read more, for formats that say neither. */
export function closingText(report: Report, context: TextContext): string {
  const where = directoriesText(report, context);
  const lines = [
    ...(where === undefined ? [] : wrap(where, context.style.width)),
    ...nextLines(nextSteps(report, context), context.style),
    ...moreLine(report.findings, context),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** The last paragraph: what to do next, one command a line with its purpose beside it, or below it where it is long. */
export function nextLines(steps: readonly NextStep[], style: Style): string[] {
  if (steps.length === 0) return [];
  const width = widest(steps.map(({ command }) => command).filter((command) => stringWidth(command) <= WIDEST_COMMAND));
  const lines = steps.flatMap(({ command, purpose }) => {
    const beside = textWidth(style, width + 4);
    if (stringWidth(command) > width || (beside !== undefined && beside < 24)) {
      const below = wrap(purpose, textWidth(style, 4)).map((line) => `    ${line}`);
      return [...command.split("\n").map((line) => `  ${style.bold(line)}`), ...below];
    }
    const [first = "", ...rest] = wrap(purpose, beside);
    const gap = " ".repeat(width - stringWidth(command) + 2);
    return [`  ${style.bold(command)}${gap}${first}`, ...rest.map((line) => " ".repeat(width + 4) + line)];
  });
  return ["Next:", ...lines];
}

/** Where to read about the rules that found something; nothing where none did. */
export function moreLine(
  findings: readonly Pick<Finding, "rule" | "docs">[],
  { style, given }: Pick<TextContext, "style" | "given">,
): string[] {
  const rules = uniqueBy(findings, ({ rule }) => rule);
  const [first, ...others] = rules;
  if (first === undefined) return [];
  const rule = others.length === 0 ? first.rule : "RULE";
  const page = first.docs.replace(first.rule, rule);
  const lines = wrap(`More: ${(given?.program ?? ["tfinvite"]).join(" ")} explain ${rule}, or ${page}`, style.width);
  return lines.map((line) => style.dim(line));
}
