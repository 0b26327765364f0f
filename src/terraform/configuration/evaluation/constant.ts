import type { Expression, ParsedFile } from "../syntax/syntax.js";
import type { EvaluationBudget } from "./budget.js";
import { constantScope, evaluate } from "./evaluate.js";
import { failed, listValue, NULL, type ObjectEntry, objectValue, stringValue, type Value } from "./value.js";

/**
 * The value of an expression in a place where Terraform allows no names: variable files and defaults.
 * JSON strings are taken as they stand there, `${` and all.
 */
export function constantValue(expression: Expression, file: ParsedFile, budget: EvaluationBudget): Value {
  return file.language === "json" ? jsonValue(expression, file, budget) : evaluate(expression, constantScope(budget));
}

function jsonValue(expression: Expression, file: ParsedFile, budget: EvaluationBudget): Value {
  const origin = { source: expression.range };
  switch (expression.kind) {
    case "tuple":
      return listValue(
        expression.items.map((item) => jsonValue(item, file, budget)),
        origin,
      );
    case "object": {
      const entries = new Map<string, ObjectEntry>();
      for (const { key, value } of expression.items) {
        const name = jsonText(key, file);
        if (name === undefined) return failed("a name is required");
        entries.set(name, {
          value: jsonValue(value, file, budget),
          source: { file: key.range.file, start: key.range.start, end: value.range.end },
          keySource: key.range,
        });
      }
      return objectValue(entries, origin);
    }
    case "literal":
      if (typeof expression.value !== "string") {
        return expression.value === null ? { ...NULL, ...origin } : evaluate(expression, constantScope(budget));
      }
  }
  const text = jsonText(expression, file);
  return text === undefined ? evaluate(expression, constantScope(budget)) : stringValue(text, origin);
}

/** A string as JSON reads it, without the templates that Terraform sees in it elsewhere. */
function jsonText({ range }: Expression, file: ParsedFile): string | undefined {
  try {
    const parsed: unknown = JSON.parse(file.text.slice(range.start.offset, range.end.offset));
    return typeof parsed === "string" ? parsed : undefined;
  } catch {
    return undefined;
  }
}
