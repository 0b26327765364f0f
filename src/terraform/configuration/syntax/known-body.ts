import type { SourceRange } from "../../source-range.js";
import { isRecord } from "./hcl-validation.js";
import { JsonBody, type JsonMember, type JsonNode, jsonExpression } from "./json-body.js";
import type { KnownBody } from "./native-syntax.js";
import { MAX_DEPTH, type SourceText } from "./syntax.js";
import type { SyntaxParser } from "./tree-sitter.js";

type Contents = Readonly<Record<string, unknown>>;

/** What hcl2json understood of a body, for the parts of it that tree-sitter did not. */
export function knownBody(parser: SyntaxParser, source: SourceText, contents: Contents): KnownBody {
  return {
    expression(name, range) {
      return name in contents ? jsonExpression(parser, nodeOfValue(contents[name], range)) : undefined;
    },
    block(type, labels, index) {
      let level: unknown = contents[type];
      for (const label of labels) level = isRecord(level) ? level[label] : undefined;
      const block: unknown = Array.isArray(level) ? level[index] : undefined;
      return isRecord(block) ? knownBody(parser, source, block) : undefined;
    },
    rest(known, range) {
      const missing = Object.entries(contents).filter(([name]) => !known.has(name));
      const [first] = missing;
      if (first === undefined) return undefined;
      return new JsonBody(parser, nodeOfValue(Object.fromEntries(missing), lineThatNames(first[0], source, range)));
    },
  };
}

/** The first line in the range that starts with the name; without one, the range. */
function lineThatNames(name: string, source: SourceText, range: SourceRange): SourceRange {
  const inside = source.text.slice(range.start.offset, range.end.offset);
  let at = 0;
  for (const line of inside.split("\n")) {
    const start = at + line.length - line.trimStart().length;
    if (inside.startsWith(name, start))
      return source.range(range.start.offset + start, range.start.offset + at + line.trimEnd().length);
    at += line.length + 1;
  }
  return range;
}

/** A JSON value that was written elsewhere in another form, all of it placed at one range. */
function nodeOfValue(value: unknown, range: SourceRange, depth = 0): JsonNode {
  if (typeof value === "string") return { kind: "string", content: textAt(value, range), range };
  if (typeof value === "number" || typeof value === "boolean") return { kind: "scalar", value, range };
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return { kind: "scalar", value: null, range };
  if (Array.isArray(value))
    return { kind: "array", items: value.map((item) => nodeOfValue(item, range, depth + 1)), range };
  const members = Object.entries(value).map(([name, member]): JsonMember => {
    return {
      name,
      key: { kind: "string", content: textAt(name, range), range },
      value: nodeOfValue(member, range, depth + 1),
    };
  });
  return { kind: "object", members, range };
}

/** A text whose places in the file are not known better than as a whole. */
function textAt(text: string, range: SourceRange): SourceText {
  return { text, range: () => range };
}
