import { readJson } from "../../data/json-data.js";
import { valueOfNode } from "./data-values.js";
import { failed, isWhollyKnown, sortedEntries, stringValue, unknown, type Value } from "./value.js";

/** `jsondecode`: what comes out has no place in a file. */
export function decodeJson(text: string): Value {
  try {
    JSON.parse(text);
  } catch (error) {
    return error instanceof SyntaxError ? failed("not JSON") : unknown("too deep a JSON document");
  }
  const read = readJson(text);
  return read.ok ? valueOfNode(read.node, () => ({})) : unknown(`too deep a JSON document: ${read.reason}`);
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
