import type { SourceRange } from "../terraform/source-range.js";

/** A text that begins as OpenAI's keys do. */
const KEY = /\bsk-[\w-]{8,}/g;
/** A text in quotes that is given to one of the providers' arguments for keys, in native syntax or in JSON. */
const GIVEN = /(\b(?:admin_api_key|admin_key|admin_token|api_key)"?\s*[=:]\s*")((?:\\.|[^"\\])*)/g;

/** A line of a source file as it may be shown: what is or may be a key is dots, as many as it had letters, so that marks still fit. */
export function maskKeys(line: string): string {
  return line
    .replace(KEY, (key) => `sk-${dots(key.slice(3))}`)
    .replace(GIVEN, (whole, before: string, given: string) => (given.includes("${") ? whole : before + dots(given)));
}

/** A text with dots in a range, but for its quotes and line ends. Where the range is not of this text, the text as it was. */
export function hideKey(text: string, { start, end }: Pick<SourceRange, "start" | "end">): string {
  const hidden = text.slice(start.offset, end.offset).replace(/[^\r\n"]/g, "•");
  return text.slice(0, start.offset) + hidden + text.slice(end.offset);
}

function dots(text: string): string {
  return "•".repeat(text.length);
}
