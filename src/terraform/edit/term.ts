import { defined } from "../../base/defined.js";
import type { Expression, TraversalStep } from "../configuration/syntax/syntax.js";
import { literalText, visitExpression } from "../configuration/syntax/traversal.js";
import { isJsonFile } from "../files/file-names.js";
import { quoteHclString } from "../hcl-string.js";
import { indentAt } from "./positions.js";

/** An expression to be written down somewhere else, in either syntax. */
export interface Term {
  /** In native syntax. */
  readonly hcl: string;
  /** Where it is a plain string: that. */
  readonly text?: string;
}

export function literalTerm(text: string): Term {
  return { hcl: quoteHclString(text), text };
}

/** A name to be written in the place of the first steps of references: `project` for `projects.value`. */
export interface Renaming {
  readonly root: string;
  readonly step: string;
  readonly to: string;
}

/**
 * An expression in native syntax; undefined where that is not certain from the written text alone. `text` is the text
 * of its file.
 */
export function termOf(expression: Expression, text: string, renamings: readonly Renaming[] = []): Term | undefined {
  if (isJsonFile(expression.range.file)) return jsonTerm(expression, text, renamings);
  const { start, end } = expression.range;
  const written = renamed(expression, text, [start.offset, end.offset], renamings);
  // A heredoc's lines cannot be moved without changing what they say.
  if (written === undefined || (written.includes("<<") && written.includes("\n"))) return undefined;
  const margin = indentAt(text, start.offset);
  const hcl = written.replace(/\n[ \t]*/g, (line) =>
    line.startsWith(`\n${margin}`) ? `\n${line.slice(margin.length + 1)}` : line,
  );
  return { hcl, ...defined({ text: literalText(expression) }) };
}

function jsonTerm(expression: Expression, text: string, renamings: readonly Renaming[]): Term | undefined {
  const { start, end } = expression.range;
  const written = text.slice(start.offset, end.offset);
  const all = <T>(list: readonly (T | undefined)[]): T[] | undefined =>
    list.some((one) => one === undefined) ? undefined : list.flatMap((one) => one ?? []);
  switch (expression.kind) {
    case "literal":
      return typeof expression.value === "string" ? literalTerm(expression.value) : { hcl: String(expression.value) };
    case "tuple": {
      if (!written.startsWith("[")) break;
      const items = all(expression.items.map((item) => jsonTerm(item, text, renamings)));
      return items && { hcl: `[${items.map(({ hcl }) => hcl).join(", ")}]` };
    }
    case "object": {
      if (!written.startsWith("{")) break;
      const members = all(
        expression.items.map(({ key, value }) => {
          const [left, right] = [jsonTerm(key, text, renamings), jsonTerm(value, text, renamings)];
          if (left === undefined || right === undefined) return undefined;
          return `${left.text === undefined ? `(${left.hcl})` : left.hcl} = ${right.hcl}`;
        }),
      );
      return members && { hcl: `{ ${members.join(", ")} }` };
    }
    case "template": {
      // Quotes and escapes would have to be written in another way between HCL's own quotes.
      if (!written.startsWith('"') || written.includes("\\")) return undefined;
      const hcl = renamed(expression, text, [start.offset, end.offset], renamings);
      return hcl === undefined ? undefined : { hcl };
    }
    default:
      break;
  }
  const [open = "", close = ""] = [/^"\$\{~?\s*/.exec(written)?.[0], /\s*~?\}"$/.exec(written)?.[0]];
  if (open === "" || close === "") return undefined;
  const inner = renamed(expression, text, [start.offset + open.length, end.offset - close.length], renamings);
  return inner === undefined ? undefined : decoded(inner);
}

function decoded(raw: string): Term | undefined {
  try {
    const value: unknown = JSON.parse(`"${raw}"`);
    return typeof value === "string" ? { hcl: value } : undefined;
  } catch {
    return undefined;
  }
}

/** A stretch of an expression with the renamings made in it; undefined where a reference is not written plainly. */
function renamed(
  expression: Expression,
  text: string,
  [start, end]: readonly [number, number],
  renamings: readonly Renaming[],
): string | undefined {
  const edits: { readonly at: number; readonly length: number; readonly to: string }[] = [];
  let possible = true;
  visitExpression(expression, (one) => {
    // A name that is bound in the expression may be the same.
    if (one.kind === "for" && renamings.length > 0) possible = false;
    if (one.kind !== "reference" || !renamings.some(({ root }) => root === one.root)) return;
    const renaming = renamings.find(({ root, step }) => root === one.root && isNamed(one.steps[0], step));
    const at = Math.max(one.range.start.offset, start);
    const from = `${renaming?.root}.${renaming?.step}`;
    if (renaming === undefined || !text.startsWith(from, at)) possible = false;
    else edits.push({ at, length: from.length, to: renaming.to });
  });
  if (!possible) return undefined;
  return edits
    .sort((a, b) => b.at - a.at)
    .reduce(
      (done, { at, length, to }) => done.slice(0, at - start) + to + done.slice(at - start + length),
      text.slice(start, end),
    );
}

function isNamed(step: TraversalStep | undefined, name: string): boolean {
  return step?.kind === "attribute" && step.name === name;
}

/** Whether an expression refers to one of the names. */
export function mentions(expression: Expression, roots: readonly string[]): boolean {
  let found = false;
  visitExpression(expression, (one) => {
    if (one.kind === "reference" && roots.includes(one.root)) found = true;
  });
  return found;
}
