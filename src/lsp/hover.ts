import { type Hover, MarkupKind, type Position, type Range } from "vscode-languageserver/node";
import type { RuleId } from "../invites/rules/finding.js";
import { isRuleId } from "../invites/rules/registry.js";
import { docsUrl } from "../invites/rules/rule.js";
import { suppressionsOf } from "../policy/suppression-comments.js";
import { summaryOf } from "../report/messages/words.js";
import { rulePage } from "../report/rule-pages.js";
import { editorRange } from "./document.js";
import { hoverPage } from "./hover-page.js";
import type { ModuleView } from "./workspace.js";

/** The page of the rule that a place is about: that of a finding there, or of a name in a suppression comment. */
export async function hoverAt(
  view: ModuleView,
  file: string,
  position: Position,
  markdown: boolean,
): Promise<Hover | null> {
  const subjects = [...rulesInComments(view, file), ...rulesOfFindings(view, file)].filter(({ range }) =>
    holds(range, position),
  );
  const [first] = subjects;
  if (first === undefined) return null;
  const rules = [...new Set(subjects.map(({ rule }) => rule))];
  const pages = await Promise.all(rules.map(pageOf));
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

async function pageOf(rule: RuleId): Promise<string> {
  const page = (await rulePage(rule)) ?? `# ${rule}\n\n${summaryOf(rule)}`;
  return `${hoverPage(page)}\n\n[${rule}](${docsUrl(rule)})`;
}

function holds({ start, end }: Range, { line, character }: Position): boolean {
  const before = line < start.line || (line === start.line && character < start.character);
  const behind = line > end.line || (line === end.line && character > end.character);
  return !before && !behind;
}
