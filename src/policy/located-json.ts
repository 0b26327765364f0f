import { findNodeAtLocation, type Node, type ParseError, type ParseOptions, printParseErrorCode } from "jsonc-parser";
import type { z } from "zod";
import { LineIndex } from "../terraform/configuration/syntax/line-index.js";
import { MOST_PROBLEMS } from "../terraform/configuration/syntax/syntax.js";
import { jsonTree } from "../terraform/data/json-data.js";

/** A problem in a JSON file that people write, shown as `file:line:column: message`. */
export interface LocatedProblem {
  readonly offset: number;
  readonly message: string;
}

/** The content of a JSON file, or everything that is wrong with it. */
export type LocatedResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] };

/** The problems that one of zod's issues means. */
export type Explain = (issue: z.core.$ZodIssue, tree: Node) => readonly LocatedProblem[];

const TOO_DEEP = "nested too deeply";

/** Reads a JSON text by a schema; every problem has its place. A key that occurs twice is one. */
export function readLocatedJson<T>(
  text: string,
  schema: z.ZodType<T>,
  options: ParseOptions,
  explain: Explain = (issue, tree) => [problemAt(tree, issue.path, issue.message)],
): LocatedResult<T> {
  const failed = (problems: readonly LocatedProblem[]) => ({ ok: false, problems }) as const;
  const errors: ParseError[] = [];
  const tree = jsonTree(text, errors, options);
  if (tree === "too-deep") return failed([{ offset: 0, message: TOO_DEEP }]);
  if (tree === "too-long") return failed([{ offset: 0, message: "too many values" }]);
  const [first] = errors;
  if (first !== undefined) {
    const message = REASONS.get(printParseErrorCode(first.error)) ?? "not valid JSON";
    return failed([{ offset: first.offset, message }]);
  }
  if (tree === undefined) return failed([{ offset: 0, message: "the file is empty" }]);
  const problems: LocatedProblem[] = [];
  const written = plainValue(tree, [], problems);
  if (problems.length > 0) return failed(problems);
  const read = schema.safeParse(written);
  return read.success
    ? { ok: true, value: read.data }
    : failed(read.error.issues.slice(0, MOST_PROBLEMS).flatMap((issue) => explain(issue, tree)));
}

/** A problem with the value at a path, or with its key; what is missing is placed at what would hold it. */
export function problemAt(
  tree: Node,
  path: readonly PropertyKey[],
  message: string,
  what: "value" | "key" = "value",
): LocatedProblem {
  let node = tree;
  for (let length = path.length; length > 0; length -= 1) {
    const found = nodeAt(tree, path.slice(0, length));
    if (found === undefined) continue;
    node = what === "key" && length === path.length && found.parent?.type === "property" ? found.parent : found;
    break;
  }
  return { offset: node.offset, message: path.length === 0 ? message : `${printPath(path)}: ${message}` };
}

export function nodeAt(tree: Node, path: readonly PropertyKey[]): Node | undefined {
  return findNodeAtLocation(
    tree,
    path.filter((step) => typeof step !== "symbol"),
  );
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
function printPath(path: readonly PropertyKey[]): string {
  const text = path.map((step, index) =>
    typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${String(step)}`,
  );
  return JSON.stringify(text.join("").slice(0, 200));
}

/** Unlike `getNodeValue`, it reports keys that occur twice, and makes `__proto__` a member like any other. */
function plainValue(node: Node, path: readonly PropertyKey[], problems: LocatedProblem[]): unknown {
  if (path.length > 100) {
    problems.push({ offset: node.offset, message: TOO_DEEP });
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
      problems.push({ offset: key.offset, message: `${printPath([...path, name])}: duplicate key` });
    members.set(name, plainValue(value, [...path, name], problems));
  }
  return Object.fromEntries(members);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["PropertyNameExpected", "expected a key in double quotes"],
  ["ValueExpected", "expected a value"],
  ["ColonExpected", "expected a colon"],
  ["CommaExpected", "expected a comma"],
  ["CloseBraceExpected", "missing closing brace"],
  ["CloseBracketExpected", "missing closing bracket"],
  ["EndOfFileExpected", "unexpected text after the object"],
  ["UnexpectedEndOfString", "unterminated string"],
  ["UnexpectedEndOfComment", "unterminated comment"],
  ["InvalidCommentToken", "comments are not allowed here"],
]);
