import { maskOpenAiKeys } from "../base/secrets.js";
import { PUBLISHED } from "../base/version.js";
import { isEmail } from "../terraform/configuration/evaluation/marks.js";
import type { Stretch } from "../terraform/configuration/syntax/comments.js";

/** What may be before and behind the @ of an address, in any script. Halves of surrogate pairs count as letters. */
const LOCAL = /[\p{L}\p{M}\p{N}\p{Cs}!#$%&*+/=?^_`{|}~.'-]/u;
const DOMAIN = /[\p{L}\p{M}\p{N}\p{Cs}.-]/u;

/** The two signs of an address that XML has other words for. */
const ENTITY = /&(?:apos|amp);$/;
const OPENING = /^(?:['`]|&apos;)*/;

/** How many characters before a place are one more sign of the text before an @; none where it begins. */
function localBefore(text: string, place: number): number {
  if (LOCAL.test(text.charAt(place - 1))) return 1;
  return ENTITY.exec(text.slice(Math.max(0, place - "&apos;".length), place))?.[0].length ?? 0;
}

/** Masks every email address in a text: `alice@example.com` becomes `a***@***`. Takes time linear in the text. */
export function redactEmails(text: string): string {
  let masked = "";
  let from = 0;
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", Math.max(at + 1, from))) {
    let start = at;
    for (let more = localBefore(text, start); more > 0 && start > from; more = localBefore(text, start)) start -= more;
    // A quote that opens before the address belongs to the text around it.
    start += OPENING.exec(text.slice(start, at))?.[0].length ?? 0;
    let end = at + 1;
    while (end < text.length && DOMAIN.test(text.charAt(end))) end += 1;
    while (text.charAt(end - 1) === ".") end -= 1;
    if (start === at || end === at + 1) continue;
    // Links to our own pages have a package and its version.
    if (text.startsWith(PUBLISHED, start - "https:".length)) continue;
    const [first = ""] = text.slice(start, at);
    masked += `${text.slice(from, start)}${first}***@***`;
    from = end;
  }
  return masked + text.slice(from);
}

/** A text in quotes that is given to one of the providers' arguments for keys, in native syntax or in JSON. */
const GIVEN = /(\b(?:admin_api_key|admin_key|admin_token|api_key)"?\s*[=:]\s*")((?:\\.|[^"\\])*)/g;

/** A line of a source file as it may be shown: what is or may be a key is dots, as many as it had letters, so that marks still fit. */
export function maskKeys(line: string): string {
  return maskOpenAiKeys(line).replace(GIVEN, (whole, before: string, given: string) =>
    given.includes("${") ? whole : before + dots(given),
  );
}

/** A text with dots in a range, but for its quotes and line ends. Where the range is not of this text, the text as it was. */
export function hideKey(text: string, { start, end }: Stretch): string {
  const hidden = text.slice(start, end).replace(/[^\r\n"]/g, "•");
  return text.slice(0, start) + hidden + text.slice(end);
}

/** Punctuation of YAML, JSON, CSV and variable files, and what lies between. */
const WORD = /[^\s"'`,;:=|<>()[\]{}]+/gu;

/**
 * Text of a file that holds values and no configuration, as it may be shown: everything is dots but punctuation and
 * email addresses.
 */
export function maskValues(text: string): string {
  return text.replace(WORD, (word) => (isEmail(word) || !/[\p{L}\p{N}]/u.test(word) ? word : dots(word)));
}

function dots(text: string): string {
  return "•".repeat(text.length);
}
