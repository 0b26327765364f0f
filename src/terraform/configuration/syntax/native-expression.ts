import { defined } from "../../../base/defined.js";
import type { SourceRange } from "../../source-range.js";
import { type Expression, MAX_DEPTH, type ObjectItem, type SourceText, type TraversalStep } from "./syntax.js";
import {
  decodeTemplateText,
  layOutTemplate,
  splitTemplate,
  type TemplateStyle,
  type TemplateToken,
} from "./template.js";
import { type Directive, nestDirectives, readDirective } from "./template-directives.js";
import type { SyntaxNode, SyntaxParser } from "./tree-sitter.js";

const NO_LEAVES: ReadonlySet<string> = new Set();
/** tree-sitter's grammar starts with a file, so an expression is parsed as the value of an attribute. */
const PREFIX = "_=";

/** The expression in that range of the text; `unsupported` if it is not an expression. Never throws. */
export function readExpression(
  parser: SyntaxParser,
  source: SourceText,
  start: number,
  end: number,
  depth = 0,
): Expression {
  const unsupported: Expression = { kind: "unsupported", range: source.range(start, end) };
  if (depth > MAX_DEPTH) return unsupported;
  // The closing marker of a heredoc needs a line end behind it.
  const text = `${PREFIX}${source.text.slice(start, end)}\n`;
  const root = parser.parse(text, NO_LEAVES);
  const attributes = root?.children[0]?.children ?? [];
  const expression = attributes[0]?.children[2];
  if (attributes.length !== 1 || attributes[0]?.type !== "attribute" || expression === undefined) return unsupported;
  const offset = start - PREFIX.length;
  const reader = new ExpressionReader(parser, text, (from, to) => source.range(from + offset, to + offset));
  return reader.read(expression, depth);
}

/** A template's text between the quotes as an expression whose place is `range`. */
export function readTemplate(
  parser: SyntaxParser | undefined,
  source: SourceText,
  start: number,
  end: number,
  style: TemplateStyle,
  range: SourceRange,
): Expression {
  const parts = templateParts(source.text, start, end, style, false, (piece) =>
    parser === undefined
      ? { kind: "unsupported", range }
      : readExpression(parser, source, piece.expressionStart, piece.expressionEnd),
  );
  return templateExpression(parts, range);
}

class ExpressionReader {
  readonly #parser: SyntaxParser;
  readonly #text: string;
  readonly #range: (start: number, end: number) => SourceRange;

  constructor(parser: SyntaxParser, text: string, range: (start: number, end: number) => SourceRange) {
    this.#parser = parser;
    this.#text = text;
    this.#range = range;
  }

  /** `expression` nodes hold one term, which is a flat list: the term proper and the steps behind it. */
  read(node: SyntaxNode, depth: number): Expression {
    if (depth > MAX_DEPTH) return this.#unsupported(node);
    const only = node.children[0];
    if (node.children.length === 1 && only?.type === "conditional") return this.#conditional(only, depth);
    return this.#term(node, node.children, depth);
  }

  #term(owner: SyntaxNode, nodes: readonly SyntaxNode[], depth: number): Expression {
    const first = nodes[0];
    if (first === undefined || depth > MAX_DEPTH) return this.#unsupported(owner);
    if (first.type === "(") {
      const [, inner, close] = nodes;
      if (inner === undefined || close === undefined) return this.#unsupported(owner);
      const source = { ...this.read(inner, depth + 1), range: this.#range(first.start, close.end) };
      return this.#withSteps(source, false, nodes.slice(3), depth);
    }
    return this.#withSteps(this.#primary(first, depth), first.type === "variable_expr", nodes.slice(1), depth);
  }

  #primary(node: SyntaxNode, depth: number): Expression {
    const range = this.#range(node.start, node.end);
    if (node.type === "variable_expr") return { kind: "reference", root: this.#textOf(node), steps: [], range };
    if (node.type === "function_call") return this.#call(node, depth);
    const inner = node.children[0];
    if (inner === undefined) return { kind: "unsupported", range };
    switch (node.type) {
      case "literal_value":
        return this.#literal(inner, depth);
      case "template_expr":
        return this.#template(inner, depth);
      case "collection_value":
        return this.#collection(inner, depth);
      case "for_expr":
        return this.#for(inner, depth);
      case "operation":
        return this.#operation(inner, depth);
      default:
        return { kind: "unsupported", range };
    }
  }

  #literal(node: SyntaxNode, depth: number): Expression {
    const range = this.#range(node.start, node.end);
    const text = this.#textOf(node);
    switch (node.type) {
      case "numeric_lit":
        // The grammar knows hexadecimal numbers, HCL does not.
        if (text.startsWith("0x")) return { kind: "unsupported", range };
        return { kind: "literal", value: Number(text), digits: text, range };
      case "bool_lit":
        return { kind: "literal", value: text === "true", range };
      case "null_lit":
        return { kind: "literal", value: null, range };
      case "string_lit":
        return this.#template(node, depth);
      default:
        return { kind: "unsupported", range };
    }
  }

  #template(node: SyntaxNode, depth: number): Expression {
    const range = this.#range(node.start, node.end);
    const heredoc = node.type === "heredoc_template";
    const [start, end] = heredoc ? this.#heredocContent(node) : [node.start + 1, node.end - 1];
    const style = heredoc ? "bare" : "quoted";
    const stripIndent = heredoc && this.#text.startsWith("<<-", node.start);
    const known = new Map(
      node.children.filter(({ type }) => type === "template_interpolation").map((child) => [child.start, child]),
    );
    const parts = templateParts(this.#text, start, end, style, stripIndent, (piece) => {
      const expression = known.get(piece.start)?.children.find(({ type }) => type === "expression");
      if (expression !== undefined) return this.read(expression, depth + 1);
      // The grammar reads `$$${` and a few lines of heredocs in another way than HCL does.
      const source = { text: this.#text, range: this.#range };
      return readExpression(this.#parser, source, piece.expressionStart, piece.expressionEnd, depth + 1);
    });
    return templateExpression(parts, range);
  }

  /** From the line below `<<MARKER` to the start of the closing marker's line. */
  #heredocContent(node: SyntaxNode): [number, number] {
    const marker = node.children[1];
    const closing = node.children[node.children.length - 1];
    if (marker === undefined || closing === undefined) return [node.end, node.end];
    const start = this.#text.indexOf("\n", marker.end) + 1;
    return [start, Math.max(start, this.#text.lastIndexOf("\n", closing.start - 1) + 1)];
  }

  #collection(node: SyntaxNode, depth: number): Expression {
    const range = this.#range(node.start, node.end);
    if (node.type === "tuple") {
      const items = node.children.filter(isExpression).map((child) => this.read(child, depth + 1));
      return { kind: "tuple", items, range };
    }
    const items = node.children.flatMap((child): ObjectItem[] => {
      if (child.type !== "object_elem") return [];
      const [key, value] = child.children.filter(isExpression);
      if (key === undefined || value === undefined) return [];
      return [{ key: this.#objectKey(key, depth + 1), value: this.read(value, depth + 1) }];
    });
    return { kind: "object", items, range };
  }

  /** A bare name is the key itself, also where it is a keyword; in parentheses it is a reference. */
  #objectKey(node: SyntaxNode, depth: number): Expression {
    const only = node.children.length === 1 ? node.children[0] : undefined;
    const keyword = only?.type === "literal_value" && /^(true|false|null)$/.test(this.#textOf(only));
    if (only?.type === "variable_expr" || keyword) {
      return { kind: "literal", value: this.#textOf(node).normalize("NFC"), range: this.#range(node.start, node.end) };
    }
    // Terraform refuses `a.b = …`: it wants parentheses or quotes, to know which is meant.
    if (node.children[0]?.type === "variable_expr") return this.#unsupported(node);
    return this.read(node, depth);
  }

  #call(node: SyntaxNode, depth: number): Expression {
    const name = node.children[0];
    if (name === undefined) return this.#unsupported(node);
    const list = node.children.find(({ type }) => type === "function_arguments")?.children ?? [];
    return {
      kind: "call",
      name: this.#textOf(name),
      args: list.filter(isExpression).map((child) => this.read(child, depth + 1)),
      expandLast: list.some(({ type }) => type === "ellipsis"),
      range: this.#range(node.start, node.end),
    };
  }

  #for(node: SyntaxNode, depth: number): Expression {
    const intro = node.children.find(({ type }) => type === "for_intro");
    const names = intro?.children.filter(({ type }) => type === "identifier").map((child) => this.#textOf(child)) ?? [];
    const collection = intro?.children.find(isExpression);
    const condition = node.children.find(({ type }) => type === "for_cond")?.children.find(isExpression);
    const results = node.children.filter(isExpression);
    const value = results[results.length - 1];
    const valueName = names[names.length - 1];
    if (collection === undefined || value === undefined || valueName === undefined) return this.#unsupported(node);
    const [keyName] = names;
    const [key] = results;
    return {
      kind: "for",
      ...(names.length === 2 && defined({ keyName })),
      valueName,
      collection: this.read(collection, depth + 1),
      ...(results.length === 2 && key && { key: this.read(key, depth + 1) }),
      value: this.read(value, depth + 1),
      ...(condition && { condition: this.read(condition, depth + 1) }),
      grouped: node.children.some(({ type }) => type === "ellipsis"),
      range: this.#range(node.start, node.end),
    };
  }

  #operation(node: SyntaxNode, depth: number): Expression {
    const range = this.#range(node.start, node.end);
    if (node.type === "unary_operation") {
      const [operator, ...operand] = node.children;
      const last = operand[operand.length - 1];
      if (operator === undefined || last === undefined) return this.#unsupported(node);
      return { kind: "operation", operator: operator.type, operands: [this.#term(node, operand, depth + 1)], range };
    }
    const at = node.children.findIndex(({ type }) => BINARY_OPERATORS.has(type));
    const operator = node.children[at];
    if (operator === undefined) return this.#unsupported(node);
    const left = this.#term(node, node.children.slice(0, at), depth + 1);
    const right = this.#term(node, node.children.slice(at + 1), depth + 1);
    return { kind: "operation", operator: operator.type, operands: [left, right], range };
  }

  /** The grammar groups `a ? b : c ? d : e` from the left, HCL from the right. */
  #conditional(node: SyntaxNode, depth: number): Expression {
    const branches: { whenTrue: SyntaxNode; whenFalse: SyntaxNode }[] = [];
    let here: SyntaxNode | undefined = node;
    let condition: SyntaxNode | undefined;
    while (here !== undefined) {
      const [first, , whenTrue, , whenFalse]: readonly SyntaxNode[] = here.children;
      if (first === undefined || whenTrue === undefined || whenFalse === undefined) return this.#unsupported(node);
      branches.push({ whenTrue, whenFalse });
      condition = first;
      here = first.children.length === 1 && first.children[0]?.type === "conditional" ? first.children[0] : undefined;
    }
    const [last] = branches;
    if (condition === undefined || last === undefined || depth + branches.length > MAX_DEPTH)
      return this.#unsupported(node);
    // branches[0] is the last one written; its `whenFalse` is the innermost alternative.
    let result = this.read(last.whenFalse, depth + branches.length);
    for (const [index, { whenTrue }] of branches.entries()) {
      const test = branches[index + 1]?.whenFalse ?? condition;
      result = {
        kind: "conditional",
        condition: this.read(test, depth + 1),
        whenTrue: this.read(whenTrue, depth + 1),
        whenFalse: result,
        range: this.#range(test.start, node.end),
      };
    }
    return result;
  }

  /**
   * A splat takes every later step of its list with it: `a[*].b` maps over `a`. `a.*` takes names only, so
   * what follows it in brackets works on the whole result, and is an access of its own.
   */
  #withSteps(source: Expression, isName: boolean, nodes: readonly SyntaxNode[], depth: number): Expression {
    let result = source;
    let steps: TraversalStep[] = [];
    const start = source.range.start;
    const close = (end: number) => {
      if (steps.length === 0) return;
      const range = { ...source.range, start, end: this.#range(end, end).end };
      result =
        isName && result === source && result.kind === "reference"
          ? { kind: "reference", root: result.root, steps, range }
          : { kind: "access", source: result, steps, range };
      steps = [];
    };
    let end = 0;
    for (const node of nodes) {
      if (node.type !== "splat") {
        const step = this.#step(node, depth);
        if (step === undefined) return { kind: "unsupported", range: source.range };
        steps.push(step);
        end = node.end;
        continue;
      }
      const [splat] = node.children;
      if (splat === undefined) return { kind: "unsupported", range: source.range };
      const [marker, ...rest] = splat.children;
      steps.push({ kind: "splat" });
      end = marker?.end ?? splat.end;
      let mapping = true;
      for (const child of rest) {
        if (mapping && splat.type === "attr_splat" && child.children[0]?.type === "new_index") {
          close(end);
          mapping = false;
        }
        const step = this.#step(child, depth);
        if (step === undefined) return { kind: "unsupported", range: source.range };
        steps.push(step);
        end = child.end;
      }
    }
    close(end);
    return result;
  }

  #step(node: SyntaxNode, depth: number): TraversalStep | undefined {
    if (node.type === "get_attr") {
      const name = node.children.find(({ type }) => type === "identifier");
      return name === undefined ? undefined : { kind: "attribute", name: this.#textOf(name) };
    }
    const [index] = node.children;
    if (node.type !== "index" || index === undefined) return undefined;
    if (index.type === "legacy_index") {
      const digits = /[0-9]+$/.exec(this.#textOf(index))?.[0];
      if (digits === undefined) return undefined;
      const range = this.#range(index.end - digits.length, index.end);
      return { kind: "index", key: { kind: "literal", value: Number(digits), range } };
    }
    const key = index.children.find(isExpression);
    return key === undefined ? undefined : { kind: "index", key: this.read(key, depth + 1) };
  }

  #unsupported(node: SyntaxNode): Expression {
    return { kind: "unsupported", range: this.#range(node.start, node.end) };
  }

  #textOf(node: SyntaxNode): string {
    return this.#text.slice(node.start, node.end);
  }
}

const BINARY_OPERATORS: ReadonlySet<string> = new Set("* / % + - > >= < <= == != && ||".split(" "));

function isExpression(node: SyntaxNode): boolean {
  return node.type === "expression";
}

type ReadPiece = (piece: { start: number; expressionStart: number; expressionEnd: number }) => Expression;

function templateParts(
  text: string,
  start: number,
  end: number,
  style: TemplateStyle,
  stripIndent: boolean,
  read: ReadPiece,
): (string | Expression)[] | undefined {
  const pieces = splitTemplate(text, start, end, style);
  if (pieces === undefined) return undefined;
  const tokens: TemplateToken<Expression | Directive>[] = [];
  for (const piece of pieces) {
    if (piece.kind !== "text") {
      const { trimBefore, trimAfter } = piece;
      const value = piece.kind === "directive" ? readDirective(text, piece, read) : read(piece);
      if (value === undefined) return undefined;
      tokens.push({ kind: "interpolation", value, trimBefore, trimAfter });
      continue;
    }
    const value = decodeTemplateText(text.slice(piece.start, piece.end), style);
    if (value === undefined) return undefined;
    tokens.push({ kind: "text", value });
  }
  // One interpolation alone is that expression, with any type; text that a `~` has emptied still makes a string.
  const alone = pieces.length === 1 && pieces[0]?.kind === "interpolation";
  const parts = nestDirectives(layOutTemplate(tokens, { style, stripIndent }));
  return parts?.length === 1 && !alone && typeof parts[0] !== "string" ? ["", ...parts] : parts;
}

function templateExpression(parts: readonly (string | Expression)[] | undefined, range: SourceRange): Expression {
  if (parts === undefined) return { kind: "unsupported", range };
  const [only] = parts;
  if (only === undefined) return { kind: "literal", value: "", range };
  if (parts.length > 1) return { kind: "template", parts, range };
  return typeof only === "string" ? { kind: "literal", value: only, range } : { ...only, range };
}
