import type { SourceRange } from "../../source-range.js";
import { type SourceText, textAt } from "./source-text.js";

/** A JSON value with the places it is written at. `range` of a string holds its quotes. */
export type JsonNode = { readonly range: SourceRange } & (
  | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  /** `content` is the decoded string, with the places of its characters. */
  | { readonly kind: "string"; readonly content: SourceText }
  | { readonly kind: "scalar"; readonly value: number | boolean | null }
  /** Something stands there, but it is no JSON. */
  | { readonly kind: "broken" }
);

export interface JsonMember {
  readonly name: string;
  readonly key: JsonNode & { readonly kind: "string" };
  readonly value: JsonNode;
}

/** Deeper values are left out: every walk over them is recursive. */
const MAX_DEPTH = 400;

/** A JSON value that was written elsewhere in another form, all of it placed at one range. */
export function nodeOfValue(value: unknown, range: SourceRange, depth = 0): JsonNode {
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
