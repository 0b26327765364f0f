import { JsonScanner } from "../document/json-scanner.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = bytesOf("{[");
const CLOSING = bytesOf("}]");
const BLANKS = bytesOf(" \n\r\t");
const COMMA = 0x2c;
const COLON = 0x3a;

/** By byte: 1 for these characters. */
function bytesOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) table[byte] = 1;
  return table;
}

/** What is wrong with a text as JSON, without quoting it; undefined where nothing is. */
export function whyNotJson(text: Buffer): string | undefined {
  const scanner = new JsonScanner({ key() {}, enter: () => false, leave() {} });
  const fault = scanner.push(text);
  if (fault !== undefined) return `${fault.reason} (line ${fault.line})`;
  return scanner.done ? undefined : "it ends in the middle";
}

/** The members of an object of valid JSON, each with the bytes of its value; the last one of a name counts, as in Go. */
export function membersOf(object: Buffer): Map<string, Buffer> {
  const members = new Map<string, Buffer>();
  let at = skipBlanks(object, skipBlanks(object, 0) + 1);
  while (object[at] === QUOTE) {
    const keyEnd = endOfValue(object, at);
    const key: unknown = JSON.parse(object.toString("utf8", at, keyEnd));
    const colon = skipBlanks(object, keyEnd);
    const start = skipBlanks(object, object[colon] === COLON ? colon + 1 : colon);
    const end = endOfValue(object, start);
    members.set(String(key), object.subarray(start, end));
    at = skipBlanks(object, end);
    if (object[at] === COMMA) at = skipBlanks(object, at + 1);
  }
  return members;
}

/** The bytes of each element of an array of valid JSON; none for anything else. */
export function elementsOf(array: Buffer | undefined): Buffer[] {
  const elements: Buffer[] = [];
  if (array === undefined || array[skipBlanks(array, 0)] !== 0x5b) return elements;
  let at = skipBlanks(array, skipBlanks(array, 0) + 1);
  while (at < array.length && CLOSING[array[at] ?? 0] === 0) {
    const end = endOfValue(array, at);
    elements.push(array.subarray(at, end));
    at = skipBlanks(array, end);
    if (array[at] === COMMA) at = skipBlanks(array, at + 1);
  }
  return elements;
}

/** An object of these members, in their order. */
export function objectOf(members: ReadonlyMap<string, Buffer>): Buffer {
  return joined(
    "{",
    [...members].map(([key, value]) => [Buffer.from(`${JSON.stringify(key)}:`), value]),
    "}",
  );
}

/** An array of these elements. */
export function arrayOf(elements: readonly Buffer[]): Buffer {
  return joined(
    "[",
    elements.map((element) => [element]),
    "]",
  );
}

function joined(open: string, parts: readonly (readonly Buffer[])[], close: string): Buffer {
  const comma = Buffer.from(",");
  const inside = parts.flatMap((part, index) => (index === 0 ? part : [comma, ...part]));
  return Buffer.concat([Buffer.from(open), ...inside, Buffer.from(close)]);
}

function skipBlanks(text: Buffer, from: number): number {
  let at = from;
  while (at < text.length && BLANKS[text[at] ?? 0] === 1) at += 1;
  return at;
}

/** The offset behind the value that begins at an offset. */
function endOfValue(text: Buffer, start: number): number {
  if (text[start] === QUOTE) return endOfString(text, start);
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const byte = text[at] ?? 0;
    if (byte === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (OPENING[byte] === 1) depth += 1;
    else if (CLOSING[byte] === 1) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || BLANKS[byte] === 1)) return at;
    at += 1;
  }
  return at;
}

function endOfString(text: Buffer, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const quote = text.indexOf(QUOTE, at);
    if (quote === -1) return text.length;
    let slashes = 0;
    while (text[quote - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
  return at;
}
