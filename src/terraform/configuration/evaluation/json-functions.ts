import { BigFloat } from "./big-float.js";
import {
  failed,
  isWhollyKnown,
  listValue,
  NULL,
  numberValue,
  type ObjectEntry,
  objectValue,
  sortedEntries,
  stringValue,
  unknown,
  type Value,
} from "./value.js";

/** Deeper documents count as unknown. */
const DEEPEST = 100;

/** `jsondecode`: what comes out has no place in a file. */
export function decodeJson(text: string): Value {
  try {
    return fromJson(JSON.parse(text), 0);
  } catch (error) {
    return error instanceof SyntaxError ? failed("not JSON") : unknown("too deep a JSON document");
  }
}

function fromJson(json: unknown, depth: number): Value {
  if (depth > DEEPEST) return unknown("too deep a JSON document");
  if (json === null) return NULL;
  if (typeof json === "string") return stringValue(json);
  if (typeof json === "number") return numberValue(exactNumber(json));
  if (typeof json === "boolean") return { kind: "bool", value: json };
  if (Array.isArray(json)) return listValue(json.map((item) => fromJson(item, depth + 1)));
  const entries = new Map<string, ObjectEntry>();
  for (const [key, member] of Object.entries(json as object)) {
    entries.set(key.normalize("NFC"), { value: fromJson(member, depth + 1) });
  }
  return objectValue(entries);
}

/** JavaScript keeps 15 digits of what was written; with more, it may have been another number. */
function exactNumber(json: number): BigFloat | undefined {
  const text = String(json);
  const parsed = text.replace(/e.*|\D/g, "").length > 15 ? undefined : BigFloat.parse(text);
  return typeof parsed === "string" ? undefined : parsed;
}

/** `jsonencode`: no spaces, members by name, and Go's escapes for HTML. */
export function encodeJson(value: Value): Value {
  if (!isWhollyKnown(value)) return unknown("part of it is not known");
  return stringValue(toJson(value));
}

function toJson(value: Value): string {
  switch (value.kind) {
    case "unknown":
    case "null":
      return "null";
    case "string":
      return jsonText(value.value);
    case "number":
    case "bool":
      return value.value.toString();
    case "list":
    case "set":
      return `[${value.elements.map(toJson).join(",")}]`;
    case "object":
      return `{${sortedEntries(value)
        .map(([key, entry]) => `${jsonText(key)}:${toJson(entry.value)}`)
        .join(",")}}`;
  }
}

/** As Go's [encoding/json](https://pkg.go.dev/encoding/json#Marshal) writes strings. */
function jsonText(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
