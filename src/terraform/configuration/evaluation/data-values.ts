import { type CsvField, readCsv } from "../../data/csv-data.js";
import type { DataNode } from "../../data/data-node.js";
import { toNumber } from "./convert.js";
import {
  boolValue,
  entriesWith,
  failed,
  listValue,
  NULL,
  type ObjectEntry,
  type Origin,
  objectValue,
  originOf,
  stringValue,
  unknown,
  type Value,
} from "./value.js";
import { type AttributeType, STRING } from "./value-type.js";

/** The origin of a stretch of the text that is decoded. */
export type OriginAt = (start: number, end: number) => Origin;

/** More is too much to be held, however little text it takes to write it with anchors. */
const MOST_NODES = 200_000;

class NodeValues {
  readonly #at: OriginAt;
  #made = 0;

  constructor(at: OriginAt) {
    this.#at = at;
  }

  of(node: DataNode): Value {
    this.#made += 1;
    if (this.#made > MOST_NODES) return unknown("too large a document");
    const origin = this.#at(node.start, node.end);
    switch (node.kind) {
      case "null":
        return { ...NULL, ...origin };
      case "bool":
        return boolValue(node.value, origin);
      case "string":
        // Go has no half of a pair.
        return stringValue(node.text.replace(/[\ud800-\udfff]/gu, "\ufffd"), origin);
      case "number":
        return toNumber(stringValue(node.text, origin));
      case "list":
        return listValue(
          node.items.map(({ value }) => this.of(value)),
          origin,
        );
      case "map": {
        const entries = new Map<string, ObjectEntry>();
        for (const item of node.items) {
          const { source: keySource } = this.#at(item.key.start, item.key.end);
          const entry = { value: this.of(item.value), ...this.#at(item.start, item.end) };
          entries.set(item.name.normalize("NFC"), { ...entry, ...(keySource && { keySource }) });
        }
        return objectValue(entries, origin);
      }
    }
  }
}

/** What a document says, each value with its place. */
export function valueOfNode(node: DataNode, at: OriginAt): Value {
  return new NodeValues(at).of(node);
}

/** A value with the places of the document that it was decoded from. */
export function located(value: Value, node: DataNode, at: OriginAt): Value {
  if (value.kind === "unknown") return value;
  const origin = at(node.start, node.end);
  if (value.kind === "list" && node.kind === "list") {
    const elements = value.elements.map((element, index) => {
      const item = node.items[index];
      return item === undefined ? element : located(element, item.value, at);
    });
    return { ...value, elements, ...origin };
  }
  if (value.kind === "object" && node.kind === "map") {
    const items = new Map(node.items.map((item) => [item.name.normalize("NFC"), item]));
    const names = value.entries.keys();
    const entries = entriesWith(value, (entry) => {
      const item = items.get(names.next().value ?? "");
      if (item === undefined) return entry;
      const { source: keySource } = at(item.key.start, item.key.end);
      const own = { value: located(entry.value, item.value, at), ...at(item.start, item.end) };
      return { ...entry, ...own, ...(keySource && { keySource }) };
    });
    return { ...value, entries, ...origin };
  }
  return { ...value, ...origin };
}

/** The parts that a text was split into, each with its place. */
export function splitText(list: Value, text: string, separator: string, at: OriginAt): Value {
  if (list.kind !== "list" || separator === "") return list;
  let start = 0;
  const elements = list.elements.map((element) => {
    if (element.kind !== "string") return element;
    const end = start + element.value.length;
    const isThere = text.slice(start, end) === element.value;
    const origin = isThere ? at(start, end) : {};
    start = end + separator.length;
    return { ...element, ...origin };
  });
  return listValue(elements, originOf(list), list.of);
}

/** `csvdecode`: a list of objects, with a text for each column. */
export function decodeCsv(text: string, at: OriginAt): Value {
  const [header, ...records] = readCsv(text) ?? [];
  if (header === undefined) return failed("csvdecode(): this is no CSV with a header line");
  const names = header.map((field) => field.text.normalize("NFC"));
  if (new Set(names).size !== names.length) return failed("csvdecode(): a column's name is there twice");
  const rows = records.map((record) => {
    const entries = record.map((field, index): [string, ObjectEntry] => {
      const origin = at(field.start, field.end);
      return [names[index] ?? "", { value: stringValue(field.text, origin), ...origin }];
    });
    return objectValue(new Map(entries), at(startOf(record), record.at(-1)?.end ?? 0));
  });
  const attributes = new Map(names.map((name): [string, AttributeType] => [name, { type: STRING }]));
  return listValue(rows, at(0, text.length), { kind: "object", attributes });
}

function startOf([first]: readonly CsvField[]): number {
  return first?.start ?? 0;
}
