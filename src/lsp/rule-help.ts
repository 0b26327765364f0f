import {
  type CompletionItem,
  CompletionItemKind,
  type Hover,
  MarkupKind,
  type Position,
  type Range,
} from "vscode-languageserver/node";
import type { RuleId } from "../invites/rules/finding.js";
import { isRuleId, RULES } from "../invites/rules/registry.js";
import { docsUrl } from "../invites/rules/rule.js";
import { ABOUT_POLICY } from "../policy/settings.js";
import { suppressionsOf } from "../policy/suppression-comments.js";
import { summaryOf } from "../report/messages/words.js";
import { pageLines, rulePage } from "../report/rule-pages.js";
import { comparePositions, editorRange } from "./document.js";
import type { ModuleView } from "./workspace.js";

/** The page of the rule that a place is about: that of a finding there, or of a name in a suppression comment. */
export async function hoverAt(
  view: ModuleView,
  file: string,
  position: Position,
  markdown: boolean,
): Promise<Hover | null> {
  const subjects = [...rulesInComments(view, file), ...rulesOfFindings(view, file)].filter(
    ({ range }) => comparePositions(range.start, position) <= 0 && comparePositions(position, range.end) <= 0,
  );
  const [first] = subjects;
  if (first === undefined) return null;
  const rules = [...new Set(subjects.map(({ rule }) => rule))];
  const pages = rules.map(pageOf);
  const kind = markdown ? MarkupKind.Markdown : MarkupKind.PlainText;
  return { range: first.range, contents: { kind, value: pages.join("\n\n---\n\n") } };
}

interface RulePlace {
  readonly rule: RuleId;
  readonly range: Range;
}

function rulesOfFindings({ findings }: ModuleView, file: string): RulePlace[] {
  const here = findings.filter((shown) => shown.file === file);
  return here.map(({ finding, diagnostic }) => ({ rule: finding.rule, range: diagnostic.range }));
}

function rulesInComments({ lint, textOf }: ModuleView, file: string): RulePlace[] {
  const text = textOf(file);
  const parsed = lint?.outcome.files.find((one) => lint.absolute(one.file) === file);
  if (text === undefined || parsed === undefined) return [];
  return suppressionsOf(parsed).flatMap(({ names }) =>
    names.flatMap(({ name, range }) => (isRuleId(name) ? [{ rule: name, range: editorRange(text, range) }] : [])),
  );
}

function pageOf(rule: RuleId): string {
  const page = rulePage(rule) ?? `# ${rule}\n\n${summaryOf(rule)}`;
  return `${hoverPage(page)}\n\n[${rule}](${docsUrl(rule)})`;
}

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

/** A list of rules that is being written in a suppression comment, up to the cursor. */
const IN_RULE_LIST = /tfinvite-ignore(?:-file)?[ \t]*:[ \t]*(?:[\w-]+[ \t]*,[ \t]*)*[\w-]*$/;

/** The names of rules, where a suppression comment is being written. `before` is the line up to the cursor. */
export function ruleCompletions(before: string): CompletionItem[] {
  if (!IN_RULE_LIST.test(before)) return [];
  return Object.values(RULES)
    .filter(({ id }) => !ABOUT_POLICY.has(id))
    .map(({ id }) => ({ label: id, kind: CompletionItemKind.EnumMember, detail: summaryOf(id) }));
}
