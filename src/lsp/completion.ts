import { type CompletionItem, CompletionItemKind } from "vscode-languageserver/node";
import { RULES } from "../invites/rules/registry.js";
import { summaryOf } from "../report/messages/words.js";

/** A list of rules that is being written in a suppression comment, up to the cursor. */
const IN_RULE_LIST = /tfinvite-ignore(?:-file)?[ \t]*:[ \t]*(?:[\w-]+[ \t]*,[ \t]*)*[\w-]*$/;

/** The names of rules, where a suppression comment is being written. `before` is the line up to the cursor. */
export function ruleCompletions(before: string): CompletionItem[] {
  if (!IN_RULE_LIST.test(before)) return [];
  return Object.values(RULES)
    .filter(({ id }) => id !== "unused-suppression" && id !== "stale-baseline")
    .map(({ id }) => ({ label: id, kind: CompletionItemKind.EnumMember, detail: summaryOf(id) }));
}
