import type { SourceRange } from "../../source-range.js";
import { type Expression, MAX_DEPTH } from "./syntax.js";

/**
 * One `%{…}` of a template. See
 * [directives](https://developer.hashicorp.com/terraform/language/expressions/strings#directives).
 */
export type Directive =
  | { readonly directive: "if"; readonly condition: Expression }
  | { readonly directive: "for"; readonly names: readonly string[]; readonly collection: Expression }
  | { readonly directive: "else" | "endif" | "endfor" };

interface Piece {
  readonly start: number;
  readonly expressionStart: number;
  readonly expressionEnd: number;
}

const NAME = "[\\p{ID_Start}_][\\p{ID_Continue}-]*";
const FOR = new RegExp(`^\\s*for\\s+(${NAME})(?:\\s*,\\s*(${NAME}))?\\s+in(?=[^\\p{ID_Continue}-])`, "u");

/** The directive in `%{…}`; undefined if it is not valid. */
export function readDirective(text: string, piece: Piece, read: (piece: Piece) => Expression): Directive | undefined {
  const { start, expressionStart, expressionEnd } = piece;
  const content = text.slice(expressionStart, expressionEnd);
  const word = /^\s*(else|endif|endfor)\s*$/.exec(content)?.[1];
  if (word === "else" || word === "endif" || word === "endfor") return { directive: word };
  const inner = (skipped: string) => read({ start, expressionStart: expressionStart + skipped.length, expressionEnd });
  const condition = /^\s*if(?=[^\p{ID_Continue}-])/u.exec(content)?.[0];
  if (condition !== undefined) return { directive: "if", condition: inner(condition) };
  const loop = FOR.exec(content);
  if (loop === null) return undefined;
  const [header, ...names] = loop;
  return { directive: "for", names: names.filter((name) => name !== undefined), collection: inner(header) };
}

type Part = string | Expression | Directive;

/** The parts with the text between directives nested in them; undefined where directives do not pair up. */
export function nestDirectives(parts: readonly Part[]): (string | Expression)[] | undefined {
  return readUntil(parts, 0, [], 0)?.parts;
}

function isDirective(part: Part): part is Directive {
  return typeof part === "object" && "directive" in part;
}

interface Read {
  readonly parts: (string | Expression)[];
  /** The index of the directive that ends it, or the end. */
  readonly at: number;
}

function readUntil(parts: readonly Part[], from: number, ends: readonly string[], depth: number): Read | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const made: (string | Expression)[] = [];
  let at = from;
  for (let part = parts[at]; part !== undefined; part = parts[at]) {
    if (!isDirective(part)) {
      made.push(part);
      at += 1;
      continue;
    }
    if (ends.includes(part.directive)) break;
    const nested =
      part.directive === "if"
        ? readIf(parts, at, part.condition, depth + 1)
        : part.directive === "for"
          ? readFor(parts, at, part, depth + 1)
          : undefined;
    if (nested === undefined) return undefined;
    made.push(nested.expression);
    at = nested.at;
  }
  const last = parts[at];
  const isEnded = ends.length === 0 ? last === undefined : last !== undefined;
  return isEnded ? { parts: made, at } : undefined;
}

interface Nested {
  readonly expression: Expression;
  /** Behind the directive that closes it. */
  readonly at: number;
}

function readIf(parts: readonly Part[], at: number, condition: Expression, depth: number): Nested | undefined {
  const yes = readUntil(parts, at + 1, ["else", "endif"], depth);
  if (yes === undefined) return undefined;
  const middle = parts[yes.at];
  const hasElse = middle !== undefined && isDirective(middle) && middle.directive === "else";
  const no = hasElse ? readUntil(parts, yes.at + 1, ["endif"], depth) : { parts: [], at: yes.at };
  if (no === undefined) return undefined;
  const { range } = condition;
  const expression: Expression = {
    kind: "conditional",
    condition,
    whenTrue: textOf(yes.parts, range),
    whenFalse: textOf(no.parts, range),
    range,
  };
  return { expression, at: no.at + 1 };
}

function readFor(
  parts: readonly Part[],
  at: number,
  { names, collection }: Extract<Directive, { directive: "for" }>,
  depth: number,
): Nested | undefined {
  const body = readUntil(parts, at + 1, ["endfor"], depth);
  const valueName = names.at(-1);
  if (body === undefined || valueName === undefined) return undefined;
  const { range } = collection;
  const [keyName] = names;
  const texts: Expression = {
    kind: "for",
    ...(names.length === 2 && keyName !== undefined && { keyName }),
    valueName,
    collection,
    value: textOf(body.parts, range),
    grouped: false,
    range,
  };
  const nothing: Expression = { kind: "literal", value: "", range };
  return {
    expression: { kind: "call", name: "join", args: [nothing, texts], expandLast: false, range },
    at: body.at + 1,
  };
}

/** Always a text, also where one interpolation is all there is. */
function textOf(parts: readonly (string | Expression)[], range: SourceRange): Expression {
  return { kind: "template", parts: ["", ...parts], range };
}
