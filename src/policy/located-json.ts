import { type Node, type ParseError, type ParseOptions, parseTree, printParseErrorCode } from "jsonc-parser";
import { LineIndex } from "../terraform/configuration/syntax/line-index.js";

/** Something wrong in a JSON file that people write, as `file:line:column: message`. */
export interface LocatedProblem {
  readonly offset: number;
  readonly message: string;
}

/** A JSON text with the places of its values. */
export interface LocatedJson {
  readonly value: unknown;
  /** Where the value at a path stands, or its key; what is missing is placed at what would hold it. */
  offsetOf(path: readonly PropertyKey[], what: "value" | "key"): number;
}

export type LocatedResult =
  | { readonly ok: true; readonly json: LocatedJson }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] };

/** Deeper nesting is nobody's settings; the parser is recursive. */
const MAX_BRACKETS = 100_000;

/** Reads a JSON text for a person's eyes: every problem has its place. A key that stands twice is one. */
export function parseLocatedJson(text: string, options: ParseOptions): LocatedResult {
  const errors: ParseError[] = [];
  // Offsets have to stay those of the file, and a space is as good as a byte order mark.
  const json = text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text;
  const tree = parsed(json, errors, options);
  if (tree === "too-deep") return { ok: false, problems: [{ offset: 0, message: "it is nested too deep" }] };
  const [first] = errors;
  if (first !== undefined) {
    const reason = REASONS.get(printParseErrorCode(first.error)) ?? "this is no JSON";
    return { ok: false, problems: [{ offset: first.offset, message: reason }] };
  }
  if (tree === undefined) return { ok: false, problems: [{ offset: 0, message: "the file is empty" }] };
  const problems: LocatedProblem[] = [];
  const value = plainValue(tree, [], problems);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, json: { value, offsetOf: (path, what) => offsetOf(tree, path, what) } };
}

/** The problems in lines of `file:line:column: message`, from top to bottom. */
export function printProblems(file: string, text: string, problems: readonly LocatedProblem[]): string {
  const lines = new LineIndex(file, text);
  return [...problems]
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => {
      const { line, column } = lines.position(offset);
      return `${file}:${line}:${column}: ${message}`;
    })
    .join("\n");
}

/** A path as messages name it: `"rules.accepted-invite"`. */
export function printPath(path: readonly PropertyKey[]): string {
  const text = path.map((step, index) =>
    typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${String(step)}`,
  );
  return JSON.stringify(text.join("").slice(0, 200));
}

function parsed(json: string, errors: ParseError[], options: ParseOptions): Node | undefined | "too-deep" {
  if ((json.match(/[[{]/g)?.length ?? 0) > MAX_BRACKETS) return "too-deep";
  try {
    return parseTree(json, errors, options);
  } catch (error) {
    // The parser recurses, and so runs out of stack on what is nested some thousands deep.
    if (error instanceof RangeError) return "too-deep";
    throw error;
  }
}

function plainValue(node: Node, path: readonly PropertyKey[], problems: LocatedProblem[]): unknown {
  if (path.length > 100) {
    problems.push({ offset: node.offset, message: "it is nested too deep" });
    return undefined;
  }
  if (node.type === "array")
    return (node.children ?? []).map((child, index) => plainValue(child, [...path, index], problems));
  if (node.type !== "object") return node.value;
  const members = new Map<string, unknown>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    if (members.has(name))
      problems.push({ offset: key.offset, message: `${printPath([...path, name])}: it stands here twice` });
    members.set(name, plainValue(value, [...path, name], problems));
  }
  // Even `__proto__` becomes a member of its own here.
  return Object.fromEntries(members);
}

function offsetOf(tree: Node, path: readonly PropertyKey[], what: "value" | "key"): number {
  let node = tree;
  let key: Node | undefined;
  for (const step of path) {
    const property =
      node.type === "object" ? node.children?.find(({ children }) => children?.[0]?.value === step) : undefined;
    const next = typeof step === "number" && node.type === "array" ? node.children?.[step] : property?.children?.[1];
    if (next === undefined) return node.offset;
    key = property?.children?.[0];
    node = next;
  }
  return what === "key" && key !== undefined ? key.offset : node.offset;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["PropertyNameExpected", "a key in double quotes is expected here"],
  ["ValueExpected", "a value is expected here"],
  ["ColonExpected", "a colon is expected here"],
  ["CommaExpected", "a comma is expected here"],
  ["CloseBraceExpected", "a closing brace is missing"],
  ["CloseBracketExpected", "a closing bracket is missing"],
  ["EndOfFileExpected", "nothing may follow the object"],
  ["UnexpectedEndOfString", "a string does not end"],
  ["UnexpectedEndOfComment", "a comment does not end"],
  ["InvalidCommentToken", "comments are not allowed here"],
]);
