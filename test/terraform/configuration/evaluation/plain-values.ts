import { expect } from "vitest";
import type { Body, Expression, ParsedFile } from "../../../../src/terraform/configuration/syntax/syntax.js";
import type { SourceRange } from "../../../../src/terraform/source-range.js";

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** The value of an expression of literals, or undefined if a part of it is not a literal. */
export function plainValue(expression: Expression): Plain | undefined {
  if (expression.kind === "literal") return expression.value;
  if (expression.kind === "operation" && expression.operator === "-" && expression.operands.length === 1) {
    const [operand] = expression.operands;
    const value = operand === undefined ? undefined : plainValue(operand);
    return typeof value === "number" ? -value : undefined;
  }
  if (expression.kind === "tuple") {
    const items = expression.items.map(plainValue);
    return items.includes(undefined) ? undefined : items.flatMap((item) => (item === undefined ? [] : [item]));
  }
  if (expression.kind !== "object") return undefined;
  const entries: [string, Plain][] = [];
  for (const item of expression.items) {
    const [key, value] = [plainValue(item.key), plainValue(item.value)];
    if (key === undefined || value === undefined || typeof key === "object") return undefined;
    entries.push([String(key), value]);
  }
  return Object.fromEntries(entries);
}

/** hcl2json writes strings as templates: a literal `${` is doubled. */
export function asTemplate(value: Plain): Plain {
  if (typeof value === "string") return value.replace(/[$%]\{/g, (start) => start.slice(0, 1) + start);
  if (Array.isArray(value)) return value.map(asTemplate);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [asTemplate(key), asTemplate(member)]));
}

/** Reads every value of a file, and compares every range with the text. */
export function expectRangesInside(parsed: Pick<ParsedFile, "body" | "problems" | "text">): void {
  const check = ({ start, end }: SourceRange): void => {
    const inside = start.offset >= 0 && start.offset <= end.offset && end.offset <= parsed.text.length;
    if (!inside || start.line < 1 || start.column < 1)
      expect.fail(`range ${start.offset}-${end.offset} of ${parsed.text.length}`);
  };
  const visitExpression = (expression: Expression): void => {
    check(expression.range);
    switch (expression.kind) {
      case "template":
        for (const part of expression.parts) if (typeof part !== "string") visitExpression(part);
        break;
      case "access":
        visitExpression(expression.source);
        for (const step of expression.steps) if (step.kind === "index") visitExpression(step.key);
        break;
      case "reference":
        for (const step of expression.steps) if (step.kind === "index") visitExpression(step.key);
        break;
      case "call":
        expression.args.forEach(visitExpression);
        break;
      case "tuple":
        expression.items.forEach(visitExpression);
        break;
      case "object":
        for (const { key, value } of expression.items) {
          visitExpression(key);
          visitExpression(value);
        }
        break;
      case "for":
        for (const inner of [expression.collection, expression.key, expression.value, expression.condition]) {
          if (inner !== undefined) visitExpression(inner);
        }
        break;
      case "conditional":
        for (const inner of [expression.condition, expression.whenTrue, expression.whenFalse]) visitExpression(inner);
        break;
      case "operation":
        expression.operands.forEach(visitExpression);
        break;
      case "literal":
      case "unsupported":
        break;
    }
  };
  const visitBody = (body: Body): void => {
    check(body.range);
    for (const attribute of body.attributes()) {
      check(attribute.nameRange);
      check(attribute.range);
      visitExpression(attribute.value);
    }
    for (const block of [...body.allBlocks(), ...body.blocks("resource", 2), ...body.blocks("variable", 1)]) {
      check(block.range);
      check(block.headerRange);
      for (const label of block.labels) check(label.range);
      visitBody(block.body);
    }
  };
  visitBody(parsed.body);
  for (const { range } of parsed.problems) check(range);
}
