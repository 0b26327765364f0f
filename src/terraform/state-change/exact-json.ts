import { JsonScanner } from "../document/json-scanner.js";

/** Why a text is not valid JSON, without quoting it; undefined if it is valid. */
export function whyNotJson(text: Buffer): string | undefined {
  const scanner = new JsonScanner({ key() {}, enter: () => false, leave() {} });
  const fault = scanner.push(text);
  if (fault !== undefined) return `${fault.reason} (line ${fault.line})`;
  return scanner.done ? undefined : "it ends unexpectedly";
}

/** The values inside an object or array of valid JSON, each as its bytes, with their keys if it is an object. */
function partsOf(container: Buffer): [key: string, value: Buffer][] {
  const parts: [string, Buffer][] = [];
  let key = "";
  const scanner = new JsonScanner({
    key: (_, name) => {
      key = name;
    },
    enter: (depth) => depth === 1,
    leave: (_, bytes) => {
      if (bytes !== undefined) parts.push([key, bytes]);
    },
  });
  scanner.watchDepth = 1;
  scanner.push(container);
  return parts;
}

/**
 * The members of an object of valid JSON, each with the bytes of its value; of two with one name the last counts, as in
 * Go.
 */
export function membersOf(object: Buffer): Map<string, Buffer> {
  return new Map(partsOf(object));
}

/** The bytes of each element of an array of valid JSON; empty for other values. */
export function elementsOf(array: Buffer | undefined): Buffer[] {
  return array?.[0] === 0x5b ? partsOf(array).map(([, value]) => value) : [];
}

/** An object of these members, in their order. */
export function objectFrom(members: ReadonlyMap<string, Buffer>): Buffer {
  return joined(
    "{",
    [...members].map(([key, value]) => Buffer.concat([Buffer.from(`${JSON.stringify(key)}:`), value])),
    "}",
  );
}

/** An array of these elements. */
export function arrayFrom(elements: readonly Buffer[]): Buffer {
  return joined("[", elements, "]");
}

function joined(open: string, parts: readonly Buffer[], close: string): Buffer {
  const comma = Buffer.from(",");
  const inside = parts.flatMap((part, index) => (index === 0 ? [part] : [comma, part]));
  return Buffer.concat([Buffer.from(open), ...inside, Buffer.from(close)]);
}

const NUMBER_MARK = "\\u0000number:";

/**
 * A value of valid JSON, with every number as a marked string, so that no digit is lost. Equal numbers become the same
 * string, since Terraform may write `1.50e1` as `15`.
 */
export function parseExactly(json: Buffer): unknown {
  const text = json.toString("utf8");
  const pieces: string[] = [];
  let copied = 0;
  // Strings are skipped one mark at a time: a pattern for a whole string overflows the stack on many escapes.
  const start = /["\d-]/g;
  const inString = /["\\]/g;
  const number = /-?\d[\d.eE+-]*/y;
  for (let found = start.exec(text); found !== null; found = start.exec(text)) {
    const at = found.index;
    if (text[at] === '"') {
      inString.lastIndex = at + 1;
      for (let mark = inString.exec(text); mark?.[0] === "\\"; mark = inString.exec(text)) inString.lastIndex += 1;
      start.lastIndex = inString.lastIndex;
      continue;
    }
    number.lastIndex = at;
    const [token = ""] = number.exec(text) ?? [];
    pieces.push(text.slice(copied, at), `"${NUMBER_MARK}${normalNumber(token)}"`);
    copied = at + token.length;
    start.lastIndex = copied;
  }
  return JSON.parse([...pieces, text.slice(copied)].join(""));
}

/** The digits without zeros at either end, and the power of ten that multiplies them. */
function normalNumber(token: string): string {
  const [mantissa = "", exponent = "0"] = token.toLowerCase().split("e");
  const negative = mantissa.startsWith("-");
  const [whole = "", fraction = ""] = (negative ? mantissa.slice(1) : mantissa).split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${negative ? "-" : ""}${significant}e${power}`;
}

/** The same text for every way to write a value: the order of members does not matter. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}
