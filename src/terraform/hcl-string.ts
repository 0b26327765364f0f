/**
 * HCL's quoted strings, as Terraform writes them in addresses and as HCL reads them.
 *
 * Writing follows `toHCLQuotedString` in
 * [addrs/instance_key.go](https://github.com/hashicorp/terraform/blob/main/internal/addrs/instance_key.go),
 * reading follows [HCL's syntax](https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions).
 */

/** Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** ASCII text that needs no escapes: printable, without `"`, `$`, `%` and `\`. */
const PLAIN = /^[ !#&-[\]-~]*$/;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

function unicodeEscape(codePoint: number): string {
  const hex = codePoint.toString(16);
  return codePoint < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/**
 * A string in HCL's quotes, escaped like the keys that Terraform prints.
 *
 * Lone surrogates become U+FFFD, as in Go's JSON decoder. A character newer than Terraform's Unicode tables is written
 * as itself here and as `\uXXXX` by Terraform; HCL reads both as the same.
 *
 * @param alsoEscape printable characters to write as `\uXXXX` as well: a second spelling of the same key
 */
export function quoteHclString(value: string, alsoEscape = ""): string {
  if (alsoEscape === "" && PLAIN.test(value)) return `"${value}"`;
  let quoted = '"';
  let offset = 0;
  for (const raw of value) {
    offset += raw.length;
    const codePoint = raw.codePointAt(0) ?? 0;
    const character = codePoint >= 0xd800 && codePoint <= 0xdfff ? "\ufffd" : raw;
    const short = SHORT_ESCAPES[character];
    if (alsoEscape.includes(character) || (short === undefined && !PRINTABLE.test(character))) {
      quoted += unicodeEscape(character.codePointAt(0) ?? 0);
    } else if (short !== undefined) {
      quoted += short;
    } else if ((character === "$" || character === "%") && value[offset] === "{" && !alsoEscape.includes("{")) {
      quoted += character + character;
    } else {
      quoted += character;
    }
  }
  return `${quoted}"`;
}

/** A value and the offset just after it, or what was expected and where. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T; readonly end: number }
  | { readonly ok: false; readonly error: { readonly message: string; readonly offset: number } };

function failure(message: string, offset: number): Reading<never> {
  return { ok: false, error: { message, offset } };
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** Reads one backslash escape, which starts at `start`. */
function readEscape(text: string, start: number): Reading<string> {
  const selector = text[start + 1];
  if (selector === undefined) return failure('expected a closing quote ("), found the end of the text', text.length);
  const named = NAMED_ESCAPES[selector];
  if (named !== undefined) return { ok: true, value: named, end: start + 2 };
  const digits = selector === "u" ? 4 : selector === "U" ? 8 : 0;
  if (digits === 0) return failure('expected one of \\n, \\r, \\t, \\", \\\\, \\uXXXX and \\UXXXXXXXX', start);
  const end = start + 2 + digits;
  const hex = text.slice(start + 2, end);
  if (hex.length < digits || !/^[0-9A-Fa-f]+$/.test(hex)) {
    return failure(`expected ${digits} hexadecimal digits after \\${selector}`, start);
  }
  const codePoint = Number.parseInt(hex, 16);
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
    return failure(`expected the number of a Unicode character after \\${selector}`, start);
  }
  return { ok: true, value: String.fromCodePoint(codePoint), end };
}

/**
 * Reads a quoted string without interpolation, whose opening `"` is at `start`. As in HCL, `$${` and `%%{` mean `${`
 * and `%{`; a template marker that is not doubled is an error, and so is a raw line feed.
 */
export function readHclString(text: string, start: number): Reading<string> {
  let value = "";
  let at = start + 1;
  for (;;) {
    const character = text[at];
    if (character === undefined) {
      return failure('expected a closing quote ("), found the end of the text', text.length);
    }
    if (character === '"') return { ok: true, value, end: at + 1 };
    if (character === "\n") return failure("expected \\n instead of a line break inside the quotes", at);
    if (character === "\\") {
      const escaped = readEscape(text, at);
      if (!escaped.ok) return escaped;
      value += escaped.value;
      at = escaped.end;
    } else if ((character === "$" || character === "%") && text[at + 1] === "{") {
      return failure(`expected ${character}${character}{ for a literal ${character}{ in a key`, at);
    } else if ((character === "$" || character === "%") && text.startsWith(`${character}{`, at + 1)) {
      value += `${character}{`;
      at += 3;
    } else {
      value += character;
      at += 1;
    }
  }
}
