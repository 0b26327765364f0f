import type {
  Body,
  Expression,
  ParsedFile,
  TraversalStep,
} from "../../../../src/terraform/configuration/syntax/syntax.js";
import type { SourceRange } from "../../../../src/terraform/source-range.js";

/** Blocks that a body in JSON syntax is asked for, with their numbers of labels. */
const BLOCK_TYPES: readonly (readonly [string, number])[] = [
  ["resource", 2],
  ["data", 2],
  ["variable", 1],
  ["output", 1],
  ["module", 1],
  ["provider", 1],
  ["locals", 0],
  ["terraform", 0],
  ["moved", 0],
  ["lifecycle", 0],
  ["projects", 0],
];

type Printed = { readonly [key: string]: string | Printed };

/** A parsed file as JSON that a person can check: `name @line:column-line:column` with the text there. */
export function printFile(parsed: ParsedFile): string {
  const problems = parsed.problems.map(({ message, range }) => `${message} @${place(range)}`);
  return `${JSON.stringify({ body: printBody(parsed.body, parsed.language), problems }, undefined, 2)}\n`;
}

function printBody(body: Body, language: ParsedFile["language"]): Printed {
  const blocks =
    language === "hcl" ? body.allBlocks() : BLOCK_TYPES.flatMap(([type, labels]) => body.blocks(type, labels));
  const types = new Set(blocks.map(({ type }) => type));
  const attributes = body.attributes().filter(({ name }) => language === "hcl" || !types.has(name));
  return Object.fromEntries([
    ...attributes.map(({ name, nameRange, value }) => [`${name} @${place(nameRange)}`, printPlaced(value)]),
    ...blocks.map((block) => [
      `${[block.type, ...block.labels.map(({ value }) => JSON.stringify(value))].join(" ")} @${place(block.range)} header @${place(block.headerRange)}`,
      printBody(block.body, language),
    ]),
  ]);
}

function printPlaced(expression: Expression): string {
  return `${printExpression(expression)} @${place(expression.range)}`;
}

export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return JSON.stringify(expression.value);
    case "template":
      return `template(${expression.parts.map((part) => (typeof part === "string" ? JSON.stringify(part) : printPlaced(part))).join(", ")})`;
    case "reference":
      return `${expression.root}${printSteps(expression.steps)}`;
    case "access":
      return `<${printExpression(expression.source)}>${printSteps(expression.steps)}`;
    case "call":
      return `${expression.name}(${expression.args.map(printPlaced).join(", ")}${expression.expandLast ? "..." : ""})`;
    case "tuple":
      return `[${expression.items.map(printPlaced).join(", ")}]`;
    case "object":
      return `{${expression.items.map(({ key, value }) => `${printPlaced(key)} = ${printPlaced(value)}`).join(", ")}}`;
    case "for": {
      const { keyName, valueName, collection, key, value, condition, grouped } = expression;
      const names = keyName === undefined ? valueName : `${keyName}, ${valueName}`;
      const result = `${key === undefined ? "" : `${printExpression(key)} => `}${printExpression(value)}${grouped ? "..." : ""}`;
      const filter = condition === undefined ? "" : ` if ${printExpression(condition)}`;
      return `for(${names} in ${printExpression(collection)}: ${result}${filter})`;
    }
    case "conditional":
      return `(${printExpression(expression.condition)} ? ${printExpression(expression.whenTrue)} : ${printExpression(expression.whenFalse)})`;
    case "operation":
      return `(${[expression.operator, ...expression.operands.map(printExpression)].join(" ")})`;
    case "unsupported":
      return "unsupported";
  }
}

function printSteps(steps: readonly TraversalStep[]): string {
  return steps
    .map((step) => {
      if (step.kind === "splat") return "[*]";
      return step.kind === "attribute" ? `.${step.name}` : `[${printExpression(step.key)}]`;
    })
    .join("");
}

export function place({ start, end }: SourceRange): string {
  return `${start.line}:${start.column}-${end.line}:${end.column}`;
}
