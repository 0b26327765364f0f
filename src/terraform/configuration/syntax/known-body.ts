import type { SourceRange } from "../../source-range.js";
import { JsonBody, jsonExpression } from "./json-body.js";
import { nodeOfValue } from "./json-node.js";
import type { KnownBody } from "./native-syntax.js";
import type { SourceText } from "./source-text.js";
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

function isRecord(value: unknown): value is Contents {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
