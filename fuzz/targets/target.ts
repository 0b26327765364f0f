import type { SourceRange } from "../../src/terraform/source-range.js";
import { SECRET } from "../mutate.js";
import type { Random } from "../random.js";

/** A reader or writer, and what must be true for every input. */
export interface Target {
  readonly name: string;
  /** Matches the paths of the fixtures that are input for it. */
  readonly seeds: RegExp;
  /** Pieces of its language, valid and not valid. */
  readonly pieces: readonly string[];
  /** Throws where a check fails. */
  readonly run: (bytes: Buffer, random: Random) => Promise<void>;
  /** The text before a repeated piece; absent where the work is not counted. */
  readonly growsFrom?: string;
}

export const SIGNS: readonly string[] = [
  ..."{}[]()\"'=,.:?!<>&|+-*/%#$~\\\n\t \0\r\u2028\ufeff😀é".split(""),
  "null",
  "true",
  "-1",
  "1e309",
  "__proto__",
  "constructor",
  "\ud800",
  SECRET,
];

export const HCL_PIECES: readonly string[] = [
  ...SIGNS,
  "${",
  "%{",
  "%{ if true }",
  "%{ endif }",
  "<<EOT\n",
  "<<-E\n",
  "EOT\n",
  "/*",
  "*/",
  "//",
  "...",
  "=>",
  "for",
  "in",
  'resource "openai_invite" "b" {\n',
  "projects {",
  "for_each = ",
  "count = 3\n",
  'dynamic "projects" {',
  'email = "A@b.c"',
  'role = "Owner"\n',
  "each.key",
  "toset([",
  "removed {",
  "moved {",
  "from = openai_invite.a",
  "# tfinvite-ignore: ",
  "# tfinvite-ignore-file: mixed-case-email -- why\n",
  "$$${",
  "%%{",
];

export const JSON_PIECES: readonly string[] = [
  ...SIGNS,
  '"a":',
  '":"',
  "[[",
  '{"a":',
  "//",
  "/*",
  "\\u0000",
  "\\ud800",
];

export function holds(condition: boolean, what: string, details?: unknown): asserts condition {
  if (!condition)
    throw new Error(`${what}${details === undefined ? "" : `: ${JSON.stringify(details).slice(0, 2000)}`}`);
}

/** Ranges are inside of their text, and have the line and column of their offsets. */
export function holdsRanges(ranges: readonly SourceRange[], text: string, what: string): void {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  for (const { start, end } of ranges) {
    const inside = 0 <= start.offset && start.offset <= end.offset && end.offset <= text.length;
    holds(inside, `a place of ${what} outside of the file`, { start, end, length: text.length });
    for (const { line, column, offset } of [start, end]) {
      const from = starts[line - 1] ?? text.length + 1;
      const own = offset - from + 1;
      const bom = line === 1 && text.startsWith("\ufeff") ? 1 : 0;
      const isLine = from <= offset && offset < (starts[line] ?? text.length + 1);
      holds(isLine && [own, own - bom].includes(column), `a wrong place for ${what}`, { start, end });
    }
  }
}

export function holdsNoSecret(shown: string, what: string): void {
  // After a letter it does not begin like a key.
  const at = shown.search(new RegExp(`\\b${SECRET}`));
  holds(at === -1, `${what} shows a key`, shown.slice(Math.max(0, at - 300), at + 100));
  holds(!/\n\s+at .*:\d+:\d+/.test(shown), `${what} shows a stack`, shown.slice(0, 500));
}
