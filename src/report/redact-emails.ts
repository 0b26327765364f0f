/** What may stand before and behind the @ of an address, in any script. Halves of surrogate pairs count as letters. */
const LOCAL = /[\p{L}\p{M}\p{N}\p{Cs}!#$%&*+/=?^_`{|}~.'-]/u;
const DOMAIN = /[\p{L}\p{M}\p{N}\p{Cs}.-]/u;

/** Masks every email address in a text: `alice@example.com` becomes `a***@***`. Takes time linear in the text. */
export function redactEmails(text: string): string {
  let masked = "";
  let from = 0;
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", Math.max(at + 1, from))) {
    let start = at;
    while (start > from && LOCAL.test(text.charAt(start - 1))) start -= 1;
    // A quote that opens before the address belongs to the text around it.
    while (start < at && /['`]/.test(text.charAt(start))) start += 1;
    let end = at + 1;
    while (end < text.length && DOMAIN.test(text.charAt(end))) end += 1;
    while (text.charAt(end - 1) === ".") end -= 1;
    if (start === at || end === at + 1) continue;
    const [first = ""] = text.slice(start, at);
    masked += `${text.slice(from, start)}${first}***@***`;
    from = end;
  }
  return masked + text.slice(from);
}
