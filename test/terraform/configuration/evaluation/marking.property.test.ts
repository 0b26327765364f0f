import { describe, expect, test } from "vitest";
import { newBudget } from "../../../../src/terraform/configuration/evaluation/budget.js";
import { evaluate, type Scope } from "../../../../src/terraform/configuration/evaluation/evaluate.js";
import {
  fromElsewhere,
  marksIn,
  sensitiveValue,
  shownText,
} from "../../../../src/terraform/configuration/evaluation/marking.js";
import { partsOf, stringValue, type Value } from "../../../../src/terraform/configuration/evaluation/value.js";
import { parseFile } from "../../../../src/terraform/configuration/syntax/parse-file.js";
import type { Expression } from "../../../../src/terraform/configuration/syntax/syntax.js";
import { readTable, tableScope } from "./expression-table.js";

/** Every literal text of an expression, with the expression that has a marked name in its place. */
function withMarked(expression: Expression): { text: string; expression: Expression }[] {
  const found: { text: string; expression: Expression }[] = [];
  for (let wanted = 0; ; wanted += 1) {
    let seen = -1;
    let text: string | undefined;
    const replaced = JSON.parse(
      JSON.stringify(expression, (_, part: unknown) => {
        if (!isLiteralText(part)) return part;
        seen += 1;
        if (seen !== wanted) return part;
        text = part.value;
        return { kind: "reference", root: "marked", steps: [], range: part.range };
      }),
    ) as Expression;
    if (text === undefined) return found;
    found.push({ text, expression: replaced });
  }
}

function isLiteralText(part: unknown): part is Expression & { kind: "literal"; value: string } {
  return (
    typeof part === "object" &&
    part !== null &&
    "kind" in part &&
    part.kind === "literal" &&
    "value" in part &&
    typeof part.value === "string"
  );
}

async function parse(text: string): Promise<Expression | undefined> {
  const { body } = await parseFile("x.tf", `value = ${text}\n`, { validate: false });
  return body.attribute("value")?.value;
}

const OTHERS = ["", "a", "zebra", "10", "ANN", "x,y"];

/** The places where two results differ without a mark on the place or around it. */
function unmarked(one: Value, other: Value, isMarked: (value: Value) => boolean, at = ""): string[] {
  if (isMarked(one) || isMarked(other)) return [];
  if (one.kind === "unknown" || other.kind === "unknown") return [];
  if (one.kind === "object" && other.kind === "object") {
    const keys = new Set([...one.entries.keys(), ...other.entries.keys()]);
    return [...keys].flatMap((key) => {
      const [a, b] = [one.entries.get(key), other.entries.get(key)];
      if (a === undefined || b === undefined) return (a ?? b)?.keyMarks === undefined ? [`${at} has ${key}`] : [];
      return unmarked(a.value, b.value, isMarked, `${at}.${key}`);
    });
  }
  if ("elements" in one && "elements" in other) {
    if (one.elements.length !== other.elements.length) return [`${at} is of another length`];
    return one.elements.flatMap((element, index) => {
      const twin = other.elements[index];
      return twin === undefined ? [] : unmarked(element, twin, isMarked, `${at}[${index}]`);
    });
  }
  const text = (value: Value) => ("value" in value ? String(value.value) : value.kind);
  return text(one) === text(other) ? [] : [`${at || "it"}: ${text(one)} and ${text(other)}`];
}

describe("values that depend on a marked text are marked", () => {
  test.each(["sensitive", "from elsewhere"])("%s", async (kind) => {
    const mark = (text: string) =>
      kind === "sensitive" ? sensitiveValue(stringValue(text)) : fromElsewhere(stringValue(text), "var.marked");
    const isMarked = (value: Value) =>
      kind === "sensitive" ? value.marks?.sensitive === true : value.marks?.elsewhere !== undefined;
    const base = await tableScope();
    const resultOf = (expression: Expression, text: string): Value => {
      const marked = mark(text);
      const scope: Scope = {
        ...base,
        budget: newBudget(),
        resolve: (root, ...rest) => (root === "marked" ? { value: marked, consumed: 0 } : base.resolve(root, ...rest)),
      };
      return evaluate(expression, scope);
    };
    const wrong: string[] = [];
    let influenced = 0;
    for (const { expression: text } of [...readTable().values()].flat()) {
      const parsed = await parse(text);
      // A value declared with nonsensitive() is not a secret.
      if (parsed === undefined || text.includes("nonsensitive")) continue;
      for (const { text: given, expression } of withMarked(parsed)) {
        const one = resultOf(expression, given);
        for (const other of OTHERS) {
          if (other === given) continue;
          const twin = resultOf(expression, other);
          if (marksIn(one) !== undefined) influenced += 1;
          for (const place of unmarked(one, twin, isMarked)) wrong.push(`${text}, with ${given} as ${other}: ${place}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(influenced).toBeGreaterThan(2000);
  });
});

describe("values made from a text from outside are not shown", () => {
  test("in none of the expressions of the table", async () => {
    const base = await tableScope();
    const marked = fromElsewhere(stringValue("Ann.Secret@example.com"), "var.marked");
    const shown: string[] = [];
    for (const { expression: text } of [...readTable().values()].flat()) {
      const parsed = await parse(text);
      if (parsed === undefined) continue;
      for (const { expression } of withMarked(parsed)) {
        const scope: Scope = {
          ...base,
          budget: newBudget(),
          resolve: (root, ...rest) =>
            root === "marked" ? { value: marked, consumed: 0 } : base.resolve(root, ...rest),
        };
        const look = (value: Value): void => {
          partsOf(value).forEach(look);
          if (value.kind !== "string") return;
          const { text: seen } = shownText(value, "key");
          if (seen !== undefined && /secret/i.test(seen) && seen !== "Ann.Secret@example.com")
            shown.push(`${text}: ${seen}`);
        };
        look(evaluate(expression, scope));
      }
    }
    expect(shown).toEqual([]);
  });
});
