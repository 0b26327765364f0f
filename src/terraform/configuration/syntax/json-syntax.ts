import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { SourceRange } from "../../source-range.js";
import { JsonBody, type JsonMember, type JsonNode } from "./json-body.js";
import { BYTE_ORDER_MARK, type LineIndex } from "./line-index.js";
import { type Body, MAX_DEPTH, MOST_PROBLEMS, type SourceText, type SyntaxProblem } from "./syntax.js";
import type { SyntaxParser } from "./tree-sitter.js";

/** Whether reading the strings of that JSON text can need the HCL grammar. */
export function mayHoldInterpolations(text: string): boolean {
  return /[$%]\{|\\u/.test(text);
}

/**
 * Reads a file in JSON syntax; broken parts are skipped and reported in `problems`. Never throws.
 * https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function readJsonFile(
  parser: SyntaxParser | undefined,
  text: string,
  lines: LineIndex,
): { readonly body: Body; readonly problems: readonly SyntaxProblem[] } {
  const whole = lines.range(0, text.length);
  const empty: JsonNode = { kind: "object", members: [], range: whole };
  if (tooDeepAt(text) !== undefined) {
    const message = `Nested too deeply: values inside more than ${MAX_DEPTH} brackets are not read.`;
    return { body: new JsonBody(parser, empty), problems: [{ message, range: lines.range(0, 0) }] };
  }
  const errors: ParseError[] = [];
  const tree = jsonTree(text, errors);
  const node = tree === undefined ? undefined : nodeOf(tree, text, lines);
  const first = errors.filter((error, index) => errors[index - 1]?.offset !== error.offset);
  const problems = first.slice(0, MOST_PROBLEMS).map(({ error, offset, length }): SyntaxProblem => {
    return {
      message: MESSAGES.get(printParseErrorCode(error)) ?? "Invalid JSON.",
      range: lines.range(offset, offset + length),
    };
  });
  if (problems.length === 0) problems.push(...strictProblems(withoutMark(text), lines));
  const hasBody =
    node?.kind === "object" || (node?.kind === "array" && node.items.every(({ kind }) => kind === "object"));
  if (problems.length === 0 && node !== undefined && !hasBody) {
    problems.push({ message: "A configuration file in JSON syntax must hold an object.", range: node.range });
  }
  return { body: new JsonBody(parser, hasBody && node !== undefined ? { ...node, range: whole } : empty), problems };
}

/** What the tolerant parser makes of a JSON text; what is nested too deep is cut off, since the parser is recursive. */
export function jsonTree(text: string, errors: ParseError[] = []): Node | undefined {
  return parseTree(withoutMark(text.slice(0, tooDeepAt(text))), errors, { disallowComments: true });
}

/** Offsets have to stay those of the file, and a space is as good as a byte order mark. */
function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text;
}

function nodeOf(node: Node, text: string, lines: LineIndex): JsonNode {
  const range = lines.range(node.offset, node.offset + node.length);
  switch (node.type) {
    case "object":
      return { kind: "object", members: (node.children ?? []).flatMap((child) => memberOf(child, text, lines)), range };
    case "array":
      return { kind: "array", items: (node.children ?? []).map((child) => nodeOf(child, text, lines)), range };
    case "string":
      // A string that is cut off at its line's end has a value for the tolerant parser, but not for us.
      if (node.length < 2 || text[node.offset + node.length - 1] !== '"') return { kind: "broken", range };
      return { kind: "string", content: stringContent(node, text, lines, range), range };
    default: {
      const value: unknown = node.value;
      const scalar = typeof value === "number" || typeof value === "boolean" ? value : null;
      const digits = typeof scalar === "number" && { digits: text.slice(node.offset, node.offset + node.length) };
      return { kind: "scalar", value: scalar, ...digits, range };
    }
  }
}

function memberOf(property: Node, text: string, lines: LineIndex): JsonMember[] {
  const [keyNode, valueNode] = property.children ?? [];
  if (keyNode === undefined || valueNode === undefined) return [];
  const key = nodeOf(keyNode, text, lines);
  if (key.kind !== "string") return [];
  return [{ name: key.content.text, key, value: nodeOf(valueNode, text, lines) }];
}

/** The decoded string, each of its characters placed where it is written, escapes included. */
function stringContent(node: Node, text: string, lines: LineIndex, range: SourceRange): SourceText {
  const value: unknown = node.value;
  const decoded = typeof value === "string" ? value : "";
  const start = node.offset + 1;
  const raw = text.slice(start, node.offset + node.length - 1);
  if (raw === decoded) return { text: decoded, range: (from, to) => lines.range(start + from, start + to) };
  let starts: number[] | undefined;
  return {
    text: decoded,
    range(from, to) {
      starts ??= unitStarts(raw);
      const [first, last] = [starts[from], starts[to]];
      // A string that is cut off, or has an escape JSON does not know, is placed as a whole.
      if (starts.length !== decoded.length + 1 || first === undefined || last === undefined) return range;
      return lines.range(start + first, start + last);
    },
  };
}

/** Where each decoded UTF-16 unit of a JSON string's inside starts, and where the last one ends. */
function unitStarts(raw: string): number[] {
  const starts: number[] = [];
  let at = 0;
  while (at < raw.length) {
    starts.push(at);
    at += raw[at] !== "\\" ? 1 : raw[at + 1] === "u" ? 6 : 2;
  }
  starts.push(raw.length);
  return starts;
}

/** What the tolerant parser lets pass; the position is not always known then. */
function strictProblems(json: string, lines: LineIndex): SyntaxProblem[] {
  try {
    JSON.parse(json);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    return [{ message: `Invalid JSON: ${message}`, range: lines.range(position, position + 1) }];
  }
}

/** Where the first bracket opens that is nested too deep. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\\n]|\\[\s\S])*"?|[[\]{}]/g)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return index;
  }
  return undefined;
}

const MESSAGES: ReadonlyMap<string, string> = new Map([
  ["InvalidSymbol", "Invalid JSON: not a value. Strings and property names must be in double quotes."],
  ["InvalidNumberFormat", "Invalid JSON: not a valid number."],
  [
    "PropertyNameExpected",
    "Invalid JSON: expected a property name in double quotes. The last property must not have a comma after it.",
  ],
  ["ValueExpected", "Invalid JSON: expected a value. The last value must not have a comma after it."],
  ["ColonExpected", "Invalid JSON: expected a colon."],
  ["CommaExpected", "Invalid JSON: expected a comma."],
  ["CloseBraceExpected", "Invalid JSON: missing closing brace."],
  ["CloseBracketExpected", "Invalid JSON: missing closing bracket."],
  ["EndOfFileExpected", "Invalid JSON: unexpected content after the end of the document."],
  ["InvalidCommentToken", 'Invalid JSON: comments are not allowed. A property named "//" holds a comment.'],
  ["UnexpectedEndOfComment", "Invalid JSON: unclosed comment, and comments are not allowed."],
  ["UnexpectedEndOfString", "Invalid JSON: unclosed string."],
  ["UnexpectedEndOfNumber", "Invalid JSON: incomplete number."],
  ["InvalidUnicode", "Invalid JSON: invalid Unicode escape."],
  ["InvalidEscapeCharacter", "Invalid JSON: unknown escape."],
  ["InvalidCharacter", "Invalid JSON: a control character in a string must be escaped."],
]);
