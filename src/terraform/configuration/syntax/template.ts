import { lengthOfRun, scanCode } from "./code-scanner.js";

/** How literal text is written: with backslash escapes between quotes, or as it is in heredocs and JSON strings. */
export type TemplateStyle = "quoted" | "bare";

/** A piece of a template: literal text, `${…}` with the place of the expression inside, or `%{…}` with its contents. */
export type TemplatePiece =
  | { readonly kind: "text"; readonly start: number; readonly end: number }
  | {
      readonly kind: "interpolation" | "directive";
      readonly start: number;
      readonly expressionStart: number;
      readonly expressionEnd: number;
      readonly trimBefore: boolean;
      readonly trimAfter: boolean;
    };

/** Cuts the stretch of a template into its pieces. Undefined where it does not end. */
export function splitTemplate(
  text: string,
  start: number,
  end: number,
  style: TemplateStyle,
): TemplatePiece[] | undefined {
  const pieces: TemplatePiece[] = [];
  let textStart = start;
  let at = start;
  while (at < end) {
    const char = text[at];
    if (style === "quoted" && char === "\\") {
      at += 2;
      continue;
    }
    if (char !== "$" && char !== "%") {
      at += 1;
      continue;
    }
    // `$${` is a literal `${`; more dollars before it stay dollars.
    const run = lengthOfRun(text, at, char);
    if (run > 1 || text[at + 1] !== "{" || at + 1 >= end) {
      at += run;
      continue;
    }
    const trimBefore = text[at + 2] === "~";
    const expressionStart = at + (trimBefore ? 3 : 2);
    const close = scanCode(text, expressionStart, end, () => {}, { untilClosingBrace: true });
    if (text[close] !== "}" || close >= end) return undefined;
    const trimAfter = close > expressionStart && text[close - 1] === "~";
    if (at > textStart) pieces.push({ kind: "text", start: textStart, end: at });
    pieces.push({
      kind: char === "%" ? "directive" : "interpolation",
      start: at,
      expressionStart,
      expressionEnd: trimAfter ? close - 1 : close,
      trimBefore,
      trimAfter,
    });
    at = close + 1;
    textStart = at;
  }
  if (end > textStart) pieces.push({ kind: "text", start: textStart, end });
  return pieces;
}

/** What literal template text stands for, or undefined where an escape means nothing. */
export function decodeTemplateText(raw: string, style: TemplateStyle): string | undefined {
  if (!/[\\$%]/.test(raw)) return normalize(raw);
  let valid = true;
  // Runs of signs are matched whole, brace or not: looking for the brace from each sign would be quadratic.
  const decoded = raw.replace(
    style === "quoted" ? QUOTED_ESCAPES : BARE_ESCAPES,
    (match, short?: string, long?: string, single?: string) => {
      if (match[0] !== "\\") return match.length > 2 && match.endsWith("{") ? match.slice(1) : match;
      const hex = short ?? long;
      if (hex !== undefined) {
        const code = Number.parseInt(hex, 16);
        if (code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) return String.fromCodePoint(code);
      }
      const plain = ESCAPES.get(single ?? "");
      if (plain === undefined) valid = false;
      return plain ?? match;
    },
  );
  return valid ? normalize(decoded) : undefined;
}

const BARE_ESCAPES = /\$+\{?|%+\{?/g;
const QUOTED_ESCAPES = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))|\$+\{?|%+\{?/gs;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ['"', '"'],
  ["\\", "\\"],
]);

/**
 * Terraform's strings are in Unicode's normal form C: https://pkg.go.dev/github.com/zclconf/go-cty/cty#NormalizeString
 */
function normalize(text: string): string {
  return text.normalize("NFC");
}

/**
 * A template whose literal text is decoded: strings for text, anything else for what an interpolation or directive
 * became.
 */
export type TemplateToken<T> =
  | { kind: "text"; value: string }
  | { kind: "interpolation"; value: T; trimBefore: boolean; trimAfter: boolean };

/**
 * Applies `~` markers and, for `<<-`, removes the common indentation. Empty text is omitted.
 * HCL does both token by token, and outside of quotes each line's text is a token of its own to it:
 * https://github.com/hashicorp/hcl/blob/v2.23.0/hclsyntax/parser_template.go
 */
export function layOutTemplate<T>(
  tokens: readonly TemplateToken<T>[],
  { style, stripIndent }: { readonly style: TemplateStyle; readonly stripIndent: boolean },
): (string | T)[] {
  const lines = tokens.flatMap((token): TemplateToken<T>[] =>
    token.kind === "text" && style === "bare"
      ? splitLines(token.value).map((value) => ({ kind: "text", value }))
      : [{ ...token }],
  );
  for (const [index, token] of lines.entries()) {
    if (token.kind !== "interpolation") continue;
    const before = lines[index - 1];
    const after = lines[index + 1];
    if (token.trimBefore && before?.kind === "text") before.value = before.value.trimEnd();
    if (token.trimAfter && after?.kind === "text") after.value = after.value.trimStart();
  }
  if (stripIndent) removeCommonIndent(lines);
  const parts: (string | T)[] = [];
  let literal = "";
  for (const token of lines) {
    if (token.kind === "text") {
      literal += token.value;
      continue;
    }
    if (literal !== "") parts.push(literal);
    literal = "";
    parts.push(token.value);
  }
  if (literal !== "") parts.push(literal);
  return parts;
}

function removeCommonIndent<T>(lines: TemplateToken<T>[]): void {
  let smallest = Number.POSITIVE_INFINITY;
  let atLineStart = true;
  const indented: { value: string }[] = [];
  for (const token of lines) {
    if (atLineStart) {
      atLineStart = false;
      if (token.kind === "interpolation") {
        smallest = 0;
      } else if (!(token.value.endsWith("\n") && token.value.trim() === "")) {
        smallest = Math.min(smallest, token.value.length - token.value.trimStart().length);
        indented.push(token);
      }
    }
    if (token.kind === "text" && token.value.endsWith("\n")) atLineStart = true;
  }
  for (const token of indented) token.value = token.value.slice(smallest);
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
